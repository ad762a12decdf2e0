//! The database as the other crates see it: reads that decode rows, and batches that are committed and published.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use guildhall_model::codes::context;
use guildhall_model::{Event, EventSink, Result};
use tracing::Span;

use crate::dispatch::Dispatcher;
use crate::engine::submission::Answer;
use crate::engine::{Engine, LogHold};
use crate::migrate::{self, Step};
use crate::observer::{DatabaseMetrics, Observer};
use crate::row::Rows;
use crate::write_gate::WriteGate;
use crate::{Batch, DatabaseLoad, DatabaseSize, DatabaseUrl, Dialect, FromRow, OpenOptions, Sql, Value, traces, value};

/// An open database. Clones share it. Its owner can execute anything, and creates the granted ids and the readers by
/// which other modules do what was permitted.
#[derive(Clone)]
pub struct Database(Arc<Reader>);

/// Read access for the functions of the table files. Rows that belong to an object are only found with its granted id.
pub struct Reader {
    pub(crate) engine: Engine,
    dispatcher: Arc<Dispatcher>,
    observer: Arc<Observer>,
    queries: AtomicU64,
    is_traced: bool,
    write_gate: Arc<WriteGate>,
}

/// A batch that was submitted. It is committed whether somebody waits for it or not.
#[must_use = "whether it was committed is only known after waiting"]
pub struct PendingCommit(Answer);

impl PendingCommit {
    #[cfg(feature = "simulation")]
    pub(crate) const fn new(answer: Answer) -> Self {
        Self(answer)
    }

    /// What [`Database::commit`] answers.
    pub async fn wait(self) -> Result<()> {
        self.0.wait().await
    }
}

impl Deref for Database {
    type Target = Reader;
    fn deref(&self) -> &Reader {
        &self.0
    }
}

impl Reader {
    pub fn dialect(&self) -> Dialect {
        self.engine.dialect()
    }

    pub(crate) const fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Every row of the answer.
    pub(crate) async fn all<T: FromRow + Send + 'static>(&self, sql: impl Into<Sql> + Send, params: Vec<Value>) -> Result<Vec<T>> {
        self.read(sql.into(), params, Rows::all()).await
    }

    /// The first row, if there is one.
    pub(crate) async fn optional<T: FromRow + Send + 'static>(&self, sql: impl Into<Sql> + Send, params: Vec<Value>) -> Result<Option<T>> {
        Ok(self.read(sql.into(), params, Rows::first()).await?.pop())
    }

    /// The row of a statement that always has one (a count, a maximum).
    pub(crate) async fn one<T: FromRow + Send + 'static>(&self, sql: impl Into<Sql> + Send, params: Vec<Value>) -> Result<T> {
        let row = self.optional(sql, params).await?;
        row.ok_or_else(|| context::INTERNAL.with_source("a statement that always has a row had none"))
    }

    /// The rows up to and including the one with which they exceed `bytes_max`; one at least. `size` is the size of a row.
    pub(crate) async fn all_within<T: FromRow + Send + 'static>(
        &self,
        sql: impl Into<Sql> + Send,
        params: Vec<Value>,
        bytes_max: usize,
        size: fn(&T) -> usize,
    ) -> Result<Vec<T>> {
        self.read(sql.into(), params, Rows::within(bytes_max, size)).await
    }

    async fn read<T: FromRow + Send + 'static>(&self, sql: Sql, params: Vec<Value>, rows: Rows<T>) -> Result<Vec<T>> {
        value::check(&params)?;
        self.queries.fetch_add(1, Ordering::Relaxed);
        let _span = self.is_traced.then(|| traces::read(self.dialect(), &sql));
        self.engine.read(sql, params, rows).await
    }

    /// What was executed so far.
    pub fn metrics(&self) -> &DatabaseMetrics {
        &self.observer.metrics
    }

    /// What waits and what is executed at the moment.
    pub fn load(&self) -> DatabaseLoad {
        self.engine.load()
    }

    pub async fn size(&self) -> Result<DatabaseSize> {
        self.engine.size().await
    }

    /// Whether no step of the schema was applied or begun.
    pub async fn is_empty(&self) -> Result<bool> {
        Ok(self.engine.applied_steps().await?.is_empty())
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        self.engine.read::<i64>("SELECT 1".into(), Vec::new(), Rows::first()).await.map(|_| ())
    }
}

impl Drop for Reader {
    /// The engine may join its writers on the thread that runs the sink.
    fn drop(&mut self) {
        self.dispatcher.lift_limit();
    }
}

