//! SQLite inside the process: one writer thread, a few reader threads, and a thread that checkpoints.

mod capture;
mod checkpoint;
mod connection;
mod file_copy;
mod migrate;
mod queue;
mod readers;
mod snapshot;
mod writer;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;

use guildhall_model::Result;
use guildhall_model::codes::context;
use guildhall_model::ports::ChangeCapture;
use parking_lot::Mutex;

use crate::dispatch::Dispatcher;
use crate::dump::SnapshotConnection;
use crate::engine::submission::{Answer, Submission};
use crate::engine::{DatabaseLoad, DatabaseSize, PoolLoad};
use crate::migrate::Step;
use crate::observer::Observer;
use crate::row::RowSink;
use crate::upgrade::SnapshotReport;
use crate::{Batch, OpenOptions, Sql, Value};
use capture::{ChangeLog, SqliteCapture};
use connection::DatabaseFile;
pub(crate) use connection::LongRead;
use queue::try_send;

pub(crate) struct Sqlite {
    file: Arc<DatabaseFile>,
    log: Arc<ChangeLog>,
    writer: crossbeam_channel::Sender<writer::Message>,
    readers: readers::Readers,
    observer: Arc<Observer>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Sqlite {
    pub async fn open_file(path: PathBuf, options: &OpenOptions, dispatcher: &Arc<Dispatcher>, observer: &Arc<Observer>) -> Result<Self> {
        let (options, dispatcher, observer) = (options.clone(), Arc::clone(dispatcher), Arc::clone(observer));
        blocking(move || Self::open(DatabaseFile::file(path), &options, &dispatcher, &observer)).await
    }

    /// A database in a temporary folder that is removed at the end.
    pub async fn open_private(options: &OpenOptions, dispatcher: &Arc<Dispatcher>, observer: &Arc<Observer>) -> Result<Self> {
        let (options, dispatcher, observer) = (options.clone(), Arc::clone(dispatcher), Arc::clone(observer));
        blocking(move || Self::open(DatabaseFile::private()?, &options, &dispatcher, &observer)).await
    }

    fn open(file: DatabaseFile, options: &OpenOptions, dispatcher: &Arc<Dispatcher>, observer: &Arc<Observer>) -> Result<Self> {
        let file = Arc::new(file);
        let log = Arc::new(ChangeLog::new(options.change_log.clone(), file.path().to_owned()));
        let resumed = log.take_resumable();
        let mut threads = Vec::new();
        let (checkpoints, checkpoint_thread) = checkpoint::start(&file)?;
        let (writer, writer_thread) = writer::start(&file, (&log, resumed), options.queue, checkpoints, dispatcher, observer)?;
        threads.push(writer_thread);
        let readers = readers::Readers::start(&file, options, observer, &mut threads)?;
        threads.push(checkpoint_thread);
        Ok(Self { file, log, writer, readers, observer: Arc::clone(observer), threads: Mutex::new(threads) })
    }

    pub async fn read(&self, sql: Sql, params: Vec<Value>, rows: Box<dyn RowSink>) -> Result<Box<dyn RowSink>> {
        self.readers.read(sql, params, rows).await
    }

    pub fn submit(&self, batch: Batch) -> Result<Answer> {
        let (submission, answer) = Submission::new(batch);
        try_send(&self.writer, writer::Message::Commit(submission))?;
        Ok(answer)
    }

    pub fn load(&self) -> DatabaseLoad {
        let busy = self.observer.metrics.writing.get() as usize;
        DatabaseLoad { read: self.readers.load(), write: PoolLoad { waiting: self.writer.len(), busy, connections: 1 } }
    }

    pub async fn size(&self) -> Result<DatabaseSize> {
        let file = Arc::clone(&self.file);
        blocking(move || file.size()).await
    }

    pub async fn migrate(&self, steps: &'static [Step]) -> Result<()> {
        let file = Arc::clone(&self.file);
        blocking(move || migrate::run(&file, steps)).await
    }

    pub async fn snapshot(&self) -> Result<Box<dyn SnapshotConnection>> {
        snapshot::open(Arc::clone(&self.file)).await
    }

    pub fn begin_long_read(&self) -> LongRead {
        DatabaseFile::begin_long_read(&self.file)
    }

    pub async fn write_snapshot(&self, path: &Path, report: SnapshotReport) -> Result<()> {
        let (file, path) = (Arc::clone(&self.file), path.to_owned());
        blocking(move || file_copy::write(&file, &path, report)).await
    }

    /// The log of changes; `None` where the options name no place for it.
    pub fn capture(&self) -> Option<Arc<dyn ChangeCapture>> {
        let capture = || SqliteCapture { log: Arc::clone(&self.log), file: Arc::clone(&self.file), writer: self.writer.clone() };
        self.log.is_possible().then(|| Arc::new(capture()) as _)
    }

    pub async fn empty_log(&self) -> Result<bool> {
        let file = Arc::clone(&self.file);
        blocking(move || checkpoint::empty_log(&file)).await
    }

    pub async fn close(&self) {
        let _ = tokio::task::spawn_blocking(self.end_threads()).await;
    }

    /// Waits until the threads have finished what is queued.
    fn end_threads(&self) -> impl FnOnce() + Send + 'static {
        let threads = std::mem::take(&mut *self.threads.lock());
        let (writer, readers, log) = (self.writer.clone(), self.readers.clone(), Arc::clone(&self.log));
        move || {
            if threads.is_empty() {
                return;
            }
            // A thread that has ended needs no message.
            let _ = writer.send(writer::Message::Close);
            readers.close();
            for thread in threads {
                let _ = thread.join();
            }
            log.close();
        }
    }
}

impl Drop for Sqlite {
    /// Threads that are not joined would be killed with the process: during a commit, or before they have removed a
    /// private database's folder.
    fn drop(&mut self) {
        self.end_threads()();
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(|error| context::INTERNAL.with_source(error))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::row::Rows;
    use crate::{Statement, params};

    #[tokio::test]
    async fn the_folder_of_a_private_database_is_removed() {
        let database =
            Sqlite::open_private(&OpenOptions::default(), &Dispatcher::start().unwrap(), &Arc::new(Observer::new(0))).await.unwrap();
        database.submit(Statement::new("CREATE TABLE t (n BIGINT)", params![]).into()).unwrap().wait().await.unwrap();
        let folder = database.file.folder().unwrap().to_owned();
        assert!(folder.is_dir());
        drop(database);
        assert!(!folder.exists());
    }

    #[tokio::test]
    async fn submitted_batches_are_committed_even_if_their_callers_are_gone() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("chat.db");
        let dispatcher = Dispatcher::start().unwrap();
        let database = Sqlite::open_file(file.clone(), &OpenOptions::default(), &dispatcher, &Arc::new(Observer::new(0))).await.unwrap();
        database.submit(Statement::new("CREATE TABLE t (n BIGINT)", params![]).into()).unwrap().wait().await.unwrap();
        for n in 0..100 {
            let (submission, _) = Submission::new(Statement::new("INSERT INTO t (n) VALUES (?)", params![n]).into());
            assert!(database.writer.try_send(writer::Message::Commit(submission)).is_ok());
        }
        drop(database);
        let database = Sqlite::open_file(file, &OpenOptions::default(), &dispatcher, &Arc::new(Observer::new(0))).await.unwrap();
        let counts = Box::new(Rows::<i64>::first());
        let counts = database.read("SELECT COUNT(*) FROM t".into(), Vec::new(), counts).await.unwrap();
        let counts = counts.into_any().downcast::<Rows<i64>>().unwrap();
        assert_eq!(counts.into_vec(), [100]);
    }
}
