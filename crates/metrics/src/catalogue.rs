//! Every metric, described once: its name, type, unit, labels and help. `docs/reference/metrics.md` is generated from it, and a
//! test compares the dashboard and the alert rules with it.

/// What a metric measures over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Counter,
    Gauge,
    Histogram,
}

/// The unit, which is the end of the name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    None,
    Seconds,
    Bytes,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Metric {
    /// Without the unit, and without `_total`.
    pub name: &'static str,
    pub kind: Kind,
    pub unit: Unit,
    pub labels: &'static [&'static str],
    /// A sentence without its full stop.
    pub help: &'static str,
}

impl Metric {
    /// The name with the ends that the unit and the type require, as queries use it.
    pub fn full_name(&self) -> String {
        let unit = match self.unit {
            Unit::None => "",
            Unit::Seconds => "_seconds",
            Unit::Bytes => "_bytes",
        };
        let total = if self.kind == Kind::Counter { "_total" } else { "" };
        format!("{}{unit}{total}", self.name)
    }
}

/// Metrics that belong together.
#[derive(Debug)]
pub struct Section {
    pub title: &'static str,
    pub metrics: &'static [&'static Metric],
}

macro_rules! catalogue {
    ($($title:literal { $($constant:ident = $name:literal, $kind:ident, $unit:ident, [$($label:literal),*], $help:literal;)+ })+) => {
        $($(
            #[doc = $help]
            pub static $constant: Metric =
                Metric { name: $name, kind: Kind::$kind, unit: Unit::$unit, labels: &[$($label),*], help: $help };
        )+)+

        /// All of them.
        pub static SECTIONS: &[Section] = &[$(Section { title: $title, metrics: &[$(&$constant),+] }),+];
    };
}