impl Database {
    /// Opens SQLite's file (it is created if absent), or prepares the connections to a server, which need not answer yet:
    /// [`Database::ping`] and [`Database::migrate`] report whether it does.
    pub async fn open(url: &DatabaseUrl, options: OpenOptions) -> Result<Self> {
        let dispatcher = Dispatcher::start()?;
        let observer = Arc::new(Observer::new(options.slow_query_ms));
        let engine = Engine::open(url, &options, &dispatcher, &observer).await?;
        Ok(Self(Arc::new(Reader {
            engine,
            dispatcher,
            observer,
            queries: AtomicU64::new(0),
            is_traced: options.is_traced,
            write_gate: Arc::default(),
        })))
    }

    /// Sets the sink of events, once; events that are published before are dropped. The sink is called on one
    /// thread, in commit order. It must not own a handle of this database, or neither of them is ever dropped.
    pub fn publish_to(&self, sink: Arc<dyn EventSink>) {
        self.dispatcher.set_sink(sink);
    }

    /// Publishes events of what is not stored (typing, ephemeral posts); returns when the sink has received them.
    pub async fn publish(&self, events: Vec<Event>) {
        if !events.is_empty() {
            let span = if self.is_traced { Span::current() } else { Span::none() };
            self.dispatcher.publish(events, span).await;
        }
    }

    /// Every row of the answer to any statement; see [`Reader::all`].
    pub async fn all<T: FromRow + Send + 'static>(&self, sql: impl Into<Sql> + Send, params: Vec<Value>) -> Result<Vec<T>> {
        Reader::all(self, sql, params).await
    }

    /// The first row, if there is one.
    pub async fn optional<T: FromRow + Send + 'static>(&self, sql: impl Into<Sql> + Send, params: Vec<Value>) -> Result<Option<T>> {
        Reader::optional(self, sql, params).await
    }

    /// The row of a statement that always has one (a count, a maximum).
    pub async fn one<T: FromRow + Send + 'static>(&self, sql: impl Into<Sql> + Send, params: Vec<Value>) -> Result<T> {
        Reader::one(self, sql, params).await
    }

    /// Commits the batch as a whole. On `Ok` it is on disk and its events are published; on an error nothing of it
    /// happened and nothing is published, except that after `DATABASE_UNAVAILABLE` the batch may be on disk all the
    /// same, without its events: then the next batch of its lane publishes [`Event::EventsLost`] before it is answered. After the first poll, dropping the future does not cancel the commit.
    pub async fn commit(&self, batch: impl Into<Batch> + Send) -> Result<()> {
        let batch = batch.into();
        if batch.is_empty() {
            self.publish(batch.events).await;
            return Ok(());
        }
        self.submit(batch)?.wait().await
    }

    /// Queues the batch for [`Database::commit`]. Batches of one lane are executed in the order in which they were submitted, except
    /// for those that wait for a lock of another node.
    pub fn submit(&self, mut batch: Batch) -> Result<PendingCommit> {
        batch.check()?;
        batch.in_flight = Some(self.write_gate.enter()?);
        batch.span = Span::current();
        if self.is_traced {
            batch.commit_span = traces::commit(self.dialect(), &batch);
        }
        self.queries.fetch_add(batch.len() as u64, Ordering::Relaxed);
        self.engine.submit(batch).map(PendingCommit)
    }

    #[cfg(test)]
    pub(crate) fn dispatcher(&self) -> &Arc<Dispatcher> {
        &self.0.dispatcher
    }

    /// How many reads and statements were issued so far, for tests of hot paths.
    pub fn queries(&self) -> u64 {
        self.queries.load(Ordering::Relaxed)
    }

    /// Applies the pending steps of the schema; safe when several nodes start at once.
    pub async fn migrate(&self) -> Result<()> {
        self.migrate_to(migrate::STEPS).await
    }

    /// The steps that [`Database::migrate`] would run, oldest first; an error where it would fail.
    pub async fn pending_migrations(&self) -> Result<Vec<&'static Step>> {
        let applied = self.engine.applied_steps().await?;
        migrate::plan(self.dialect(), migrate::STEPS, &applied)
    }

    pub(crate) async fn migrate_to(&self, steps: &'static [Step]) -> Result<()> {
        self.engine.migrate(steps).await
    }

    /// Moves an embedded database's write-ahead log into its file and empties it; `false` where something was in the way, or for
    /// other databases, which do that themselves.
    pub async fn empty_log(&self) -> Result<bool> {
        self.engine.empty_log().await
    }

    /// From now on commits are rejected with `READ_ONLY`; returns when those before it have ended.
    pub async fn close_for_writes(&self) {
        self.write_gate.close().await;
    }

    pub fn open_for_writes(&self) {
        self.write_gate.open();
    }

    /// An embedded database's log grows, instead of being restarted, while this lives: writers would wait for whoever reads
    /// the file for long, also in another process.
    pub fn hold_log(&self) -> LogHold {
        self.engine.hold_log()
    }

    /// Commits what was submitted, publishes its events, then closes files and connections. Calls after it fail.
    pub async fn close(&self) {
        self.engine.close().await;
        self.dispatcher.close().await;
    }
}
