//! How a connection to PostgreSQL is made and set up, and what its errors mean.

use std::collections::HashMap;
use std::error::Error as _;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use deadpool::managed::{Metrics, RecycleResult};
use deadpool_postgres::{ClientWrapper, ManagerConfig, RecyclingMethod};
use guildhall_model::Result;
use guildhall_model::codes::storage as codes;
use parking_lot::RwLock;
use tokio_postgres::NoTls;
use tokio_postgres::config::SslMode;
use tokio_postgres::error::SqlState;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::bind::OutOfRange;
use super::tls;
use crate::engine::pool::Connections;
use crate::failure::{Failure, FailureKind};
use crate::{Dialect, OpenOptions, Sql, sql};

/// Texts that vary without end must not fill the memory of the server.
const CACHED_STATEMENTS: usize = 1024;

/// Where the server is, and what every connection is told first.
#[derive(Clone)]
pub(super) struct Server {
    config: tokio_postgres::Config,
    tls: Option<MakeRustlsConnect>,
    session: String,
    connect_timeout: Duration,
}

impl Server {
    pub fn new(url: &url::Url, options: &OpenOptions) -> Result<Self> {
        let mut url = url.clone();
        let tls = tls::take_from(&mut url)?;
        let mut config = tokio_postgres::Config::from_str(url.as_str()).map_err(|error| {
            let reason = error.source().map_or_else(|| error.to_string(), ToString::to_string);
            codes::INVALID_URL.with("reason", reason)
        })?;
        let connect_timeout = Duration::from_millis(options.connect_timeout_ms);
        config
            .application_name("guildhall")
            .connect_timeout(connect_timeout)
            // A server that vanished without a word is noticed as soon as one that refuses.
            .tcp_user_timeout(connect_timeout.saturating_mul(2))
            .keepalives_idle(Duration::from_secs(30));
        let session = format!(
            "SET statement_timeout = {}; SET lock_timeout = {}; SET idle_in_transaction_session_timeout = 60000; \
             SET default_transaction_isolation = 'read committed'; SET client_min_messages = warning; \
             SET standard_conforming_strings = on",
            options.statement_timeout_ms, options.connect_timeout_ms,
        );
        config.ssl_mode(if tls.is_some() { SslMode::Require } else { SslMode::Disable });
        Ok(Self { config, tls, session, connect_timeout })
    }

    pub fn connections(&self, count: usize, options: &OpenOptions) -> Result<Connections<Manager>> {
        Connections::new(self.manager(), count, options)
    }

    /// A connection outside the pools, for migrations.
    pub async fn connect(&self) -> Result<ClientWrapper, Failure> {
        let manager = self.manager();
        let connecting = tokio::time::timeout(self.connect_timeout, deadpool::managed::Manager::create(&manager));
        Ok(connecting.await.map_err(|_| Failure::unavailable("the server does not answer"))??)
    }

    fn manager(&self) -> Manager {
        let options = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let config = self.config.clone();
        let inner = match self.tls.clone() {
            Some(tls) => deadpool_postgres::Manager::from_config(config, tls, options),
            None => deadpool_postgres::Manager::from_config(config, NoTls, options),
        };
        Manager { inner, session: self.session.clone() }
    }
}

/// Makes connections and tells each what [`Server`] says.
pub(super) struct Manager {
    inner: deadpool_postgres::Manager,
    session: String,
}

impl deadpool::managed::Manager for Manager {
    type Type = ClientWrapper;
    type Error = Explained;

    async fn create(&self) -> Result<ClientWrapper, Explained> {
        let client = self.inner.create().await?;
        client.batch_execute(&self.session).await?;
        Ok(client)
    }

    async fn recycle(&self, client: &mut ClientWrapper, metrics: &Metrics) -> RecycleResult<Explained> {
        use deadpool::managed::RecycleError;
        self.inner.recycle(client, metrics).await.map_err(|error| match error {
            RecycleError::Message(message) => RecycleError::Message(message),
            RecycleError::Backend(error) => RecycleError::Backend(Explained(error)),
        })
    }
}

