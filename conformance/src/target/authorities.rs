//! Certificates that are trusted besides those of the machine.

use std::fmt;
use std::path::{Path, PathBuf};

use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;

use super::TargetError;

/// The certificates of a file: authorities, or the very certificate of a server.
#[derive(Clone, PartialEq, Eq)]
pub struct Authorities {
    /// The file.
    pub path: PathBuf,
    certificates: Vec<CertificateDer<'static>>,
}

impl Authorities {
    /// Reads a file of certificates (PEM).
    pub fn read(path: &Path) -> Result<Self, TargetError> {
        let read = std::fs::read(path).map_err(|source| TargetError::Io { path: path.to_owned(), source })?;
        let bad = || TargetError::Authorities { path: path.to_owned() };
        let certificates: Vec<_> =
            CertificateDer::pem_slice_iter(&read).collect::<Result<_, _>>().map_err(|_| bad())?;
        if certificates.is_empty() { Err(bad()) } else { Ok(Self { path: path.to_owned(), certificates }) }
    }

    pub(crate) fn certificates(&self) -> &[CertificateDer<'static>] {
        &self.certificates
    }
}

impl fmt::Debug for Authorities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Authorities({}, {} certificates)", self.path.display(), self.certificates.len())
    }
}
