//! The data folder: one process at a time works on it. A lock that the operating system releases with the process says
//! so, and names the process that holds it.

use std::fs::{self, DirBuilder, File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::{Instant, sleep};

const LOCK_FILE: &str = "guildhall.lock";
const SOCKET_FILE: &str = "guildhall.sock";
/// Commands are short: whoever comes second waits for them this long.
const WAIT: Duration = Duration::from_secs(10);
const RETRY_EVERY: Duration = Duration::from_millis(50);
/// The longest path that a socket's address holds (`sun_path` of unix(7), less the byte that ends it).
const SOCKET_PATH_BYTES_MAX: usize = 107;

/// What a process does with a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Serves from it until it is stopped.
    Server,
    /// One verb of the command line.
    Command,
}

/// A data folder that this process alone works on, until the value is dropped.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    _lock: File,
}

/// Another process works on the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder {
    /// `None` in the moment before the holder has written its name down.
    pub process: Option<u32>,
    pub purpose: Purpose,
}

#[derive(Debug)]
pub enum LockError {
    Held(Holder),
    Io(io::Error),
}

impl DataFolder {
    /// Takes the folder, which is made where it is missing, if nobody else has it.
    pub fn try_lock(path: &Path, purpose: Purpose) -> Result<Self, LockError> {
        make_private(path).map_err(LockError::Io)?;
        let options = File::options().read(true).write(true).create(true).truncate(false).mode(0o600).open(path.join(LOCK_FILE));
        let mut file = options.map_err(LockError::Io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LockError::Held(Holder::read(&mut file))),
            Err(TryLockError::Error(error)) => return Err(LockError::Io(error)),
        }
        write_holder(&mut file, purpose).map_err(LockError::Io)?;
        Ok(Self { path: path.to_owned(), _lock: file })
    }

    /// Takes the folder for a server: waits for a command that is at work on it, and fails at once where a server is.
    pub async fn lock_for_server(path: &Path) -> Result<Self, String> {
        let deadline = Instant::now() + WAIT;
        loop {
            match Self::try_lock(path, Purpose::Server) {
                Ok(folder) => return Ok(folder),
                Err(LockError::Held(holder)) if holder.purpose == Purpose::Command && Instant::now() < deadline => {
                    sleep(RETRY_EVERY).await;
                }
                Err(error) => return Err(error.sentence(path)),
            }
        }
    }

    /// Takes the folder for a command, or connects to the server that has it by `connect`, whichever succeeds first:
    /// a server that is starting or stopping has the folder and does not answer.
    pub async fn lock_or_connect<T, F: Future<Output = io::Result<T>>>(
        path: &Path,
        connect: impl Fn() -> F,
    ) -> Result<Result<Self, T>, String> {
        let deadline = Instant::now() + WAIT;
        loop {
            let holder = match Self::try_lock(path, Purpose::Command) {
                Ok(folder) => return Ok(Ok(folder)),
                Err(LockError::Held(holder)) => holder,
                Err(error) => return Err(error.sentence(path)),
            };
            let why = match connect().await {
                Ok(connection) => return Ok(Err(connection)),
                Err(error) => error,
            };
            if Instant::now() >= deadline {
                let held = LockError::Held(holder).sentence(path);
                return Err(format!("{held} It does not answer at its local socket: {why}."));
            }
            sleep(RETRY_EVERY).await;
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl LockError {
    pub fn sentence(&self, path: &Path) -> String {
        let path = path.display();
        match self {
            Self::Held(holder) => format!("The data folder {path} is in use by {holder}."),
            Self::Io(error) => format!("The data folder {path} cannot be used: {error}."),
        }
    }
}

impl Holder {
    fn read(file: &mut File) -> Self {
        let mut text = String::new();
        let _ = file.read_to_string(&mut text);
        let mut words = text.split_ascii_whitespace();
        let process = words.next().and_then(|word| word.parse().ok());
        let purpose = if words.next() == Some("server") { Purpose::Server } else { Purpose::Command };
        Self { process, purpose }
    }
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let what = match self.purpose {
            Purpose::Server => "a running server",
            Purpose::Command => "another command",
        };
        match self.process {
            Some(process) => write!(f, "{what} (process {process})"),
            None => f.write_str("another process"),
        }
    }
}

/// For people, and for whoever finds the folder locked.
fn write_holder(file: &mut File, purpose: Purpose) -> io::Result<()> {
    let purpose = match purpose {
        Purpose::Server => "server",
        Purpose::Command => "command",
    };
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(format!("{} {purpose}\n", std::process::id()).as_bytes())
}

/// The folder holds everybody's messages: it is its owner's alone.
pub fn make_private(folder: &Path) -> io::Result<()> {
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

/// Where the local socket of a data folder is, in a form that is short enough for a socket's address.
#[derive(Debug)]
pub struct SocketPath {
    pub path: PathBuf,
    /// Open as long as the path goes through it.
    _folder: Option<File>,
}

impl SocketPath {
    pub fn of(folder: &Path) -> io::Result<Self> {
        let path = folder.join(SOCKET_FILE);
        if path.as_os_str().as_bytes().len() <= SOCKET_PATH_BYTES_MAX {
            return Ok(Self { path, _folder: None });
        }
        // Linux shows every open folder under a short name.
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
    fn a_folder_is_one_process_s_until_it_lets_go() {
        let parent = tempfile::tempdir().unwrap();
        let path = parent.path().join("a/data");
        let held = DataFolder::try_lock(&path, Purpose::Server).unwrap();
        let LockError::Held(holder) = DataFolder::try_lock(&path, Purpose::Command).unwrap_err() else { panic!("not held") };
        assert_eq!(holder, Holder { process: Some(std::process::id()), purpose: Purpose::Server });
        let sentence = LockError::Held(holder).sentence(Path::new("data"));
        assert_eq!(sentence, format!("The data folder data is in use by a running server (process {}).", std::process::id()));
        drop(held);
        DataFolder::try_lock(&path, Purpose::Command).unwrap();
        assert_eq!(fs::read_to_string(path.join(LOCK_FILE)).unwrap(), format!("{} command\n", std::process::id()));
    }

    #[tokio::test(start_paused = true)]
    async fn a_server_waits_for_a_command_and_a_command_for_whoever_answers() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        let command = DataFolder::try_lock(path, Purpose::Command).unwrap();
        let refused = DataFolder::lock_for_server(path).await.unwrap_err();
        assert!(refused.contains("another command (process"), "{refused}");
        let server = tokio::join!(DataFolder::lock_for_server(path), async { drop(command) }).0.unwrap();

        let missing = || async { io::Result::<()>::Err(io::ErrorKind::NotFound.into()) };
        let refused = DataFolder::lock_or_connect(path, missing).await.unwrap_err();
        assert!(refused.contains("a running server (process") && refused.contains("does not answer"), "{refused}");
        let answers = || async { Ok(7) };
        assert_eq!(DataFolder::lock_or_connect(path, answers).await.unwrap().unwrap_err(), 7);
        drop(server);
        DataFolder::lock_or_connect(path, answers).await.unwrap().unwrap();
    }

    #[test]
    fn long_paths_have_a_short_form() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(SocketPath::of(folder.path()).unwrap().path, folder.path().join(SOCKET_FILE));
        let deep = folder.path().join("d".repeat(120));
        fs::create_dir(&deep).unwrap();
        let short = SocketPath::of(&deep).unwrap();
        drop(std::os::unix::net::UnixListener::bind(&short.path).unwrap());
        assert!(deep.join(SOCKET_FILE).exists());
    }
}
