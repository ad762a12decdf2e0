//! The data folder and its lock: one process at a time uses it. The operating system releases the lock when the process
//! ends; the lock file names its holder.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use guildhall_adapters::private_files;
use guildhall_model::id::NodeId;
use tokio::time::{Instant, sleep};

const LOCK_FILE: &str = "guildhall.lock";
/// Contains the id of this node, unique among the nodes of a database.
const NODE_FILE: &str = "node.id";
const SOCKET_FILE: &str = "guildhall.sock";
/// How long to wait for a command to release the lock; commands are short.
const LOCK_TIMEOUT: Duration = Duration::from_secs(10);
/// How long to wait for a server to end, where another one is started in its place while it stops.
const HANDOVER_TIMEOUT: Duration = Duration::from_secs(60);
const LOCK_RETRY_INTERVAL: Duration = Duration::from_millis(50);
/// The longest path of a Unix socket (`sun_path` of unix(7), less its final NUL byte).
const SOCKET_PATH_BYTES_MAX: usize = 107;

/// What a process locks a folder for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// `guildhall serve`.
    Server,
    /// Another verb of the command line.
    Command,
}

/// A data folder that this process has locked, until the value is dropped.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    _lock: File,
}

/// The process that has the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LockHolder {
    /// `None` between taking the lock and writing the lock file.
    pub process: Option<u32>,
    pub purpose: Purpose,
}

#[derive(Debug)]
pub enum LockError {
    Held(LockHolder),
    Io(io::Error),
}

