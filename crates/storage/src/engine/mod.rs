//! The three engines behind one set of calls. Which one is decided once, when the database is opened.

mod mysql;
mod postgres;
pub(crate) mod server;
mod sqlite;
pub(crate) mod submission;

use std::path::Path;
use std::sync::Arc;

use guildhall_model::Result;
use guildhall_model::codes::context;
use guildhall_model::ports::ChangeCapture;

use crate::dispatch::Dispatcher;
use crate::dump::SnapshotConnection;
use crate::migrate::{self, AppliedStep, Step};
use crate::observer::Observer;
use crate::row::{RowSink, Rows};
use crate::upgrade::SnapshotReport;
use crate::{Batch, DatabaseUrl, Dialect, FromRow, OpenOptions, Sql, Value, params};
use server::ServerEngine;
use submission::Answer;

/// What a database occupies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatabaseSize {
    pub bytes: u64,
    /// The write-ahead log; `None` where it is the server's own affair.
    pub log_bytes: Option<u64>,
}

/// How much an engine has to do at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatabaseLoad {
    pub read: PoolLoad,
    pub write: PoolLoad,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PoolLoad {
    /// Calls that wait for their turn.
    pub waiting: usize,
    /// Connections that execute something.
    pub busy: usize,
    /// Open connections.
    pub connections: usize,
}

/// See [`Database::hold_log`](crate::Database::hold_log).
pub struct LogHold {
    _long_read: Option<sqlite::LongRead>,
}

pub(crate) enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(ServerEngine<postgres::Postgres>),
    Mysql(ServerEngine<mysql::Mysql>),
}

impl Engine {
    pub async fn open(url: &DatabaseUrl, options: &OpenOptions, dispatcher: &Arc<Dispatcher>, observer: &Arc<Observer>) -> Result<Self> {
        match url {
            DatabaseUrl::SqliteFile(path) => sqlite::Sqlite::open_file(path.clone(), options, dispatcher, observer).await.map(Self::Sqlite),
            DatabaseUrl::SqliteMemory => sqlite::Sqlite::open_private(options, dispatcher, observer).await.map(Self::Sqlite),
            DatabaseUrl::Postgres(url) => ServerEngine::open(url, options, dispatcher, observer).map(Self::Postgres),
            DatabaseUrl::Mysql(url) => ServerEngine::open(url, options, dispatcher, observer).map(Self::Mysql),
        }
    }

    pub const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
            Self::Mysql(_) => Dialect::Mysql,
        }
    }

    pub async fn read<T: FromRow + Send + 'static>(&self, sql: Sql, params: Vec<Value>, rows: Rows<T>) -> Result<Vec<T>> {
        let rows = self.read_into(sql, params, Box::new(rows)).await?;
        let rows = rows.into_any().downcast::<Rows<T>>().map_err(|_| context::INTERNAL.with_source("rows of another type"))?;
        Ok(rows.into_vec())
    }

    async fn read_into(&self, sql: Sql, params: Vec<Value>, rows: Box<dyn RowSink>) -> Result<Box<dyn RowSink>> {
        match self {
            Self::Sqlite(engine) => engine.read(sql, params, rows).await,
            Self::Postgres(engine) => engine.read(sql, params, rows).await,
            Self::Mysql(engine) => engine.read(sql, params, rows).await,
        }
    }

    pub fn submit(&self, batch: Batch) -> Result<Answer> {
        match self {
            Self::Sqlite(engine) => engine.submit(batch),
            Self::Postgres(engine) => engine.submit(batch),
            Self::Mysql(engine) => engine.submit(batch),
        }
    }

    pub fn load(&self) -> DatabaseLoad {
        match self {
            Self::Sqlite(engine) => engine.load(),
            Self::Postgres(engine) => engine.load(),
            Self::Mysql(engine) => engine.load(),
        }
    }

    pub fn hold_log(&self) -> LogHold {
        let long_read = match self {
            Self::Sqlite(engine) => Some(engine.begin_long_read()),
            Self::Postgres(_) | Self::Mysql(_) => None,
        };
        LogHold { _long_read: long_read }
    }

    pub async fn size(&self) -> Result<DatabaseSize> {
        let sql = match self {
            Self::Sqlite(engine) => return engine.size().await,
            Self::Postgres(_) => "SELECT pg_database_size(current_database())",
            Self::Mysql(_) => {
                "SELECT CAST(COALESCE(SUM(data_length + index_length), 0) AS SIGNED) FROM information_schema.tables WHERE table_schema = DATABASE()"
            }
        };
        let bytes: Vec<i64> = self.read(sql.into(), Vec::new(), Rows::first()).await?;
        Ok(DatabaseSize { bytes: bytes.first().map_or(0, |bytes| u64::try_from(*bytes).unwrap_or_default()), log_bytes: None })
    }

    pub async fn migrate(&self, steps: &'static [Step]) -> Result<()> {
        match self {
            Self::Sqlite(engine) => engine.migrate(steps).await,
            Self::Postgres(engine) => engine.migrate(steps).await,
            Self::Mysql(engine) => engine.migrate(steps).await,
        }
    }

    /// The steps that were applied or begun; none on a database that was never migrated.
    pub async fn applied_steps(&self) -> Result<Vec<AppliedStep>> {
        if !self.has_table(migrate::TABLE).await? {
            return Ok(Vec::new());
        }
        self.read(migrate::SELECT_APPLIED.into(), Vec::new(), Rows::all()).await
    }

    pub async fn has_table(&self, name: &'static str) -> Result<bool> {
        let tables: Vec<i64> = self.read(migrate::COUNT_TABLE, params![name], Rows::first()).await?;
        Ok(tables != [0])
    }

    /// Writes a copy of an embedded database; `false` for the others, which have tools of their own.
    pub async fn write_snapshot(&self, path: &Path, report: SnapshotReport) -> Result<bool> {
        match self {
            Self::Sqlite(engine) => engine.write_snapshot(path, report).await.map(|()| true),
            Self::Postgres(_) | Self::Mysql(_) => Ok(false),
        }
    }

    /// One state of all tables.
    pub async fn snapshot(&self) -> Result<Box<dyn SnapshotConnection>> {
        match self {
            Self::Sqlite(engine) => engine.snapshot().await,
            Self::Postgres(engine) => engine.snapshot().await,
            Self::Mysql(engine) => engine.snapshot().await,
        }
    }

    /// The log of changes of an embedded database.
    pub fn capture(&self) -> Option<Arc<dyn ChangeCapture>> {
        match self {
            Self::Sqlite(engine) => engine.capture(),
            Self::Postgres(_) | Self::Mysql(_) => None,
        }
    }

    pub async fn empty_log(&self) -> Result<bool> {
        match self {
            Self::Sqlite(engine) => engine.empty_log().await,
            Self::Postgres(_) | Self::Mysql(_) => Ok(false),
        }
    }

    pub async fn close(&self) {
        match self {
            Self::Sqlite(engine) => engine.close().await,
            Self::Postgres(engine) => engine.close().await,
            Self::Mysql(engine) => engine.close().await,
        }
    }
}