catalogue! {
    "Requests" {
        HTTP_REQUEST_DURATION = "guildhall_http_request_duration", Histogram, Seconds, ["method", "route", "status"],
            "Time from the head of a request to the head of its response, by route and class of the status";
        HTTP_REQUESTS_IN_FLIGHT = "guildhall_http_requests_in_flight", Gauge, None, [], "Requests that are being answered";
        REJECTIONS = "guildhall_rejections", Counter, None, ["reason"],
            "Requests and messages that were rejected because of a limit: request_rate, message_rate, log_in_rate, quota (of storage, or of how many of something there may be), too_large or disk_full";
        UPLOADED = "guildhall_files_uploaded", Counter, Bytes, [], "Bytes of files that people have uploaded";
    }
    "People" {
        USERS_ONLINE = "guildhall_users_online", Gauge, None, [], "People with an open connection to this node";
        POSTS = "guildhall_posts", Counter, None, [], "Messages that were posted through this node";
        FAILED_LOGINS = "guildhall_failed_logins", Counter, None, [], "Log-ins that failed";
        SECOND_FACTOR_CODES = "guildhall_second_factor_codes", Counter, None, ["result"],
            "Codes of second factors at log-ins: accepted, recovery (a recovery code was accepted) or rejected";
        PASSKEY_LOG_INS = "guildhall_passkey_log_ins", Counter, None, [], "Log-ins with a passkey";
        OAUTH_TOKENS = "guildhall_oauth_tokens", Counter, None, [], "Access tokens that OAuth apps were given";
        MCP_CALLS = "guildhall_mcp_calls", Counter, None, [], "Calls of tools by programs with an AI";
        AUDIT_RECORDS = "guildhall_audit_records", Counter, None, [], "Records that were written to the audit trail";
        AUDIT_RECORDS_SENT = "guildhall_audit_records_sent", Counter, None, [], "Audit records that the syslog server has taken";
        AUDIT_EXPORT_FAILURES = "guildhall_audit_export_failures", Counter, None, [],
            "Attempts to send audit records to the syslog server that failed and are repeated";
        SECURITY_ALERTS = "guildhall_security_alerts", Counter, None, [], "Security alerts that this node has raised";
        SECURITY_ALERTS_OPEN = "guildhall_security_alerts_open", Gauge, None, [], "Security alerts that nobody has acknowledged";
        AUDIT_EXPORT_LAG = "guildhall_audit_export_lag", Gauge, Seconds, [],
            "Age of the oldest audit record that the syslog server has not taken; only where one is set";
    }
    "Live connections" {
        CONNECTIONS = "guildhall_connections", Gauge, None, ["transport"],
            "Open connections that receive events: websocket, or sse (server-sent events)";
        RESUMABLE_CONNECTIONS = "guildhall_connections_resumable", Gauge, None, [],
            "Connections without a socket whose client may still reconnect without missing an event";
        HUB_EVENTS = "guildhall_hub_events", Counter, None, [], "Events that were dispatched to their audiences";
        HUB_DELIVERIES = "guildhall_hub_deliveries", Counter, None, [], "Events that were queued for a connection";
        HUB_AUDIENCE = "guildhall_hub_audience_connections", Histogram, None, [], "Connections that one event was queued for";
        HUB_RESUMES = "guildhall_hub_resumes", Counter, None, ["result"],
            "Clients that reconnected: hit (nothing was missed) or miss (they load everything again)";
        HUB_DROPPED = "guildhall_hub_connections_dropped", Counter, None, ["reason"],
            "Connections that were ended because their client is behind: slow_reader (it can resume) or buffer_full (it cannot)";
        HUB_QUEUE = "guildhall_hub_queue_messages", Gauge, None, ["queue"],
            "Messages that wait in the hub: inbox (to be dispatched) or backlog (for connections that load their memberships)";
    }
    "Database" {
        DATABASE_UP = "guildhall_database_up", Gauge, None, [], "Whether the database answers: 1 or 0";
        DATABASE_READ_DURATION = "guildhall_database_read_duration", Histogram, Seconds, [],
            "Execution time of reads, without the time in the queue";
        DATABASE_COMMIT_DURATION = "guildhall_database_commit_duration", Histogram, Seconds, [],
            "Time of one group of writes, from its begin to its commit";
        DATABASE_COMMIT_BATCHES = "guildhall_database_commit_batches", Histogram, None, [], "Writes that shared one commit";
        DATABASE_STATEMENTS = "guildhall_database_statements", Counter, None, ["kind"], "Statements that were executed: read or write";
        DATABASE_SLOW_STATEMENTS = "guildhall_database_slow_statements", Counter, None, [],
            "Statements that took longer than database.slow_query_ms";
        DATABASE_QUEUE = "guildhall_database_queue_length", Gauge, None, ["queue"], "Reads and writes that wait for their turn";
        DATABASE_CONNECTIONS = "guildhall_database_connections", Gauge, None, ["pool", "state"],
            "Connections to the database (for SQLite: threads), by pool (read or write) and state (busy or idle)";
        DATABASE_SIZE = "guildhall_database_size", Gauge, Bytes, [], "Size of the database";
        DATABASE_WAL_SIZE = "guildhall_database_wal_size", Gauge, Bytes, [], "Size of SQLite's write-ahead log";
    }
    "Caches" {
        CACHE_REQUESTS = "guildhall_cache_requests", Counter, None, ["cache", "result"], "Look-ups in a cache: hit or miss";
        CACHE_ENTRIES = "guildhall_cache_entries", Gauge, None, ["cache"], "Entries of a cache";
    }
    "Background work" {
        JOBS = "guildhall_jobs", Gauge, None, ["type", "status"], "Jobs that are stored, by type and status";
        JOB_OLDEST_AGE = "guildhall_jobs_oldest_pending_age", Gauge, Seconds, ["type"], "How long the oldest pending job of a type waits";
        DELIVERIES = "guildhall_deliveries", Gauge, None, ["kind", "state"],
            "Requests to other servers (outgoing webhooks) that are queued: waiting, or retrying after a failure";
        DELIVERY_OLDEST_AGE = "guildhall_deliveries_oldest_age", Gauge, Seconds, ["kind"], "Age of the oldest queued delivery of a kind";
        MAILS = "guildhall_mails", Counter, None, ["result"],
            "Attempts at mails: sent, failed (repeated later) or rejected (the mail server will never take it)";
        MAIL_NOTIFICATIONS = "guildhall_mail_notifications", Counter, None, ["result"],
            "Messages that waited to be mailed to a person: mailed, or dropped (read meanwhile, deleted, or not wanted any more)";
        MAIL_NOTIFICATIONS_WAITING = "guildhall_mail_notifications_waiting", Gauge, None, ["state"],
            "Messages whose recipients are not worked out yet (new), and messages that wait to be mailed to a person (waiting)";
        INVITATIONS = "guildhall_invitations", Counter, None, ["result"],
            "Invitations to teams: created (one for each address, and for each link), or used by somebody who came";
        DELIVERY_ATTEMPTS = "guildhall_delivery_attempts", Counter, None, ["result"],
            "Attempts at deliveries: delivered, failed (it is retried) or abandoned";
    }
    "Backups" {
        BACKUP_LAST_SUCCESS = "guildhall_backup_last_success_timestamp", Gauge, Seconds, ["target"],
            "When the newest backup of a target was begun, in seconds since 1970; 0 if there is none";
        BACKUP_INTERVAL = "guildhall_backup_interval", Gauge, Seconds, ["target"],
            "Time between two backups of a target; 0 if they are made at request only";
        BACKUP_LAST_DURATION = "guildhall_backup_last_duration", Gauge, Seconds, ["target"], "How long the newest backup of a target took";
        BACKUP_LAST_SIZE = "guildhall_backup_last_size", Gauge, Bytes, ["target"], "What the newest backup of a target holds";
        BACKUP_LAST_ADDED = "guildhall_backup_last_added", Gauge, Bytes, ["target"], "What the target grew by with its newest backup";
        BACKUP_LAST_CHECK = "guildhall_backup_last_check_timestamp", Gauge, Seconds, ["target"],
            "When the backups of a target were last read, in seconds since 1970; 0 if never";
        BACKUP_LAST_DRILL = "guildhall_backup_last_drill_timestamp", Gauge, Seconds, ["target"],
            "When a backup of a target was last restored as a test, in seconds since 1970; 0 if never";
        BACKUP_FAILED = "guildhall_backup_failed", Gauge, None, ["target", "operation"],
            "Whether the last backup, check or drill of a target failed: 1 or 0";
        BACKUP_PAUSED = "guildhall_backup_paused", Gauge, None, [],
            "Whether no backups are made since the server was restored from one: 1 or 0";
        BACKUP_RUNS = "guildhall_backup_runs", Counter, None, ["operation", "result"],
            "Attempts at a backup, check or drill that this node has made: success or failure";
    }
    "Traces" {
        TRACE_SPANS = "guildhall_trace_spans", Counter, None, ["result"],
            "Spans of sampled traces: sent, failed (the collector did not take them) or dropped (too many were waiting)";
    }
    "Health and certificate" {
        FINDINGS = "guildhall_findings", Gauge, None, ["severity"],
            "Findings of the checks of this node and of what all nodes share, without those that are muted: critical, warning or info";
        LAST_EXAMINATION = "guildhall_last_examination_timestamp", Gauge, Seconds, [],
            "When the checks of this node were last made, in seconds since 1970; 0 if never";
        CERTIFICATE_EXPIRATION = "guildhall_certificate_expiration_timestamp", Gauge, Seconds, [],
            "When the certificate expires that the server itself serves, in seconds since 1970; absent while HTTPS is off";
        CERTIFICATE_LAST_ATTEMPT = "guildhall_certificate_last_attempt_timestamp", Gauge, Seconds, [],
            "When a certificate was last asked for since the start, in seconds since 1970; 0 if not yet, absent where none comes from an authority";
        CERTIFICATE_FAILED_ATTEMPTS = "guildhall_certificate_failed_attempts", Gauge, None, [],
            "Attempts at a new certificate that failed since the last success; absent where none comes from an authority";
        CONTINUOUS_BACKUP_LAG = "guildhall_continuous_backup_lag", Gauge, Seconds, [],
            "What would be lost with the disk: the age of the oldest commit that may not be in the continuous backup that is furthest behind; absent where there is none, or none is complete";
    }
    "Machine and process" {
        BUILD_INFO = "guildhall_build_info", Gauge, None, ["version", "database"], "The version of the server and the kind of its database; always 1";
        DISK_FREE = "guildhall_disk_free", Gauge, Bytes, [], "Free space of the disk with the data folder";
        DISK_SIZE = "guildhall_disk_size", Gauge, Bytes, [], "Size of the disk with the data folder";
        PROCESS_CPU = "process_cpu", Counter, Seconds, [], "CPU time that the process has used";
        PROCESS_MEMORY = "process_resident_memory", Gauge, Bytes, [], "Memory that the process occupies";
        PROCESS_DESCRIPTORS = "process_open_fds", Gauge, None, [], "File descriptors that are open";
        PROCESS_DESCRIPTORS_MAX = "process_max_fds", Gauge, None, [], "File descriptors that may be open";
        PROCESS_THREADS = "process_threads", Gauge, None, [], "Threads of the process";
        PROCESS_START_TIME = "process_start_time", Gauge, Seconds, [], "When the process was started, in seconds since 1970";
    }
}

pub fn all() -> impl Iterator<Item = &'static Metric> {
    SECTIONS.iter().flat_map(|section| section.metrics).copied()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_are_unique_and_follow_the_conventions() {
        let names: BTreeSet<String> = all().map(Metric::full_name).collect();
        assert_eq!(names.len(), all().count());
        for metric in all() {
            let name = metric.full_name();
            assert!(name.starts_with("guildhall_") || name.starts_with("process_"), "{name}");
            assert!(name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'), "{name}");
            assert!(!metric.name.ends_with("_total") && !metric.name.ends_with("_count"), "{name}");
            assert!(!metric.help.is_empty() && !metric.help.ends_with('.'), "{name}");
        }
    }
}
