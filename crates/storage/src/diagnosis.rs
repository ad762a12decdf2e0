//! What a database says about itself, for the checks of `guildhall doctor`: versions, settings, states, and the structure of an
//! embedded database's file.

use std::collections::BTreeMap;

use guildhall_model::finding::{FailedJobs, WorkFacts};
use guildhall_model::{Millis, Result};

use crate::{Dialect, Granted, Reader, Server, audit_stream, deliveries, params, security_alerts};

/// Names and values as texts. `version_number` and `clock_ms` are ours; the other names are the database's, or say what they are.
const POSTGRES: &str = "SELECT 'version' AS name, current_setting('server_version') AS value \
    UNION ALL SELECT 'version_number', current_setting('server_version_num') \
    UNION ALL SELECT 'encoding', pg_encoding_to_char(encoding)::text FROM pg_database WHERE datname = current_database() \
    UNION ALL SELECT 'collation', datcollate::text FROM pg_database WHERE datname = current_database() \
    UNION ALL SELECT 'max_connections', current_setting('max_connections') \
    UNION ALL SELECT 'reserved_connections', current_setting('superuser_reserved_connections') \
    UNION ALL SELECT 'connections', COUNT(*)::text FROM pg_stat_activity WHERE datid IS NOT NULL \
    UNION ALL SELECT 'is_replica', pg_is_in_recovery()::text \
    UNION ALL SELECT 'is_read_only', current_setting('default_transaction_read_only') \
    UNION ALL SELECT 'standby_lag_seconds', COALESCE(MAX(EXTRACT(EPOCH FROM replay_lag))::bigint, 0)::text FROM pg_stat_replication \
    UNION ALL SELECT 'may_create', COALESCE(has_schema_privilege(current_schema(), 'CREATE'), false)::text \
    UNION ALL SELECT 'tables_without_rights', COUNT(*)::text FROM pg_class WHERE relkind = 'r' \
        AND relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) \
        AND NOT (has_table_privilege(oid, 'SELECT') AND has_table_privilege(oid, 'INSERT') \
            AND has_table_privilege(oid, 'UPDATE') AND has_table_privilege(oid, 'DELETE')) \
    UNION ALL SELECT 'fsync', current_setting('fsync') \
    UNION ALL SELECT 'full_page_writes', current_setting('full_page_writes') \
    UNION ALL SELECT 'synchronous_commit', current_setting('synchronous_commit') \
    UNION ALL SELECT 'clock_ms', (EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint::text";

const MYSQL: [&str; 3] = [
    "SHOW SESSION VARIABLES WHERE Variable_name IN ('version', 'character_set_database', 'collation_database', 'max_connections', \
     'max_allowed_packet', 'tx_isolation', 'transaction_isolation', 'read_only', 'super_read_only', 'innodb_flush_log_at_trx_commit', \
     'innodb_doublewrite')",
    "SHOW STATUS WHERE Variable_name = 'Threads_connected'",
    "SELECT 'clock_ms', CAST(CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS UNSIGNED) AS CHAR)",
];

const SQLITE: &str = "SELECT 'version', sqlite_version() \
    UNION ALL SELECT 'page_count', CAST(page_count AS TEXT) FROM pragma_page_count \
    UNION ALL SELECT 'page_size', CAST(page_size AS TEXT) FROM pragma_page_size";

/// Versions, settings and states by name.
pub async fn values(db: &Reader, _server: Granted<Server>) -> Result<BTreeMap<String, String>> {
    let mut values = BTreeMap::new();
    match db.dialect() {
        Dialect::Postgres => values.extend(db.all::<(String, String)>(POSTGRES, Vec::new()).await?),
        Dialect::Mysql => {
            for sql in MYSQL {
                values.extend(db.all::<(String, String)>(sql, Vec::new()).await?);
            }
        }
        Dialect::Sqlite => {
            values.extend(db.all::<(String, String)>(SQLITE, Vec::new()).await?);
            values.insert("journal_mode".to_owned(), db.one("PRAGMA journal_mode", Vec::new()).await?);
        }
    }
    Ok(values)
}

/// Checks the structure of an embedded database's file: `ok`, or what is damaged. Takes long on large files, and occupies one
/// reader. Other databases check theirs themselves: `None`.
pub async fn structure(db: &Reader, _server: Granted<Server>) -> Result<Option<Vec<String>>> {
    if db.dialect() != Dialect::Sqlite {
        return Ok(None);
    }
    db.all("PRAGMA quick_check(20)", Vec::new()).await.map(Some)
}

/// Whether the file of an embedded database is whole, with its indexes: `ok`, or what is damaged.
pub async fn integrity(db: &Reader, _server: Granted<Server>) -> Result<Vec<String>> {
    db.all("PRAGMA integrity_check(20)", Vec::new()).await
}

/// Jobs that failed since a moment, the schedules, and the queues. Whether audit records are sent at all is up to the settings.
pub async fn work(db: &Reader, server: Granted<Server>, since: Millis) -> Result<WorkFacts> {
    let failed = "SELECT type, COUNT(*) FROM jobs WHERE status = 'error' AND last_activity_at >= ? GROUP BY type ORDER BY type";
    let failed_jobs = db.all::<(String, i64)>(failed, params![since]).await?;
    Ok(WorkFacts {
        failed_jobs: failed_jobs.into_iter().map(|(kind, count)| FailedJobs { kind, count }).collect(),
        oldest_due: db.one("SELECT MIN(next_run_at) FROM job_schedules", Vec::new()).await?,
        deliveries: deliveries::queue_depths(db, server).await?,
        failing_mail: deliveries::failing_mail(db, server).await?,
        audit_export: Some(audit_stream::export_facts(db, server).await?),
        open_security_alerts: security_alerts::count_open(db, server).await?,
    })
}
