//! The settings of the process itself: read once, before there is a database.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::declare::{section, settings};
use super::ratio::Ratio;
use super::rule::{between, chars};
use super::{Applies, Rule, Secrecy, Writer};

settings! {
    /// Settings that only the file, the environment and the command line can set.
    Startup {
        server: Server,
        database: Database,
        backups: Backups,
        metrics: Metrics,
        log: Log,
        traces: Traces,
    }
}

section! {
    /// The process itself.
    server: Server {
        /// The address and port to listen at.
        listen: SocketAddr = ([127, 0, 0, 1], 8065) => {
            writer: Writer::StartOnly, applies: Applies::NextStart, flag: Some("listen"),
        }
        /// The folder for everything that is kept in files, the embedded database among it.
        data_dir: PathBuf = "data" => {
            writer: Writer::StartOnly, applies: Applies::NextStart, flag: Some("data-dir"),
        }
        /// The memory that one password check may take, in KiB; several run at once.
        password_memory_kib: u32 = 46 * 1024 => {
            writer: Writer::StartOnly, applies: Applies::NextStart, rule: between(8, 256 * 1024),
        }
    }
}

section! {
    /// The database.
    database: Database {
        /// `sqlite:PATH`, `postgres://...` or `mysql://...`; empty for SQLite in the data folder.
        url: String = "" => {
            writer: Writer::StartOnly, applies: Applies::NextStart, flag: Some("database-url"),
            secrecy: Secrecy::PasswordInUrl,
        }
        /// Statements that take longer than this, in milliseconds, are logged, without what people wrote; 0 for none.
        slow_query_ms: u64 = 500 => {
            writer: Writer::StartOnly, applies: Applies::NextStart, rule: between(0, 600_000),
        }
        /// Whether a new version may change the schema where it cannot be taken back: an embedded database of which no copy
        /// can be made, or one on a server without a backup of the last 24 hours. For installations that upgrade unattended.
        migrate_without_backup: bool = false => {
            writer: Writer::StartOnly, applies: Applies::NextStart,
        }
    }
}

section! {
    /// Backups. Where they are made to is no setting: `guildhall backup target`.
    backups: Backups {
        /// A program that is run before each backup, with its whole path; if it fails, the backup fails.
        before_hook: PathBuf = "" => { writer: Writer::StartOnly, applies: Applies::NextStart }
        /// A program that is run by `guildhall backup restore` once everything is restored, with its whole path.
        after_restore_hook: PathBuf = "" => { writer: Writer::StartOnly, applies: Applies::NextStart }
        /// Minutes after which these programs are ended.
        hook_minutes_max: u32 = 60 => {
            writer: Writer::StartOnly, applies: Applies::NextStart, rule: between(1, 24 * 60),
        }
        /// The configuration file of `ssh` for targets on SSH servers; empty for the one of the user that runs the server.
        ssh_config: PathBuf = "" => { writer: Writer::StartOnly, applies: Applies::NextStart }
    }
}

section! {
    /// Metrics for Prometheus.
    metrics: Metrics {
        /// The address and port at which Prometheus reads /metrics; empty for none. It has no password, so it should not
        /// be reachable from the Internet.
        listen: String = "127.0.0.1:8067" => {
            writer: Writer::StartOnly, applies: Applies::NextStart, rule: Rule::ListenAddress,
        }
    }
}

section! {
    /// The log, which is written to the standard error.
    log: Log {
        /// `text` for people, or `json` for programs: one object in each line.
        format: String = "text" => {
            writer: Writer::StartOnly, applies: Applies::NextStart, rule: Rule::OneOf(&["text", "json"]),
        }
        /// The least important lines that are logged. The variable GUILDHALL_LOG, which can name parts of the server, takes
        /// precedence.
        level: String = "warn" => {
            writer: Writer::StartOnly, applies: Applies::NextStart,
            rule: Rule::OneOf(&["error", "warn", "info", "debug"]),
        }
        /// The level of the line that is logged for each request, with its route, status and duration.
        access_level: String = "debug" => {
            writer: Writer::StartOnly, applies: Applies::NextStart, rule: Rule::OneOf(&["off", "debug", "info"]),
        }
    }
}

section! {
    /// Traces of OpenTelemetry (OTLP over HTTP): where the time of each request goes.
    traces: Traces {
        /// The address of the collector, such as `http://127.0.0.1:4318`, to which `/v1/traces` is added; empty for no traces.
        endpoint: String = "" => {
            writer: Writer::StartOnly, applies: Applies::NextStart, rule: Rule::WebAddress,
        }
        /// Headers for a collector that asks who sends, such as `authorization=Basic%20dXNlcjpzZWNyZXQ=`; several are
        /// separated by commas, and `%20` is a space.
        headers: String = "" => {
            writer: Writer::StartOnly, applies: Applies::NextStart, rule: Rule::Headers, secrecy: Secrecy::Secret,
        }
        /// The share of the requests that are traced: 1.0 for all, 0.01 for one of a hundred. A trusted proxy that traces
        /// a request, or does not, decides for it.
        sample_ratio: Ratio = 1.0 => {
            writer: Writer::StartOnly, applies: Applies::NextStart, rule: Rule::Ratio,
        }
        /// The name by which the collector knows this server.
        service_name: String = "guildhall" => {
            writer: Writer::StartOnly, applies: Applies::NextStart, rule: chars(1, 100),
        }
        /// Whether the traces have the addresses of clients.
        client_address: bool = false => {
            writer: Writer::StartOnly, applies: Applies::NextStart,
        }
    }
}