impl DataFolder {
    /// Creates the folder if it is missing, and locks it without waiting.
    pub fn try_lock(path: &Path, purpose: Purpose) -> Result<Self, LockError> {
        create_private(path).map_err(LockError::Io)?;
        let opened = File::options().read(true).write(true).create(true).truncate(false).mode(0o600).open(path.join(LOCK_FILE));
        let mut file = opened.map_err(LockError::Io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LockError::Held(LockHolder::read(&mut file))),
            Err(TryLockError::Error(error)) => return Err(LockError::Io(error)),
        }
        write_holder(&mut file, purpose).map_err(LockError::Io)?;
        Ok(Self { path: path.to_owned(), _lock: file })
    }

    /// Locks the folder for a server: waits for a command that holds the lock, and fails at once if a server holds it, unless that
    /// is about to stop (`is_handover`).
    pub async fn lock_for_server(path: &Path, is_handover: bool) -> Result<Self, String> {
        let began_at = Instant::now();
        loop {
            let holder = match Self::try_lock(path, Purpose::Server) {
                Ok(folder) => return Ok(folder),
                Err(LockError::Held(holder)) => holder,
                Err(error) => return Err(error.message(path)),
            };
            let timeout = match holder.purpose {
                Purpose::Command => LOCK_TIMEOUT,
                Purpose::Server if is_handover => HANDOVER_TIMEOUT,
                Purpose::Server => Duration::ZERO,
            };
            if began_at.elapsed() >= timeout {
                return Err(LockError::Held(holder).message(path));
            }
            sleep(LOCK_RETRY_INTERVAL).await;
        }
    }

    /// Locks the folder for a command, or connects by `connect` to the server that holds the lock, whichever succeeds
    /// first: a server that is starting or stopping holds the lock and does not accept connections.
    pub async fn lock_or_connect<T, F: Future<Output = io::Result<T>>>(
        path: &Path,
        connect: impl Fn() -> F,
    ) -> Result<Result<Self, T>, String> {
        let deadline = Instant::now() + LOCK_TIMEOUT;
        loop {
            let holder = match Self::try_lock(path, Purpose::Command) {
                Ok(folder) => return Ok(Ok(folder)),
                Err(LockError::Held(holder)) => holder,
                Err(error) => return Err(error.message(path)),
            };
            let connect_error = match connect().await {
                Ok(connection) => return Ok(Err(connection)),
                Err(error) => error,
            };
            if Instant::now() >= deadline {
                let held = LockError::Held(holder).message(path);
                return Err(format!("{held} It does not answer at its local socket: {connect_error}."));
            }
            sleep(LOCK_RETRY_INTERVAL).await;
        }
    }

    /// The process that uses the folder, without locking or creating anything. `None` if there is none.
    pub fn holder(path: &Path) -> io::Result<Option<LockHolder>> {
        let mut file = match File::open(path.join(LOCK_FILE)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        // Shared, so that it does not disturb a server which starts at the same moment for longer than this call takes.
        match file.try_lock_shared() {
            Ok(()) => Ok(None),
            Err(TryLockError::WouldBlock) => Ok(Some(LockHolder::read(&mut file))),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The node's id, the same after every restart, so that the holder of the lock may release the leases that the
    /// previous process of this node held.
    pub fn node_id(&self, new: impl FnOnce() -> NodeId) -> io::Result<NodeId> {
        match read_node_id(&self.path) {
            Ok(Some(id)) => Ok(id),
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            // A missing or truncated file is written anew.
            Ok(None) | Err(_) => {
                let id = new();
                private_files::write(&self.path.join(NODE_FILE), format!("{id}\n").as_bytes())?;
                Ok(id)
            }
        }
    }
}

/// The id of the node of this folder, if it has one that can be read.
pub fn stored_node_id(folder: &Path) -> Option<NodeId> {
    read_node_id(folder).ok().flatten()
}

/// `None` where the file is truncated.
fn read_node_id(folder: &Path) -> io::Result<Option<NodeId>> {
    fs::read_to_string(folder.join(NODE_FILE)).map(|text| text.trim_end().parse().ok())
}

impl LockError {
    pub fn message(&self, path: &Path) -> String {
        let shown = path.display();
        match self {
            Self::Held(holder) => format!("The data folder {shown} is in use by {holder}."),
            Self::Io(error) => match foreign_owner(path).filter(|_| error.kind() == io::ErrorKind::PermissionDenied) {
                Some((owner, user)) => format!(
                    "The data folder {shown} belongs to the user with the id {owner}, and this process runs as the user with the \
                     id {user}. Give it to that user: chown --recursive {user}: {shown}"
                ),
                None => format!("The data folder {shown} cannot be used: {error}."),
            },
        }
    }
}

/// The ids of the folder's owner and of this process's user, if they differ.
fn foreign_owner(folder: &Path) -> Option<(u32, u32)> {
    let (owner, user) = (fs::metadata(folder).ok()?.uid(), rustix::process::geteuid().as_raw());
    (owner != user).then_some((owner, user))
}

impl LockHolder {
    fn read(file: &mut File) -> Self {
        let mut text = String::new();
        let _ = file.read_to_string(&mut text);
        let mut words = text.split_ascii_whitespace();
        let process = words.next().and_then(|word| word.parse().ok());
        let purpose = if words.next() == Some("server") { Purpose::Server } else { Purpose::Command };
        Self { process, purpose }
    }
}

impl std::fmt::Display for LockHolder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let description = match self.purpose {
            Purpose::Server => "a running server",
            Purpose::Command => "another command",
        };
        match self.process {
            Some(process) => write!(f, "{description} (process {process})"),
            None => f.write_str("another process"),
        }
    }
}

/// Writes process id and purpose, which [`LockHolder::read`] reads.
fn write_holder(file: &mut File, purpose: Purpose) -> io::Result<()> {
    let purpose = match purpose {
        Purpose::Server => "server",
        Purpose::Command => "command",
    };
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(format!("{} {purpose}\n", std::process::id()).as_bytes())
}

/// Creates the folder, with mode 0700 because it contains all messages. Does nothing if it exists.
pub fn create_private(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent)?;
    }
    match DirBuilder::new().mode(0o700).create(folder) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// The path of a data folder's local socket, short enough for a socket's address.
