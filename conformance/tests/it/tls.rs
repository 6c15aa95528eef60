//! A target behind TLS, as many deployments stand behind a proxy.

mod proxy;

use botspec_conformance::{Adapter, Authorities, Embedded, EmbeddedConfig, Target, read_target, survey};
use botspec_reports::record::{Transport, Verdict};
use botspec_schema::Catalog;

use self::proxy::{Proxy, file};
use crate::harness::ran_on;

/// The reference with a proxy before each of its adapters; both live as long as this does.
struct Secured {
    _embedded: Embedded,
    proxies: Vec<Proxy>,
    target: Target,
}

async fn secured(dialect: &str, certificate: &str) -> Secured {
    let embedded = Embedded::start(EmbeddedConfig::new(dialect)).await.expect("the reference starts");
    let mut target = embedded.target().clone();
    (target.actor, target.control, target.reverse_ws, target.webhook, target.webhook_again) =
        (None, None, None, None, None);
    let mut proxies = Vec::new();
    for (scheme, adapter) in [("https", &mut target.http), ("wss", &mut target.ws), ("https", &mut target.sse)] {
        let Some(adapter) = adapter else { continue };
        let proxy = Proxy::before(&adapter.url, certificate).await;
        *adapter = Adapter::new(format!("{scheme}://localhost:{}", proxy.addr.port()), adapter.token.clone());
        proxies.push(proxy);
    }
    target.ca = Some(Authorities::read(&file("authority.pem")).expect("certificates"));
    Secured { _embedded: embedded, proxies, target }
}

/// Why nobody is reached over a transport.
async fn problem(target: &Target, transport: Transport) -> Option<String> {
    let survey = survey(Catalog::builtin(), target.clone()).await.expect("a survey");
    let endpoint = survey.endpoints.into_iter().find(|it| it.transport == transport).expect("the transport");
    endpoint.problem.map(|problem| problem.en)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_target_behind_tls_is_checked_over_each_transport() {
    let secured = secured("milky", "server.pem").await;
    let patterns =
        ["milky/action/get_login_info/*", "milky/transport/**", "milky/auth/**", "milky/event/message_receive/shape"];
    let ran = ran_on(&secured.target, &patterns).await;
    let bad = ran.lines(Verdict::is_bad);
    assert!(bad.is_empty(), "{}", bad.join("\n"));
    for transport in [Transport::Http, Transport::Ws, Transport::Sse] {
        let passed = ran.checks.iter().filter(|check| check.transport == Some(transport) && check.verdict.is_judged());
        assert!(passed.count() > 0, "something was judged over {transport}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_that_is_not_accepted_is_named() {
    let unknown = "the certificate of the server is signed by nobody whom this machine trusts; name the file of its authority \
                   with --ca FILE, or as `ca` in the target file";
    for (certificate, ca, expected) in [
        ("server.pem", Some("authority.pem"), None),
        ("server.pem", None, Some(unknown)),
        ("expired.pem", Some("authority.pem"), Some("the certificate of the server has expired")),
        (
            "other.pem",
            Some("authority.pem"),
            Some("the certificate of the server is for another host name than the address has"),
        ),
        // People make such with one command; named itself, it is trusted.
        ("self-signed.pem", Some("self-signed.pem"), None),
        ("self-signed.pem", Some("authority.pem"), Some(unknown)),
    ] {
        let mut secured = secured("onebot11", certificate).await;
        secured.target.ca = ca.map(|ca| Authorities::read(&file(ca)).expect("certificates"));
        for transport in [Transport::Http, Transport::Ws] {
            let found = problem(&secured.target, transport).await;
            assert_eq!(found.as_deref(), expected, "{certificate} with {ca:?} over {transport}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_where_there_is_none_and_none_where_there_is_are_told_apart() {
    let embedded = Embedded::start(EmbeddedConfig::new("onebot11")).await.expect("the reference starts");
    for transport in [Transport::Http, Transport::Ws] {
        let mut target = Target::new("plain", "onebot11");
        let plain = embedded.target().adapter(transport).expect("an adapter").url.replacen("://", "s://", 1);
        let secured = secured("onebot11", "server.pem").await;
        let proxy = &secured.proxies[usize::from(transport == Transport::Ws)];
        let (slot, scheme) = match transport {
            Transport::Http => (&mut target.http, "http"),
            _ => (&mut target.ws, "ws"),
        };
        *slot = Some(Adapter::new(plain, None));
        let expected = "no TLS is spoken at this port; write http:// or ws:// in the address";
        assert_eq!(problem(&target, transport).await.as_deref(), Some(expected));
        match transport {
            Transport::Http => target.http = Some(Adapter::new(format!("http://{}", proxy.addr), None)),
            _ => target.ws = Some(Adapter::new(format!("ws://{}", proxy.addr), None)),
        }
        let expected = format!("TLS is spoken at this port; write {scheme}s:// in the address");
        assert_eq!(problem(&target, transport).await, Some(expected));
    }
}

#[test]
fn a_target_file_names_its_authority_from_where_it_stands() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("bot.toml");
    let text = "name = \"bot\"\ndialect = \"onebot11\"\nca = \"ca.pem\"\n[http]\nurl = \"https://bot.example.com\"\n";
    std::fs::write(&path, text).expect("the file is written");
    let error = read_target(&path).expect_err("no such file").to_string();
    assert!(error.contains("bot.toml:3:6: cannot read") && error.contains("ca.pem"), "{error}");
    std::fs::write(folder.path().join("ca.pem"), "nothing").expect("the file is written");
    let error = read_target(&path).expect_err("no certificate").to_string();
    assert!(error.contains("holds no certificate; name a file in PEM"), "{error}");
    std::fs::copy(file("authority.pem"), folder.path().join("ca.pem")).expect("the file is copied");
    assert!(read_target(&path).expect("a target").ca.is_some());
}
