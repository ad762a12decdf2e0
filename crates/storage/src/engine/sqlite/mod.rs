//! SQLite inside the process: one writer thread, a few reader threads, and a thread that checkpoints.

mod checkpoint;
mod connection;
mod migrate;
mod readers;
pub(crate) mod row;
mod writer;

use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;

use crossbeam_channel::TrySendError;
use guildhall_model::codes::context;
use guildhall_model::{Error, Result};
use parking_lot::Mutex;

use crate::dispatch::Dispatcher;
use crate::engine::Want;
use crate::engine::submission::Submission;
use crate::failure::closed;
use crate::migrate::{Applied, SELECT_APPLIED, Step};
use crate::{Batch, FromRow, OpenOptions, Sql, Value};
use connection::Place;

pub(crate) struct Sqlite {
    place: Arc<Place>,
    writer: crossbeam_channel::Sender<writer::Message>,
    readers: readers::Readers,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Sqlite {
    pub async fn open_file(path: PathBuf, options: &OpenOptions, dispatcher: &Arc<Dispatcher>) -> Result<Self> {
        let (options, dispatcher) = (options.clone(), Arc::clone(dispatcher));
        blocking(move || Self::open(Place::file(path), &options, &dispatcher)).await
    }

    /// A database nobody else can see, which leaves nothing behind.
    pub async fn open_private(options: &OpenOptions, dispatcher: &Arc<Dispatcher>) -> Result<Self> {
        let (options, dispatcher) = (options.clone(), Arc::clone(dispatcher));
        blocking(move || Self::open(Place::private()?, &options, &dispatcher)).await
    }

    fn open(place: Place, options: &OpenOptions, dispatcher: &Arc<Dispatcher>) -> Result<Self> {
        let place = Arc::new(place);
        let mut threads = Vec::new();
        let (checkpoints, checkpoint_thread) = checkpoint::start(&place)?;
        let (writer, writer_thread) = writer::start(&place, options.queue, checkpoints, dispatcher)?;
        threads.push(writer_thread);
        let readers = readers::Readers::start(&place, options, &mut threads)?;
        threads.push(checkpoint_thread);
        Ok(Self { place, writer, readers, threads: Mutex::new(threads) })
    }

    pub async fn read<T: FromRow + Send + 'static>(&self, sql: Sql, params: Vec<Value>, want: Want) -> Result<Vec<T>> {
        self.readers.read(sql, params, want).await
    }

    pub async fn commit(&self, batch: Batch) -> Result<()> {
        let (submission, answer) = Submission::new(batch);
        self.writer.try_send(writer::Message::Commit(submission)).map_err(refused)?;
        answer.wait().await
    }

    pub async fn migrate(&self, steps: &'static [Step]) -> Result<()> {
        let place = Arc::clone(&self.place);
        blocking(move || migrate::run(&place, steps)).await
    }

    pub async fn applied_steps(&self) -> Result<Vec<Applied>> {
        let tables = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'";
        let found: Vec<i64> = self.read(tables.into(), Vec::new(), Want::First).await?;
        if found == [0] { Ok(Vec::new()) } else { self.read(SELECT_APPLIED.into(), Vec::new(), Want::All).await }
    }

    pub async fn close(&self) {
        let end = self.end();
        let _ = tokio::task::spawn_blocking(end).await;
    }

    /// Lets the threads finish what is queued, and waits for them.
    fn end(&self) -> impl FnOnce() + Send + 'static {
        let threads = std::mem::take(&mut *self.threads.lock());
        let (writer, readers) = (self.writer.clone(), self.readers.clone());
        move || {
            if threads.is_empty() {
                return;
            }
            // A thread that is gone already needs no message.
            let _ = writer.send(writer::Message::Close);
            readers.close();
            for thread in threads {
                let _ = thread.join();
            }
        }
    }
}

impl Drop for Sqlite {
    /// Threads that outlived this would be killed with the process: in the middle of a commit that was asked for, and
    /// before they can remove a private database's folder.
    fn drop(&mut self) {
        self.end()();
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| context::INTERNAL.with_source(error))?
}

fn refused<T>(error: TrySendError<T>) -> Error {
    match error {
        TrySendError::Full(_) => context::BUSY.into(),
        TrySendError::Disconnected(_) => closed(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Statement, params};

    #[tokio::test]
    async fn a_private_database_leaves_nothing_behind() {
        let database = Sqlite::open_private(&OpenOptions::default(), &Dispatcher::start().unwrap()).await.unwrap();
        database.commit(Statement::new("CREATE TABLE t (n BIGINT)", params![]).into()).await.unwrap();
        let folder = database.place.folder().unwrap().to_owned();
        assert!(folder.is_dir());
        drop(database);
        assert!(!folder.exists());
    }

    #[tokio::test]
    async fn what_was_submitted_is_done_even_if_nobody_waits_for_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("chat.db");
        let dispatcher = Dispatcher::start().unwrap();
        let database = Sqlite::open_file(file.clone(), &OpenOptions::default(), &dispatcher).await.unwrap();
        database.commit(Statement::new("CREATE TABLE t (n BIGINT)", params![]).into()).await.unwrap();
        for n in 0..100 {
            let (submission, _) = Submission::new(Statement::new("INSERT INTO t (n) VALUES (?)", params![n]).into());
            assert!(database.writer.try_send(writer::Message::Commit(submission)).is_ok());
        }
        drop(database);
        let database = Sqlite::open_file(file, &OpenOptions::default(), &dispatcher).await.unwrap();
        let found: Vec<i64> = database.read("SELECT COUNT(*) FROM t".into(), Vec::new(), Want::First).await.unwrap();
        assert_eq!(found, [100]);
    }
}
