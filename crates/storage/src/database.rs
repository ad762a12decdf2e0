//! The database as the rest of the program sees it: reads that decode rows, and batches that commit.

use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use guildhall_model::codes::context;
use guildhall_model::{Error, Result};

use crate::engine::{Engine, Want};
use crate::migrate::{self, Step};
use crate::{Batch, DatabaseUrl, Dialect, FromRow, Sql, Value, value};

/// How much a database is given to work with. The defaults suit a server; tests ask for less.
#[derive(Debug, Clone)]
pub struct OpenOptions {
    /// SQLite: reader threads. PostgreSQL, MySQL: connections for reading. 0 chooses by the machine.
    pub readers: usize,
    /// PostgreSQL, MySQL: connections that commit. SQLite always has one.
    pub writers: usize,
    /// Reads that may wait for a reader, and batches that may wait for each writer, before callers are told "busy".
    pub queue: usize,
    /// How long a call waits for a connection while the database is down.
    pub connect_timeout_ms: u64,
    /// How long one read, or one group of batches, may take.
    pub statement_timeout_ms: u64,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self { readers: 0, writers: 4, queue: 4096, connect_timeout_ms: 3_000, statement_timeout_ms: 15_000 }
    }
}

/// A database, open. Clones are the same one. Its owner may do everything, and makes the granted ids and readers with
/// which others do what they may.
#[derive(Clone)]
pub struct Database(Arc<Reader>);

/// What the functions of the table files read by. Rows that belong to something are only found with its granted id.
pub struct Reader {
    engine: Engine,
    queries: AtomicU64,
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

    /// Every row of the answer.
    pub(crate) async fn all<T: FromRow + Send + 'static>(&self, sql: impl Into<Sql> + Send, params: Vec<Value>) -> Result<Vec<T>> {
        self.read(sql.into(), params, Want::All).await
    }

    /// The first row, if there is one.
    pub(crate) async fn optional<T: FromRow + Send + 'static>(&self, sql: impl Into<Sql> + Send, params: Vec<Value>) -> Result<Option<T>> {
        Ok(self.read(sql.into(), params, Want::First).await?.pop())
    }

    /// The row of a statement that always has one (a count, a maximum).
    pub(crate) async fn one<T: FromRow + Send + 'static>(&self, sql: impl Into<Sql> + Send, params: Vec<Value>) -> Result<T> {
        let row = self.optional(sql, params).await?;
        row.ok_or_else(|| context::INTERNAL.because("a statement that always has a row had none"))
    }

    async fn read<T: FromRow + Send + 'static>(&self, sql: Sql, params: Vec<Value>, want: Want) -> Result<Vec<T>> {
        value::check(&params)?;
        self.queries.fetch_add(1, Ordering::Relaxed);
        self.engine.read(sql, params, want).await
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<()> {
        self.engine.read::<i64>("SELECT 1".into(), Vec::new(), Want::First).await.map(|_| ())
    }
}

impl Database {
    /// Opens SQLite's file (it is made when it is not there), or prepares the connections to a server, which need not
    /// answer yet: [`Database::ping`] and [`Database::migrate`] tell.
    pub async fn open(url: &DatabaseUrl, options: OpenOptions) -> Result<Self> {
        let engine = Engine::open(url, &options).await?;
        Ok(Self(Arc::new(Reader { engine, queries: AtomicU64::new(0) })))
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

    /// Makes the batch happen as a whole. On `Ok` it is on disk; on an error nothing of it happened, except that after
    /// `DATABASE_UNAVAILABLE` nobody can know. The batch runs to its end even when the caller stops waiting.
    pub async fn commit(&self, batch: impl Into<Batch> + Send) -> Result<()> {
        let batch = batch.into();
        batch.check()?;
        if batch.is_empty() {
            return Ok(());
        }
        self.queries.fetch_add(batch.len() as u64, Ordering::Relaxed);
        self.engine.commit(batch).await
    }

    /// How many reads and statements were issued so far, for tests of hot paths.
    pub fn queries(&self) -> u64 {
        self.queries.load(Ordering::Relaxed)
    }

    /// Brings the schema to what this program knows; safe when several nodes start at once.
    pub async fn migrate(&self) -> Result<()> {
        self.migrate_to(migrate::STEPS).await
    }

    /// The steps that [`Database::migrate`] would run, oldest first; an error where it would refuse.
    pub async fn pending_migrations(&self) -> Result<Vec<&'static Step>> {
        let applied = self.engine.applied_steps().await?;
        migrate::plan(self.dialect(), migrate::STEPS, &applied)
    }

    pub(crate) async fn migrate_to(&self, steps: &'static [Step]) -> Result<()> {
        self.engine.migrate(steps).await
    }

    /// Finishes what was submitted, then lets go of files and connections. Calls after it fail.
    pub async fn close(&self) {
        self.engine.close().await;
    }
}

/// The answer to whoever calls after [`Database::close`].
pub(crate) fn closed() -> Error {
    context::DATABASE_UNAVAILABLE.because("the database is closed")
}
