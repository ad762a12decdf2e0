//! The reader threads: each has a connection and its prepared statements, and takes the next read from one queue.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Instant;

use crossbeam_channel::{Receiver, Sender};
use guildhall_model::Result;
use guildhall_model::codes::context;
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::connection::{AccessMode, DatabaseFile, open_failed, query};
use super::queue::try_send;
use crate::engine::PoolLoad;
use crate::observer::Observer;
use crate::row::RowSink;
use crate::{Dialect, OpenOptions, Sql, Value};

type Job = Box<dyn FnOnce(&Connection) + Send>;

enum Message {
    Read(Job),
    Close,
}

#[derive(Clone)]
pub(super) struct Readers {
    queue: Sender<Message>,
    count: usize,
    observer: Arc<Observer>,
}

impl Readers {
    pub fn start(
        file: &Arc<DatabaseFile>,
        options: &OpenOptions,
        observer: &Arc<Observer>,
        threads: &mut Vec<JoinHandle<()>>,
    ) -> Result<Self> {
        let cores = thread::available_parallelism().map_or(2, usize::from);
        let count = if options.readers == 0 { cores.clamp(2, 8) } else { options.readers };
        let (queue, jobs) = crossbeam_channel::bounded(options.queue.max(1));
        for index in 0..count {
            let (file, jobs) = (Arc::clone(file), jobs.clone());
            let connection = file.connect(AccessMode::ReadOnly)?;
            let run = move || {
                serve(&connection, &jobs);
                drop((connection, file));
            };
            threads.push(thread::Builder::new().name(format!("sqlite-read-{index}")).spawn(run).map_err(|error| open_failed(&error))?);
        }
        Ok(Self { queue, count, observer: Arc::clone(observer) })
    }

    pub async fn read(&self, sql: Sql, params: Vec<Value>, mut rows: Box<dyn RowSink>) -> Result<Box<dyn RowSink>> {
        let (answer, answered) = oneshot::channel();
        let observer = Arc::clone(&self.observer);
        let job = move |connection: &Connection| {
            // The caller may have been cancelled meanwhile.
            if !answer.is_closed() {
                let _reading = observer.metrics.reading.enter();
                let sql = sql.render(Dialect::Sqlite);
                let start = Instant::now();
                let outcome = query(connection, &sql, &params, &mut *rows);
                let slow = observer.count_read(start.elapsed(), rows.len() as u64, &sql);
                let _ = answer.send((outcome.map(|()| rows).map_err(|failure| failure.in_sql(&sql).into_error()), slow));
            }
        };
        try_send(&self.queue, Message::Read(Box::new(job)))?;
        let Ok((outcome, slow)) = answered.await else {
            return Err(context::INTERNAL.with_source("a read ended without an answer"));
        };
        if let Some(slow) = slow {
            self.observer.log(slow);
        }
        outcome
    }

    pub fn load(&self) -> PoolLoad {
        PoolLoad { waiting: self.queue.len(), busy: self.observer.metrics.reading.get() as usize, connections: self.count }
    }

    pub fn close(&self) {
        for _ in 0..self.count {
            let _ = self.queue.send(Message::Close);
        }
    }
}

fn serve(connection: &Connection, jobs: &Receiver<Message>) {
    while let Ok(Message::Read(job)) = jobs.recv() {
        // A panic in one decoder must not end the thread that the other reads need.
        if catch_unwind(AssertUnwindSafe(|| job(connection))).is_err() {
            tracing::error!("a read panicked");
        }
    }
}