/// The statement, prepared at most once a connection.
pub(super) async fn prepare(client: &ClientWrapper, sql: &str, params: usize) -> Result<tokio_postgres::Statement, Failure> {
    if client.statement_cache.size() >= CACHED_STATEMENTS {
        client.statement_cache.clear();
    }
    let statement = client.prepare_cached(sql).await?;
    // The driver's own error for this looks like a lost connection.
    let places = statement.params().len();
    if places == params { Ok(statement) } else { Err(Failure::internal(format!("{params} parameters for {places} places"))) }
}

/// The driver says "db error"; the reason is one level down.
#[derive(Debug)]
pub(super) struct Explained(tokio_postgres::Error);

impl std::fmt::Display for Explained {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0.source() {
            Some(source) => write!(f, "{}: {source}", self.0),
            None => write!(f, "{}", self.0),
        }
    }
}

impl std::error::Error for Explained {}

impl From<tokio_postgres::Error> for Explained {
    fn from(error: tokio_postgres::Error) -> Self {
        Self(error)
    }
}

impl From<Explained> for Failure {
    fn from(error: Explained) -> Self {
        Self::new(kind(&error.0), error)
    }
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        Explained(error).into()
    }
}

fn kind(error: &tokio_postgres::Error) -> FailureKind {
    let Some(db) = error.as_db_error() else {
        let cause = error.source();
        return if cause.is_some_and(|cause| cause.is::<OutOfRange>()) {
            FailureKind::Data
        } else if error.is_closed() || cause.is_none_or(|cause| cause.is::<std::io::Error>()) {
            FailureKind::Unavailable
        } else {
            FailureKind::Internal
        };
    };
    match *db.code() {
        SqlState::UNIQUE_VIOLATION => FailureKind::Duplicate,
        SqlState::STRING_DATA_RIGHT_TRUNCATION
        | SqlState::NUMERIC_VALUE_OUT_OF_RANGE
        | SqlState::CHARACTER_NOT_IN_REPERTOIRE
        | SqlState::PROGRAM_LIMIT_EXCEEDED => FailureKind::Data,
        SqlState::T_R_DEADLOCK_DETECTED | SqlState::T_R_SERIALIZATION_FAILURE | SqlState::LOCK_NOT_AVAILABLE => FailureKind::Contended,
        // Its statement took too long.
        SqlState::QUERY_CANCELED => FailureKind::Busy,
        // A primary that became a standby.
        SqlState::READ_ONLY_SQL_TRANSACTION
        | SqlState::ADMIN_SHUTDOWN
        | SqlState::CRASH_SHUTDOWN
        | SqlState::CANNOT_CONNECT_NOW
        | SqlState::DATABASE_DROPPED
        | SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
        // Prepared statements that the server no longer has, or that a migration made stale: a new connection helps.
        | SqlState::INVALID_SQL_STATEMENT_NAME => FailureKind::Unavailable,
        SqlState::FEATURE_NOT_SUPPORTED if db.message().contains("cached plan") => FailureKind::Unavailable,
        // Class 08: the connection; class 53: no disk, no memory, no connections; class 58: the machine.
        _ if ["08", "53", "58"].iter().any(|class| db.code().code().starts_with(class)) => FailureKind::Unavailable,
        _ => FailureKind::Internal,
    }
}

/// Our texts in PostgreSQL's words: `?` numbered once a text.
#[derive(Default)]
pub(super) struct Texts(RwLock<HashMap<String, Arc<str>>>);

/// Texts that vary without end are a fault of whoever writes them, but not one to run out of memory for.
const TEXTS_MAX: usize = 4096;

impl Texts {
    pub fn of(&self, sql: &Sql) -> Arc<str> {
        let text = sql.render(Dialect::Postgres);
        if let Some(known) = self.0.read().get(&*text) {
            return Arc::clone(known);
        }
        let numbered: Arc<str> = sql::numbered(&text).into();
        let mut known = self.0.write();
        if known.len() >= TEXTS_MAX {
            known.clear();
        }
        known.insert(text.into_owned(), Arc::clone(&numbered));
        numbered
    }
}