#[derive(Debug)]
pub struct SocketPath {
    pub path: PathBuf,
    /// Kept open, because the path in `/proc/self/fd` refers to it.
    _folder: Option<File>,
}

impl SocketPath {
    pub fn in_folder(folder: &Path) -> io::Result<Self> {
        let path = folder.join(SOCKET_FILE);
        if path.as_os_str().as_bytes().len() <= SOCKET_PATH_BYTES_MAX {
            return Ok(Self { path, _folder: None });
        }
        // On Linux `/proc/self/fd` has a short path for every open folder.
        let open = File::open(folder)?;
        let path = PathBuf::from(format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&open))).join(SOCKET_FILE);
        if !path.parent().is_some_and(Path::is_dir) {
            let text = format!("the path of the local socket in {} is longer than {SOCKET_PATH_BYTES_MAX} bytes", folder.display());
            return Err(io::Error::new(io::ErrorKind::InvalidFilename, text));
        }
        Ok(Self { path, _folder: Some(open) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_locked_folder_cannot_be_locked_again_until_it_is_released() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("a/data");
        let held = DataFolder::try_lock(&path, Purpose::Server).unwrap();
        let LockError::Held(holder) = DataFolder::try_lock(&path, Purpose::Command).unwrap_err() else { panic!("not held") };
        assert_eq!(holder, LockHolder { process: Some(std::process::id()), purpose: Purpose::Server });
        let message = LockError::Held(holder).message(Path::new("data"));
        assert_eq!(message, format!("The data folder data is in use by a running server (process {}).", std::process::id()));
        assert_eq!(DataFolder::holder(&path).unwrap(), Some(holder));
        drop(held);
        assert_eq!(DataFolder::holder(&path).unwrap(), None);
        DataFolder::try_lock(&path, Purpose::Command).unwrap();
        assert_eq!(fs::read_to_string(path.join(LOCK_FILE)).unwrap(), format!("{} command\n", std::process::id()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_waits_for_a_command_and_a_command_connects_to_a_server() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let command = DataFolder::try_lock(path, Purpose::Command).unwrap();
        let error = DataFolder::lock_for_server(path, false).await.unwrap_err();
        assert!(error.contains("another command (process"), "{error}");
        let server = tokio::join!(DataFolder::lock_for_server(path, false), async { drop(command) }).0.unwrap();

        let no_connection = || async { io::Result::<()>::Err(io::ErrorKind::NotFound.into()) };
        let error = DataFolder::lock_or_connect(path, no_connection).await.unwrap_err();
        assert!(error.contains("a running server (process") && error.contains("does not answer"), "{error}");
        let connect = || async { Ok(7) };
        assert_eq!(DataFolder::lock_or_connect(path, connect).await.unwrap().unwrap_err(), 7);
        drop(server);
        DataFolder::lock_or_connect(path, connect).await.unwrap().unwrap();
    }

    #[test]
    fn a_folder_keeps_its_node_id() {
        let folder = tempfile::tempdir().unwrap();
        let held = DataFolder::try_lock(folder.path(), Purpose::Server).unwrap();
        let (first, second) = (NodeId::from_bytes([1; 16]), NodeId::from_bytes([2; 16]));
        assert_eq!(held.node_id(|| first).unwrap(), first);
        assert_eq!(held.node_id(|| second).unwrap(), first);
        fs::write(folder.path().join(NODE_FILE), "cut").unwrap();
        assert_eq!(held.node_id(|| second).unwrap(), second);
    }

    #[test]
    fn long_paths_are_shortened() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(SocketPath::in_folder(folder.path()).unwrap().path, folder.path().join(SOCKET_FILE));
        let deep = folder.path().join("d".repeat(120));
        fs::create_dir(&deep).unwrap();
        let short = SocketPath::in_folder(&deep).unwrap();
        drop(std::os::unix::net::UnixListener::bind(&short.path).unwrap());
        assert!(deep.join(SOCKET_FILE).exists());
    }
}
