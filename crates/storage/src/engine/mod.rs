//! The three engines behind one set of calls. Which one is decided once, when the database is opened.

mod group;
pub(crate) mod mysql;
mod pool;
pub(crate) mod postgres;
mod read;
pub(crate) mod sqlite;
mod submission;

use std::sync::Arc;

use guildhall_model::Result;

use crate::dispatch::Dispatcher;
use crate::migrate::{Applied, Step};
use crate::{Batch, DatabaseUrl, Dialect, FromRow, OpenOptions, Sql, Value};

/// How many rows of an answer are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Want {
    All,
    First,
}

pub(crate) enum Engine {
    Sqlite(sqlite::Sqlite),
    Postgres(Box<postgres::Postgres>),
    Mysql(mysql::Mysql),
}

impl Engine {
    pub async fn open(url: &DatabaseUrl, options: &OpenOptions, dispatcher: &Arc<Dispatcher>) -> Result<Self> {
        match url {
            DatabaseUrl::SqliteFile(path) => sqlite::Sqlite::open_file(path.clone(), options, dispatcher).await.map(Self::Sqlite),
            DatabaseUrl::SqliteMemory => sqlite::Sqlite::open_private(options, dispatcher).await.map(Self::Sqlite),
            DatabaseUrl::Postgres(url) => postgres::Postgres::open(url, options, dispatcher).map(Box::new).map(Self::Postgres),
            DatabaseUrl::Mysql(url) => mysql::Mysql::open(url, options, dispatcher).map(Self::Mysql),
        }
    }

    pub const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
            Self::Mysql(_) => Dialect::Mysql,
        }
    }

    pub async fn read<T: FromRow + Send + 'static>(&self, sql: Sql, params: Vec<Value>, want: Want) -> Result<Vec<T>> {
        match self {
            Self::Sqlite(engine) => engine.read(sql, params, want).await,
            Self::Postgres(engine) => engine.read(sql, params, want).await,
            Self::Mysql(engine) => engine.read(sql, params, want).await,
        }
    }

    pub async fn commit(&self, batch: Batch) -> Result<()> {
        match self {
            Self::Sqlite(engine) => engine.commit(batch).await,
            Self::Postgres(engine) => engine.commit(batch).await,
            Self::Mysql(engine) => engine.commit(batch).await,
        }
    }

    pub async fn migrate(&self, steps: &'static [Step]) -> Result<()> {
        match self {
            Self::Sqlite(engine) => engine.migrate(steps).await,
            Self::Postgres(engine) => engine.migrate(steps).await,
            Self::Mysql(engine) => engine.migrate(steps).await,
        }
    }

    pub async fn applied_steps(&self) -> Result<Vec<Applied>> {
        match self {
            Self::Sqlite(engine) => engine.applied_steps().await,
            Self::Postgres(engine) => engine.applied_steps().await,
            Self::Mysql(engine) => engine.applied_steps().await,
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
