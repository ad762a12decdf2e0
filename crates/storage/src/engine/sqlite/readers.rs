//! The reader threads: each has a connection and its prepared statements, and takes the next read from one queue.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use crossbeam_channel::{Receiver, Sender};
use guildhall_model::Result;
use guildhall_model::codes::context;
use rusqlite::{Connection, params_from_iter};
use tokio::sync::oneshot;

use super::connection::{Place, Use, open_failed};
use super::refused;
use crate::engine::Want;
use crate::failure::Failure;
use crate::row::Inner;
use crate::{Dialect, FromRow, OpenOptions, Row, Sql, Value};

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
    pub fn start(place: &Arc<Place>, options: &OpenOptions, threads: &mut Vec<JoinHandle<()>>) -> Result<Self> {
        let cores = thread::available_parallelism().map_or(2, usize::from);
        let count = if options.readers == 0 { cores.clamp(2, 8) } else { options.readers };
        let (queue, jobs) = crossbeam_channel::bounded(options.queue.max(1));
        for index in 0..count {
            let (place, jobs) = (Arc::clone(place), jobs.clone());
            let connection = place.connect(Use::Read)?;
            let run = move || {
                serve(&connection, &jobs);
                drop((connection, place));
            };
            threads.push(thread::Builder::new().name(format!("sqlite-read-{index}")).spawn(run).map_err(|error| open_failed(&error))?);
        }
        Ok(Self { queue, count })
    }

    pub async fn read<T: FromRow + Send + 'static>(&self, sql: Sql, params: Vec<Value>, want: Want) -> Result<Vec<T>> {
        let (answer, answered) = oneshot::channel();
        let job = move |connection: &Connection| {
            // Whoever asked may have gone; then nobody needs the rows.
            if !answer.is_closed() {
                let sql = sql.render(Dialect::Sqlite);
                let rows = query(connection, &sql, &params, want).map_err(|failure| failure.in_sql(&sql).into_error());
                let _ = answer.send(rows);
            }
        };
        self.queue.try_send(Message::Read(Box::new(job))).map_err(refused)?;
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
        // A fault in one decoder must not take the thread from everybody else.
        if catch_unwind(AssertUnwindSafe(|| job(connection))).is_err() {
            tracing::error!("a read panicked");
        }
    }
}

fn query<T: FromRow>(connection: &Connection, sql: &str, params: &[Value], want: Want) -> Result<Vec<T>, Failure> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params_from_iter(params))?;
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(T::from_row(&Row(Inner::Sqlite(row))).map_err(Failure::internal)?);
        if want == Want::First {
            break;
        }
    }
    Ok(out)
}
