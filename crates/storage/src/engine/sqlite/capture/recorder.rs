//! The writer thread's part: after each commit, its frames are copied from SQLite's log into the log of changes. Nobody else writes
//! meanwhile, so that nothing can be missed; where that cannot be proved, the log of changes ends.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use guildhall_model::Clock as _;
use guildhall_model::time::SystemClock;
use rusqlite::Connection;

use super::log::{ChangeLog, Resumed};
use super::spool::{COMMIT_BYTES_MAX, Record};
use super::wal::{self, Header, WalPosition};

pub(in crate::engine::sqlite) struct Recorder {
    log: Arc<ChangeLog>,
    wal: File,
    index: File,
    /// After the last commit that was recorded; `None` where SQLite's log was empty.
    position: Option<WalPosition>,
    /// SQLite counts it up when another connection has written.
    data_version: i64,
}

impl Recorder {
    /// Begins a log of changes after what is committed now.
    pub fn begin(connection: &Connection, log: &Arc<ChangeLog>, database: &Path) -> io::Result<Self> {
        let mut recorder = Self::open(connection, log, database)?;
        let position = wal::committed_end(&recorder.index)?;
        recorder.position = Some(position);
        // Two logs that begin in the same millisecond have other numbers.
        let random: i64 = connection.query_row("SELECT random() & 65535", [], |row| row.get(0)).map_err(io::Error::other)?;
        log.begin((SystemClock.now().0.unsigned_abs() << 16) | random.unsigned_abs(), position)?;
        Ok(recorder)
    }

    /// Goes on with the log of an earlier process, and records what that has not.
    pub fn resume(connection: &Connection, log: &Arc<ChangeLog>, database: &Path, resumed: Resumed) -> Option<Self> {
        let resume = || {
            let mut recorder = Self::open(connection, log, database)?;
            if let Some(position) = &resumed.wal {
                let header = Header::read(&recorder.wal)?;
                if header.map(|header| header.confirms(&recorder.wal, position)).transpose()? != Some(true) {
                    return Err(io::Error::other("SQLite's log was restarted"));
                }
            }
            recorder.position = resumed.wal;
            Ok(recorder)
        };
        match resume() {
            Ok(recorder) => {
                log.resume(resumed.spool);
                recorder.record(connection)
            }
            Err(error) => {
                tracing::info!(%error, "the log of changes cannot go on: the continuous backup begins anew");
                None
            }
        }
    }

    fn open(connection: &Connection, log: &Arc<ChangeLog>, database: &Path) -> io::Result<Self> {
        // It reads, and so makes SQLite open its log.
        let data_version = data_version(connection)?;
        let (wal, index) = (open_beside(database, "-wal")?, open_beside(database, "-shm")?);
        Ok(Self { log: Arc::clone(log), wal, index, position: None, data_version })
    }

    /// Records what was committed since. `None` when the log has ended.
    pub fn record(mut self, connection: &Connection) -> Option<Self> {
        match self.try_record(connection) {
            Ok(true) => Some(self),
            Ok(false) => None,
            Err(error) => {
                tracing::warn!(%error, "the log of changes has ended: the continuous backup begins anew");
                self.log.end();
                None
            }
        }
    }

    fn try_record(&mut self, connection: &Connection) -> io::Result<bool> {
        if self.log.spool().is_none() {
            return Ok(false);
        }
        let end = wal::committed_end(&self.index)?;
        if end.frame == 0 || Some(end) == self.position {
            return Ok(true);
        }
        let header = Header::read(&self.wal)?.filter(|header| header.has(&end));
        let header = header.ok_or_else(|| io::Error::other("SQLite's log and its index differ"))?;
        let start = match &self.position {
            Some(position) if header.has(position) && position.frame > 0 => *position,
            Some(position) if header.has(position) => header.start(),
            position => {
                // Everything before was recorded, unless another program has written and restarted.
                let is_next = match position {
                    Some(position) if position.salts != [0; 8] => {
                        header.is_next_of(position) && data_version(connection)? == self.data_version
                    }
                    _ => header.restarts == 0,
                };
                if !is_next {
                    return Err(io::Error::other("another program has written to the database"));
                }
                header.start()
            }
        };
        let frames = header.frames_between(&self.wal, start, end, COMMIT_BYTES_MAX)?;
        let record = Record {
            at: SystemClock.now(),
            page_bytes: header.page_bytes,
            database_pages: frames.database_pages,
            wal: end,
            pages: &frames.pages,
        };
        match &mut *self.log.spool() {
            Some(spool) => spool.append(&record)?,
            None => return Ok(false),
        }
        self.position = Some(end);
        Ok(true)
    }
}

fn open_beside(database: &Path, suffix: &str) -> io::Result<File> {
    let mut path = database.to_owned().into_os_string();
    path.push(suffix);
    File::open(path)
}

fn data_version(connection: &Connection) -> io::Result<i64> {
    connection.query_row("PRAGMA data_version", [], |row| row.get(0)).map_err(io::Error::other)
}
