//! A repository on an SSH server, by SFTP (draft-ietf-secsh-filexfer-02, version 3, with OpenSSH's extensions where there are some).

mod address;
mod files;
mod session;

use std::io::ErrorKind;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use guildhall_model::Millis;
use openssh_sftp_client::Error as SftpError;
use openssh_sftp_client::error::SftpErrorKind;
use tokio::sync::Mutex;

use super::remote::{self, Failure, Timing};
use super::{Connector, FOLDERS, FileKind, FileName, Storage, StorageError, UNFINISHED, is_before, is_unfinished};
use files::Files;
use session::Session;

pub use address::SftpAddress;

/// A window of a pack; the connection carries this in the time of a few answers.
const READ_AHEAD_BYTES: u64 = 4 * 1024 * 1024;

pub struct SftpStorage {
    address: SftpAddress,
    ssh_config: Option<PathBuf>,
    timing: Timing,
    /// One for all threads; absent before the first access and after a failure.
    session: Mutex<Option<Arc<Session>>>,
    /// Tells temporary files apart.
    writes: AtomicU64,
}

impl SftpStorage {
    pub fn new(address: SftpAddress, connector: &Connector) -> Self {
        let Connector { ssh_config, timing, .. } = connector.clone();
        Self { address, ssh_config, timing, session: Mutex::default(), writes: AtomicU64::new(0) }
    }

    fn path(&self, file: &FileName) -> PathBuf {
        self.address.path().join(file.path())
    }

    /// Runs the work with a connection. After a drop it is made again.
    fn run<T>(&self, file: Option<&FileName>, work: impl AsyncFn(&Files<'_>) -> Result<T, SftpError>) -> Result<T, StorageError> {
        remote::run(&self.location(), self.timing, async || {
            let session = self.connected().await?;
            let files = Files { sftp: &session.sftp, answer: self.timing.answer };
            let outcome = work(&files).await.map_err(|error| self.failure(&error, file));
            if outcome.as_ref().is_err_and(Failure::is_passing) {
                self.disconnect(&session).await;
            }
            outcome
        })
    }

    async fn connected(&self) -> Result<Arc<Session>, Failure> {
        let mut session = self.session.lock().await;
        if let Some(session) = &*session {
            return Ok(Arc::clone(session));
        }
        let new = Arc::new(Session::connect(&self.address, self.ssh_config.as_deref(), self.timing).await?);
        *session = Some(Arc::clone(&new));
        Ok(new)
    }

    async fn disconnect(&self, broken: &Arc<Session>) {
        let mut session = self.session.lock().await;
        if session.as_ref().is_some_and(|session| Arc::ptr_eq(session, broken)) {
            *session = None;
        }
    }

    fn failure(&self, error: &SftpError, file: Option<&FileName>) -> Failure {
        let location = self.location();
        match error {
            // Servers say hardly more than the kind.
            SftpError::SftpError(kind, _) => Failure::Lasting(match (kind, file) {
                (SftpErrorKind::NoSuchFile, Some(file)) => StorageError::Missing { location, file: file.path() },
                (SftpErrorKind::NoSuchFile, None) => StorageError::Unusable { location, reason: "there is no such folder".to_owned() },
                (SftpErrorKind::PermDenied, _) => {
                    StorageError::Denied { location, reason: "the user there may not use the folder".to_owned() }
                }
                (kind, _) => {
                    StorageError::Unusable { location, reason: format!("the server there could not do what it should ({kind:?})") }
                }
            }),
            SftpError::IOError(error) if error.kind() == ErrorKind::StorageFull => Failure::Lasting(StorageError::Full { location }),
            SftpError::IOError(error) if error.kind() == ErrorKind::TimedOut => Failure::Passing(StorageError::TimedOut { location }),
            SftpError::UnsupportedSftpProtocol { .. } => {
                Failure::Lasting(StorageError::Unusable { location, reason: "its SFTP is of another version".to_owned() })
            }
            error => {
                tracing::debug!(%error, "the connection to an SFTP server has ended");
                Failure::Passing(StorageError::Unusable { location, reason: "the connection was lost".to_owned() })
            }
        }
    }
}

impl Storage for SftpStorage {
    fn location(&self) -> String {
        self.address.to_string()
    }

    fn read_ahead_bytes(&self) -> u64 {
        READ_AHEAD_BYTES
    }

    fn create(&self) -> Result<(), StorageError> {
        let folders: Vec<PathBuf> =
            FOLDERS.iter().filter_map(|kind| kind.folder()).map(|folder| self.address.path().join(folder)).collect();
        self.run(None, async |files: &Files<'_>| {
            for folder in &folders {
                files.create_folders(folder).await?;
            }
            Ok(())
        })
    }

    fn list(&self, kind: FileKind) -> Result<Vec<(String, u64)>, StorageError> {
        let root = self.address.path();
        self.run(None, async |files: &Files<'_>| match kind.folder() {
            None => Ok(files.size(&root.join("config")).await?.map(|bytes| (String::new(), bytes)).into_iter().collect()),
            Some(folder) => {
                let found = files.list(vec![root.join(folder)], kind == FileKind::Pack).await?;
                let named = found.into_iter().filter_map(|file| Some((file.path.file_name()?.to_str()?.to_owned(), file.bytes)));
                Ok(named.filter(|(name, _)| kind.accepts(name)).collect())
            }
        })
    }

    fn read(&self, file: &FileName, range: Option<(u64, u64)>) -> Result<Bytes, StorageError> {
        let path = self.path(file);
        self.run(Some(file), async |files: &Files<'_>| files.read(&path, range).await)
    }

    fn write(&self, file: &FileName, parts: &[Bytes]) -> Result<(), StorageError> {
        let path = self.path(file);
        let number = self.writes.fetch_add(1, Ordering::Relaxed);
        let start: String = file.id.chars().take(8).collect();
        let temporary = path.with_file_name(format!("{UNFINISHED}{start}-{}-{number}", std::process::id()));
        self.run(None, async |files: &Files<'_>| files.write(&path, &temporary, parts).await)
    }

    fn remove_unfinished(&self, before: Millis) -> Result<(), StorageError> {
        let root = self.address.path();
        self.run(None, async |files: &Files<'_>| {
            // Whatever else is in the root belongs to others.
            let mut found = files.list(vec![root.to_path_buf()], false).await?;
            let folders = FOLDERS.iter().filter_map(|kind| kind.folder()).map(|folder| root.join(folder)).collect();
            found.extend(files.list(folders, true).await?);
            for file in found.iter().filter(|file| is_before(file.modified, before)) {
                if file.path.file_name().is_some_and(is_unfinished) {
                    files.remove(&file.path).await?;
                }
            }
            Ok(())
        })
    }

    fn remove(&self, file: &FileName) -> Result<(), StorageError> {
        let path = self.path(file);
        self.run(Some(file), async |files: &Files<'_>| files.remove(&path).await)
    }
}
