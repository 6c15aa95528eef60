//! TLS to a target: whom is trusted, and what a handshake that fails comes to in words.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use botspec_reports::record::Text;
use hyper_util::client::legacy::connect::{Connected, Connection};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::{CryptoProvider, ring};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    self, CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};

use crate::received::Received;
use crate::target::Authorities;

/// What a connection goes over: TCP, or TLS over it.
pub(crate) trait Wire: AsyncRead + AsyncWrite + std::fmt::Debug + Send + Sync + Unpin {}

impl<T: AsyncRead + AsyncWrite + std::fmt::Debug + Send + Sync + Unpin> Wire for T {}

/// A connection, with TLS or without.
pub(crate) type Stream = Box<dyn Wire>;

impl Connection for Stream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

/// Whom is trusted: those whom the machine trusts, and those of a file.
pub(crate) fn client_config(named: Option<&Authorities>) -> ClientConfig {
    let provider = Arc::new(ring::default_provider());
    let mut roots = RootCertStore::empty();
    // What of the machine's own list cannot be read is missed where it is needed, and stated then.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let named = named.map(Authorities::certificates).unwrap_or_default();
    roots.add_parsable_certificates(named.iter().cloned());
    with(provider, |provider| Arc::new(Trust { roots: Arc::new(roots), named: named.to_vec(), provider }))
}

/// Of a target without TLS: nobody is trusted, as nobody is asked to be.
pub(crate) fn no_config() -> ClientConfig {
    let provider = Arc::new(ring::default_provider());
    with(provider, |provider| Arc::new(Trust { roots: Arc::new(RootCertStore::empty()), named: Vec::new(), provider }))
}

fn with(provider: Arc<CryptoProvider>, trust: impl FnOnce(Arc<CryptoProvider>) -> Arc<Trust>) -> ClientConfig {
    let verifier = trust(Arc::clone(&provider));
    let builder = ClientConfig::builder_with_provider(provider);
    // The versions that the provider itself is made for fit it.
    let builder = builder.with_protocol_versions(rustls::ALL_VERSIONS);
    builder
        .expect("the provider has suites for every version")
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth()
}

/// Trusts by authority as usual, and besides the very certificate that a file names: people make such with one command, and
/// by the rules it is none of a server.
#[derive(Debug)]
struct Trust {
    roots: Arc<RootCertStore>,
    named: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for Trust {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.named.iter().any(|named| named == end_entity) {
            return Ok(ServerCertVerified::assertion());
        }
        if self.roots.is_empty() {
            return Err(CertificateError::UnknownIssuer.into());
        }
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::clone(&self.roots), Arc::clone(&self.provider)).build();
        let verifier = verifier.map_err(|error| rustls::Error::General(error.to_string()))?;
        verifier.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now)
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        rustls::crypto::verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// A host and a port, and whether TLS is spoken there.
pub(crate) struct Place {
    host: String,
    port: u16,
    tls: bool,
}

impl Place {
    /// What an address names.
    pub(crate) fn of(url: &str) -> Result<Self, Received> {
        let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
        let tls = ["https", "wss"].contains(&scheme);
        // One scheme for all: what is read is host and port.
        let known = if tls { "https" } else { "http" };
        let parsed = url::Url::parse(&format!("{known}://{rest}"));
        let parsed = parsed.map_err(|error| Received::ConnectFailed(error.to_string()))?;
        let host = parsed.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
        Ok(Self { host, port: parsed.port_or_known_default().unwrap_or(80), tls })
    }

    /// Connects there, with TLS where it is spoken.
    pub(crate) async fn connect(&self, config: &Arc<ClientConfig>) -> Result<Stream, Received> {
        let tcp = TcpStream::connect((self.host.as_str(), self.port)).await;
        let tcp = tcp.map_err(|error| Received::ConnectFailed(error.to_string()))?;
        // Calls are small and each waits for its answer.
        tcp.set_nodelay(true).map_err(|error| Received::ConnectFailed(error.to_string()))?;
        if !self.tls {
            return Ok(Box::new(tcp));
        }
        let name =
            ServerName::try_from(self.host.clone()).map_err(|error| Received::ConnectFailed(error.to_string()))?;
        let connected = TlsConnector::from(Arc::clone(config)).connect(name, tcp).await;
        connected.map(|stream| Box::new(stream) as Stream).map_err(|error| failure(&error))
    }

    /// Whether TLS is spoken there although the address does not state so.
    pub(crate) async fn speaks_tls(&self, within: Duration) -> bool {
        if self.tls {
            return false;
        }
        let secured = Self { host: self.host.clone(), port: self.port, tls: true };
        match timeout(within, secured.connect(&Arc::new(no_config()))).await {
            Ok(Ok(_)) => true,
            Ok(Err(Received::TlsFailed(why))) => why != no_tls(),
            _ => false,
        }
    }
}

/// What a failed handshake comes to.
fn failure(error: &io::Error) -> Received {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) {
        Some(tls) => Received::TlsFailed(sentence(tls)),
        None if error.kind() == io::ErrorKind::UnexpectedEof => Received::TlsFailed(no_tls()),
        None => Received::ConnectFailed(error.to_string()),
    }
}

fn no_tls() -> Text {
    Text::both(
        "no TLS is spoken at this port; write http:// or ws:// in the address",
        "该端口不使用 TLS；请在地址中写 http:// 或 ws://",
    )
}

fn sentence(error: &rustls::Error) -> Text {
    match error {
        rustls::Error::InvalidCertificate(why) => certificate(why),
        rustls::Error::InvalidMessage(_) => no_tls(),
        rustls::Error::AlertReceived(alert) => Text::both(
            format!("the server ended the TLS handshake: {alert:?}"),
            format!("服务器终止了 TLS 握手：{alert:?}"),
        ),
        other => Text::both(format!("TLS: {other}"), format!("TLS：{other}")),
    }
}

/// Whether a certificate is one that its server signed itself, which by the rules is that of an authority.
fn is_self_signed(why: &CertificateError) -> bool {
    matches!(why, CertificateError::Other(other) if format!("{other:?}").contains("CaUsedAsEndEntity"))
}

fn certificate(why: &CertificateError) -> Text {
    match why {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            Text::both("the certificate of the server has expired", "服务器证书已过期")
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            Text::both("the certificate of the server is not valid yet", "服务器证书尚未生效")
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => Text::both(
            "the certificate of the server is for another host name than the address has",
            "服务器证书与地址中的主机名不符",
        ),
        why if *why == CertificateError::UnknownIssuer || is_self_signed(why) => Text::both(
            "the certificate of the server is signed by nobody whom this machine trusts; name the file of its authority with \
             --ca FILE, or as `ca` in the target file",
            "本机不信任服务器证书的签发者；请用 --ca FILE 或目标文件中的 `ca` 指定其 CA 文件",
        ),
        other => Text::both(
            format!("the certificate of the server is not accepted: {other}"),
            format!("服务器证书未被接受：{other}"),
        ),
    }
}
