//! How a connection to PostgreSQL is made and set up, and what its errors mean.

use std::error::Error as _;
use std::str::FromStr;
use std::time::Duration;

use deadpool::managed::{Metrics, RecycleResult};
use deadpool_postgres::{ClientWrapper, ManagerConfig, RecyclingMethod};
use guildhall_model::Result;
use guildhall_model::codes::storage as codes;
use tokio_postgres::NoTls;
use tokio_postgres::config::SslMode;
use tokio_postgres::error::SqlState;
use tokio_postgres_rustls::MakeRustlsConnect;

use super::bind::OutOfRange;
use super::tls;
use crate::OpenOptions;
use crate::failure::{Failure, FailureKind};

/// Bounds the memory of the server if texts vary without end.
const CACHED_STATEMENTS: usize = 1024;

/// Where the server is, and the settings of every session.
pub(super) struct Connector {
    config: tokio_postgres::Config,
    tls: Option<MakeRustlsConnect>,
    session: String,
}

impl Connector {
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
            // A server that stopped answering is noticed about as soon as one that refuses.
            .tcp_user_timeout(connect_timeout.saturating_mul(2))
            .keepalives_idle(Duration::from_secs(30));
        let session = format!(
            "SET statement_timeout = {}; SET lock_timeout = {}; SET idle_in_transaction_session_timeout = 60000; \
             SET default_transaction_isolation = 'read committed'; SET client_min_messages = warning; \
             SET standard_conforming_strings = on",
            options.statement_timeout_ms, options.connect_timeout_ms,
        );
        config.ssl_mode(if tls.is_some() { SslMode::Require } else { SslMode::Disable });
        Ok(Self { config, tls, session })
    }

    pub fn manager(&self) -> Manager {
        let options = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let config = self.config.clone();
        let inner = match self.tls.clone() {
            Some(tls) => deadpool_postgres::Manager::from_config(config, tls, options),
            None => deadpool_postgres::Manager::from_config(config, NoTls, options),
        };
        Manager { inner, session: self.session.clone() }
    }
}

/// Makes connections with the settings of [`Connector`].
pub(crate) struct Manager {
    inner: deadpool_postgres::Manager,
    session: String,
}

impl deadpool::managed::Manager for Manager {
    type Type = ClientWrapper;
    type Error = ConnectError;

    async fn create(&self) -> Result<ClientWrapper, ConnectError> {
        let client = self.inner.create().await?;
        client.batch_execute(&self.session).await?;
        Ok(client)
    }

    async fn recycle(&self, client: &mut ClientWrapper, metrics: &Metrics) -> RecycleResult<ConnectError> {
        use deadpool::managed::RecycleError;
        self.inner.recycle(client, metrics).await.map_err(|error| match error {
            RecycleError::Message(message) => RecycleError::Message(message),
            RecycleError::Backend(error) => RecycleError::Backend(ConnectError(error)),
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
    let expected = statement.params().len();
    if expected == params { Ok(statement) } else { Err(Failure::internal(format!("{params} parameters for {expected} placeholders"))) }
}

/// Displays the cause too: the driver's own message is only "db error".
#[derive(Debug)]
pub(crate) struct ConnectError(tokio_postgres::Error);

impl std::fmt::Display for ConnectError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0.source() {
            Some(source) => write!(f, "{}: {source}", self.0),
            None => write!(f, "{}", self.0),
        }
    }
}

impl std::error::Error for ConnectError {}

impl From<tokio_postgres::Error> for ConnectError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self(error)
    }
}

impl From<ConnectError> for Failure {
    fn from(error: ConnectError) -> Self {
        Self::new(kind(&error.0), error)
    }
}

impl From<tokio_postgres::Error> for Failure {
    fn from(error: tokio_postgres::Error) -> Self {
        ConnectError(error).into()
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
        // The statement timeout.
        SqlState::QUERY_CANCELED => FailureKind::Busy,
        // A primary that became a standby.
        SqlState::READ_ONLY_SQL_TRANSACTION
        | SqlState::ADMIN_SHUTDOWN
        | SqlState::CRASH_SHUTDOWN
        | SqlState::CANNOT_CONNECT_NOW
        | SqlState::DATABASE_DROPPED
        | SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT
        // Prepared statements that the server no longer has, or that a migration invalidated: a new connection works.
        | SqlState::INVALID_SQL_STATEMENT_NAME => FailureKind::Unavailable,
        SqlState::FEATURE_NOT_SUPPORTED if db.message().contains("cached plan") => FailureKind::Unavailable,
        SqlState::DISK_FULL => FailureKind::DiskFull,
        // Class 08: the connection; class 53: no memory, no connections; class 58: the machine.
        _ if ["08", "53", "58"].iter().any(|class| db.code().code().starts_with(class)) => FailureKind::Unavailable,
        _ => FailureKind::Internal,
    }
}
