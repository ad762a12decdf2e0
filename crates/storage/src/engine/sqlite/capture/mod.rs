//! The log of changes that continuous backups copy: `docs/decisions/0037-continuous-backups.md`.

mod log;
mod recorder;
mod spool;
#[cfg(test)]
mod tests;
mod wal;

use std::io;
use std::path::Path;
use std::sync::Arc;

use crossbeam_channel::{Sender, bounded};
use guildhall_model::changes::{ChangePosition, ChangesAfter};
use guildhall_model::codes::storage as codes;
use guildhall_model::ports::ChangeCapture;
use guildhall_model::{Error, Result};
use rusqlite::Connection;

use super::connection::{AccessMode, DatabaseFile};
use super::file_copy;
use super::writer::{Message, Turn};
use crate::failure::closed;

pub(super) use log::{ChangeLog, Resumed};
pub(super) use recorder::Recorder;

/// The log of changes of an open database.
pub(super) struct SqliteCapture {
    pub log: Arc<ChangeLog>,
    pub file: Arc<DatabaseFile>,
    pub writer: Sender<Message>,
}

impl SqliteCapture {
    /// Does something between two commits, on the writer's thread: only what takes no time.
    fn between_commits<T: Send + 'static>(&self, work: impl FnOnce(&mut Turn<'_>) -> T + Send + 'static) -> Result<T> {
        let (sender, receiver) = bounded(1);
        let turn = move |turn: &mut Turn<'_>| {
            let _ = sender.send(work(turn));
        };
        self.writer.send(Message::Between(Box::new(turn))).map_err(|_| closed())?;
        receiver.recv().map_err(|_| closed())
    }
}

impl ChangeCapture for SqliteCapture {
    fn start(&self) -> Result<()> {
        if self.end().is_some() {
            return Ok(());
        }
        let database = self.file.path().to_owned();
        let log = Arc::clone(&self.log);
        let begin = move |turn: &mut Turn<'_>| {
            if log.spool().is_none() {
                turn.recorder = Some(Recorder::begin(turn.connection, &log, &database)?);
            }
            Ok(())
        };
        self.between_commits(begin)?.map_err(|error: io::Error| failed(error))
    }

    fn stop(&self) {
        self.log.end();
    }

    fn end(&self) -> Option<ChangePosition> {
        self.log.spool().as_ref().map(spool::Spool::end)
    }

    fn read(&self, after: ChangePosition, bytes_max: u64) -> Result<ChangesAfter> {
        let reading = self.log.spool().as_ref().and_then(|spool| spool.reading(after));
        match reading {
            Some(reading) => reading.read(bytes_max).map_err(|error| {
                // What cannot be read today cannot be read tomorrow.
                self.log.end();
                failed(error)
            }),
            None => Ok(ChangesAfter::Gone),
        }
    }

    fn database_bytes(&self) -> Result<u64> {
        self.file.size().map(|size| size.bytes)
    }

    fn copy(&self, path: &Path) -> Result<ChangePosition> {
        let long_read = DatabaseFile::begin_long_read(&self.file);
        let connection = self.file.connect(AccessMode::ReadOnly)?;
        let log = Arc::clone(&self.log);
        let begin = move |turn: &mut Turn<'_>| {
            turn.record();
            let end = log.spool().as_ref().map(spool::Spool::end);
            begin_read(&connection).map(|()| (connection, end))
        };
        let (connection, end) = self.between_commits(begin)?.map_err(failed)?;
        let end = end.ok_or_else(|| failed("there is no log of changes"))?;
        file_copy::copy(&connection, path, Box::new(|_| ())).map_err(failed)?;
        drop(long_read);
        Ok(end)
    }

    fn release(&self, before: ChangePosition) {
        if let Some(spool) = self.log.spool().as_mut().filter(|spool| spool.log == before.log) {
            spool.release(before.offset);
        }
    }

    fn percent_full(&self) -> u64 {
        self.log.spool().as_ref().map_or(0, |spool| spool.bytes() * 100 / spool::BYTES_MAX)
    }
}

/// The state of the connection is that of its first read.
fn begin_read(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("BEGIN")?;
    connection.query_row("SELECT COUNT(*) FROM sqlite_master", [], |_| Ok(()))
}

fn failed(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    codes::CAPTURE_FAILED.with_source(reason)
}
