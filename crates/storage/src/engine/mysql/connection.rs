//! How a connection to MySQL is made and set up, and what its errors mean.

use std::time::Duration;

use deadpool::managed::{self, Metrics, RecycleError, RecycleResult};
use guildhall_model::Result;
use guildhall_model::codes::storage as codes;
use mysql_async::{Conn, DriverError, Opts, OptsBuilder, Params};

use super::tls;
use crate::failure::{Failure, FailureKind};
use crate::{OpenOptions, Value};

const CACHED_STATEMENTS: usize = 512;

/// Makes connections to the server with our session settings.
#[derive(Clone)]
pub(crate) struct Manager {
    options: Opts,
}

impl Manager {
    pub fn new(url: &url::Url, options: &OpenOptions) -> Result<Self> {
        let mut url = url.clone();
        let tls = tls::take_from(&mut url)?;
        let given = Opts::from_url(url.as_str()).map_err(|error| codes::INVALID_URL.with("reason", error))?;
        if given.db_name().is_none_or(str::is_empty) {
            return Err(codes::INVALID_URL.with("reason", "it names no database"));
        }
        // Looking for the server's local socket costs a second connection, and fails across containers.
        let prefer_socket = url.query_pairs().any(|(name, value)| name == "prefer_socket" && value == "true");
        let lock_wait_s = options.connect_timeout_ms.div_ceil(1000);
        let session = format!(
            "SET NAMES utf8mb4 COLLATE utf8mb4_bin, SESSION innodb_lock_wait_timeout = {lock_wait_s}, \
             SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT'"
        );
        let options = OptsBuilder::from_opts(given)
            .ssl_opts(tls)
            .client_found_rows(true)
            .prefer_socket(prefer_socket)
            .stmt_cache_size(CACHED_STATEMENTS)
            .tcp_keepalive(Some(Duration::from_secs(30)))
            .init(vec![session, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED".to_owned()]);
        Ok(Self { options: options.into() })
    }
}

impl managed::Manager for Manager {
    type Type = Conn;
    type Error = mysql_async::Error;

    async fn create(&self) -> Result<Conn, mysql_async::Error> {
        Conn::new(self.options.clone()).await
    }

    async fn recycle(&self, connection: &mut Conn, _: &Metrics) -> RecycleResult<mysql_async::Error> {
        if connection.is_disconnected() { Err(RecycleError::message("the connection is closed")) } else { Ok(()) }
    }
}

pub(super) fn bind(params: &[Value]) -> Params {
    if params.is_empty() {
        return Params::Empty;
    }
    let bind = |value: &Value| match value {
        Value::Null => mysql_async::Value::NULL,
        Value::Int(value) => mysql_async::Value::Int(*value),
        Value::Text(text) => mysql_async::Value::Bytes(text.as_bytes().to_vec()),
        Value::Bytes(bytes) => mysql_async::Value::Bytes(bytes.clone()),
        Value::Id(id) => mysql_async::Value::Bytes(id.to_vec()),
    };
    Params::Positional(params.iter().map(bind).collect())
}

impl From<mysql_async::Error> for Failure {
    fn from(error: mysql_async::Error) -> Self {
        use mysql_async::Error;
        let kind = match &error {
            Error::Io(_) | Error::Driver(DriverError::ConnectionClosed | DriverError::PoolDisconnected | DriverError::PacketOutOfOrder) => {
                FailureKind::Unavailable
            }
            // Larger than the server takes.
            Error::Driver(DriverError::PacketTooLarge) => FailureKind::Data,
            Error::Server(server) => server_kind(server.code),
            _ => FailureKind::Internal,
        };
        Self::new(kind, error)
    }
}

/// The server's error numbers, as its manual lists them.
fn server_kind(code: u16) -> FailureKind {
    match code {
        // ER_DUP_ENTRY, ER_DUP_ENTRY_WITH_KEY_NAME
        1062 | 1586 => FailureKind::Duplicate,
        // ER_DATA_TOO_LONG, ER_WARN_DATA_OUT_OF_RANGE, ER_TRUNCATED_WRONG_VALUE_FOR_FIELD, ER_NET_PACKET_TOO_LARGE,
        // ER_DATA_OUT_OF_RANGE
        1406 | 1264 | 1366 | 1153 | 1690 => FailureKind::Data,
        // ER_LOCK_WAIT_TIMEOUT, ER_LOCK_DEADLOCK, ER_CHECKREAD (a snapshot that another transaction overtook)
        1205 | 1213 | 1020 => FailureKind::Contended,
        // ER_QUERY_INTERRUPTED, ER_QUERY_TIMEOUT, ER_STATEMENT_TIMEOUT
        1317 | 3024 | 1969 => FailureKind::Busy,
        // ER_DISK_FULL, ER_RECORD_FILE_FULL
        1021 | 1114 => FailureKind::DiskFull,
        // No memory, no connections, shutting down, killed, read-only, unknown prepared statement
        1037 | 1038 | 1040 | 1041 | 1053 | 1203 | 1226 | 1243 | 1290 | 1792 | 1836 | 1927 | 3032 => FailureKind::Unavailable,
        // ER_ACCESS_DENIED_ERROR, ER_DBACCESS_DENIED_ERROR, ER_BAD_DB_ERROR: a setting that is wrong, or being changed
        1044 | 1045 | 1049 => FailureKind::Unavailable,
        _ => FailureKind::Internal,
    }
}
