//! Which log of changes there is: shared by the writer, which appends to it, and those who read it. What the next process must know
//! to go on with it is in a small file beside it.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};

use super::spool::{Spool, remove_folder};
use super::wal::WalPosition;

const STATE: &str = "log.json";
/// Another one with each start of the machine.
const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";

pub(in crate::engine::sqlite) struct ChangeLog {
    /// Of the logs; `None` where none are possible.
    folder: Option<PathBuf>,
    database: PathBuf,
    spool: Mutex<Option<Spool>>,
}

/// What is known of a log between two processes.
#[derive(Debug, Serialize, Deserialize)]
struct State {
    log: u64,
    boot_id: String,
    /// Where SQLite's log was when the log began.
    start: Option<WalPosition>,
    /// The database's file when it was closed, with everything in it.
    closed: Option<FileStamp>,
}

/// As long as it is the same, nobody has written to the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct FileStamp {
    device: u64,
    inode: u64,
    bytes: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

/// A log of an earlier process that can go on, if SQLite's log is where it should be.
pub(in crate::engine::sqlite) struct Resumed {
    pub(super) spool: Spool,
    /// `None` where SQLite's log was emptied.
    pub(super) wal: Option<WalPosition>,
}

impl ChangeLog {
    pub fn new(folder: Option<PathBuf>, database: PathBuf) -> Self {
        Self { folder, database, spool: Mutex::new(None) }
    }

    pub fn spool(&self) -> parking_lot::MutexGuard<'_, Option<Spool>> {
        self.spool.lock()
    }

    pub fn is_possible(&self) -> bool {
        self.folder.is_some()
    }

    /// What an earlier process has left. Must be called before the database is opened, and changes the state so that it is found once.
    pub fn take_resumable(&self) -> Option<Resumed> {
        let folder = self.folder.as_ref()?;
        let resumed = self.try_resume(folder);
        match &resumed {
            Ok(Some(_)) => {}
            Ok(None) => self.clear(folder),
            Err(error) => {
                tracing::info!(%error, "the log of changes cannot go on: the continuous backup begins anew");
                self.clear(folder);
            }
        }
        resumed.ok().flatten()
    }

    fn try_resume(&self, folder: &Path) -> io::Result<Option<Resumed>> {
        let text = match fs::read(folder.join(STATE)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            text => text?,
        };
        let mut state: State = serde_json::from_slice(&text)?;
        let wal = match state.closed.take() {
            Some(stamp) => {
                if self.stamp()? != Some(stamp) {
                    return Err(io::Error::other("the database was changed by another program"));
                }
                None
            }
            None if state.boot_id != boot_id()? => return Err(io::Error::other("the machine was restarted")),
            None => Some(state.start),
        };
        let (spool, last) = Spool::reopen(folder, state.log)?;
        let wal = match wal {
            None => None,
            Some(start) => Some(last.or(start).ok_or_else(|| io::Error::other("nothing was written to it"))?),
        };
        state.boot_id = boot_id()?;
        write_state(folder, &state, false)?;
        Ok(Some(Resumed { spool, wal }))
    }

    /// Begins a log with this number; `start` is where SQLite's log is.
    pub fn begin(&self, log: u64, start: WalPosition) -> io::Result<()> {
        let folder = self.folder.as_ref().ok_or_else(|| io::Error::other("there is no place for a log of changes"))?;
        self.clear(folder);
        let spool = Spool::create(folder, log)?;
        write_state(folder, &State { log, boot_id: boot_id()?, start: Some(start), closed: None }, false)?;
        *self.spool.lock() = Some(spool);
        Ok(())
    }

    pub fn resume(&self, spool: Spool) {
        *self.spool.lock() = Some(spool);
    }

    /// Ends the log, and removes it.
    pub fn end(&self) {
        let spool = self.spool.lock().take();
        if let Some(mut spool) = spool {
            if let Some(folder) = &self.folder {
                let _ = fs::remove_file(folder.join(STATE));
            }
            spool.remove();
        }
    }

    /// When all connections are closed: everything is in the database's file, and whether somebody changes it will be seen.
    pub fn close(&self) {
        let spool = self.spool.lock().take();
        let (Some(spool), Some(folder)) = (spool, &self.folder) else { return };
        let close = || {
            let closed = self.stamp()?;
            if closed.is_some() {
                spool.sync()?;
                write_state(folder, &State { log: spool.log, boot_id: boot_id()?, start: None, closed }, true)?;
            }
            Ok::<_, io::Error>(())
        };
        if let Err(error) = close() {
            tracing::warn!(%error, "the log of changes could not be closed: the continuous backup will begin anew");
        }
    }

    /// `None` while there is something in SQLite's log.
    fn stamp(&self) -> io::Result<Option<FileStamp>> {
        let mut log = self.database.clone().into_os_string();
        log.push("-wal");
        if fs::metadata(log).is_ok_and(|log| log.len() > 0) {
            return Ok(None);
        }
        let file = fs::metadata(&self.database)?;
        Ok(Some(FileStamp {
            device: file.dev(),
            inode: file.ino(),
            bytes: file.len(),
            modified: (file.mtime(), file.mtime_nsec()),
            changed: (file.ctime(), file.ctime_nsec()),
        }))
    }

    fn clear(&self, folder: &Path) {
        let _ = fs::remove_file(folder.join(STATE));
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.filter(|entry| entry.file_name().to_string_lossy().starts_with("log-")).for_each(|entry| remove_folder(&entry.path()));
    }
}

fn boot_id() -> io::Result<String> {
    fs::read_to_string(BOOT_ID).map(|id| id.trim().to_owned())
}

fn write_state(folder: &Path, state: &State, is_flushed: bool) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(&serde_json::to_vec(state)?)?;
    if is_flushed {
        file.as_file().sync_all()?;
    }
    file.persist(folder.join(STATE)).map_err(|error| error.error)?;
    if is_flushed { File::open(folder)?.sync_all() } else { Ok(()) }
}
