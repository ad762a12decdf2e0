//! The reader threads: each has a connection and its prepared statements, and takes the next read from one queue.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Receiver, Sender};
use guildhall_model::Result;
use guildhall_model::codes::context;
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::connection::{AccessMode, DatabaseFile, open_failed, query};
use super::queue::try_send;
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
}

impl Readers {
    pub fn start(file: &Arc<DatabaseFile>, options: &OpenOptions, threads: &mut Vec<JoinHandle<()>>) -> Result<Self> {
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
        Ok(Self { queue, count })
    }

    pub async fn read(&self, sql: Sql, params: Vec<Value>, mut rows: Box<dyn RowSink>) -> Result<Box<dyn RowSink>> {
        let (answer, answered) = oneshot::channel();
        let job = move |connection: &Connection| {
            // The caller may have been cancelled meanwhile.
            if !answer.is_closed() {
                let sql = sql.render(Dialect::Sqlite);
                let outcome = query(connection, &sql, &params, &mut *rows);
                let _ = answer.send(outcome.map(|()| rows).map_err(|failure| failure.in_sql(&sql).into_error()));
            }
        };
        try_send(&self.queue, Message::Read(Box::new(job)))?;
        answered.await.unwrap_or_else(|_| Err(context::INTERNAL.with_source("a read ended without an answer")))
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
