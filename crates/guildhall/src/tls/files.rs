//! The administrator's own certificate: read again when its files change. A pair that cannot be used, such as one that is
//! half written, leaves the one before it in use.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use guildhall_model::ports::IssueError;
use guildhall_model::settings;
use guildhall_model::tls::TlsErrorCause;

use super::pair::Pair;

/// Time of change in nanoseconds, size and inode of both files; `None` for one that is missing.
type Version = [Option<(i64, i64, u64, u64)>; 2];

pub struct PairFiles {
    certificate: PathBuf,
    key: PathBuf,
    read: Option<Version>,
}

impl PairFiles {
    pub fn new(settings: &settings::Tls) -> Self {
        Self { certificate: settings.certificate_file.clone(), key: settings.key_file.clone(), read: None }
    }

    /// The pair, if the files have changed since the last call, or were not read yet.
    pub fn read_if_changed(&mut self) -> Option<Result<Pair, IssueError>> {
        let version = [version(&self.certificate), version(&self.key)];
        if self.read.as_ref() == Some(&version) {
            return None;
        }
        self.read = Some(version);
        Some(self.read())
    }

    /// # Errors
    /// A sentence that names the file.
    pub fn read(&self) -> Result<Pair, IssueError> {
        let error = |message: String| IssueError::new(TlsErrorCause::Settings, message);
        if self.certificate.as_os_str().is_empty() || self.key.as_os_str().is_empty() {
            return Err(error(
                "The mode files needs a certificate and a key; name them in tls.certificate_file and tls.key_file.".to_owned(),
            ));
        }
        let read =
            |file: &Path| std::fs::read(file).map_err(|cause| error(format!("The file {} cannot be read: {cause}.", file.display())));
        let (chain, key) = (read(&self.certificate)?, read(&self.key)?);
        let unusable = |reason| {
            error(format!("The certificate {} with the key {} cannot be used: {reason}.", self.certificate.display(), self.key.display()))
        };
        Pair::parse(&chain, &key).map_err(unusable)
    }

    /// Why the certificate that is served should be replaced by hand.
    pub fn expired(&self) -> IssueError {
        let message = format!(
            "The certificate {} has expired, or is not valid yet; replace the file, or check the clock.",
            self.certificate.display()
        );
        IssueError::new(TlsErrorCause::Settings, message)
    }
}

fn version(file: &Path) -> Option<(i64, i64, u64, u64)> {
    let metadata = std::fs::metadata(file).ok()?;
    Some((metadata.mtime(), metadata.mtime_nsec(), metadata.size(), metadata.ino()))
}
