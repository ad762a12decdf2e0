//! The schema's steps: embedded in the program, applied once each, in order, and checked at every start.

use guildhall_model::codes::storage as codes;
use guildhall_model::time::SystemClock;
use guildhall_model::{Error, Millis, Result};
use sha2::{Digest, Sha256};

use crate::{DecodeError, Dialect, FromRow, Row, Sql, Value, params};

/// One step: a folder in `migrations/`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    pub version: i64,
    pub name: &'static str,
    pub sqlite: &'static str,
    pub postgres: &'static str,
    pub mysql: &'static str,
}

/// Every step of this program, oldest first.
pub static STEPS: &[Step] = include!(concat!(env!("OUT_DIR"), "/steps.rs"));

impl Step {
    pub const fn text(&self, dialect: Dialect) -> &'static str {
        match dialect {
            Dialect::Sqlite => self.sqlite,
            Dialect::Postgres => self.postgres,
            Dialect::Mysql => self.mysql,
        }
    }

    /// SHA-256 of the text, in hex. Independent of the line ends of the checkout.
    pub fn checksum(&self, dialect: Dialect) -> String {
        let digest = Sha256::digest(self.text(dialect).replace("\r\n", "\n"));
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The parameters of [`INSERT_APPLIED`]. `applied_at` is zero until every statement of the step is executed.
    pub(crate) fn record(&self, dialect: Dialect, applied_at: Millis) -> Vec<Value> {
        params![self.version, self.name, self.checksum(dialect), applied_at, 0]
    }

    pub(crate) fn error(&self, reason: impl std::fmt::Display) -> Error {
        codes::MIGRATION_FAILED.with("step", format!("{:04}_{}", self.version, self.name)).with("reason", reason)
    }
}

/// A row of `schema_migrations`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AppliedStep {
    pub version: i64,
    pub checksum: String,
    /// Zero while the step is in progress: MySQL commits after every statement that changes a schema.
    pub applied_at: Millis,
    pub statements_done: i64,
}

impl FromRow for AppliedStep {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self { version: row.i64(0)?, checksum: row.text(1)?, applied_at: row.millis(2)?, statements_done: row.i64(3)? })
    }
}

/// The table of applied steps.
pub(crate) const TABLE: &str = "schema_migrations";

/// 1 where the table of this name exists, else 0.
pub(crate) const COUNT_TABLE: Sql = Sql::PerDialect {
    sqlite: "SELECT COUNT(*) FROM sqlite_master WHERE type = 'table' AND name = ?",
    postgres: "SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass(CAST(? AS TEXT))",
    mysql: "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = ?",
};

pub(crate) const SELECT_APPLIED: &str = "SELECT version, checksum, applied_at, statements_done FROM schema_migrations ORDER BY version";

pub(crate) const INSERT_APPLIED: &str =
    "INSERT INTO schema_migrations (version, name, checksum, applied_at, statements_done) VALUES (?, ?, ?, ?, ?)";

/// Creates the table of applied steps.
pub(crate) const fn create_table(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite | Dialect::Postgres => {
            "CREATE TABLE IF NOT EXISTS schema_migrations (version BIGINT NOT NULL PRIMARY KEY, name VARCHAR(190) NOT NULL, \
             checksum VARCHAR(64) NOT NULL, applied_at BIGINT NOT NULL, statements_done BIGINT NOT NULL)"
        }
        Dialect::Mysql => {
            "CREATE TABLE IF NOT EXISTS schema_migrations (version BIGINT NOT NULL PRIMARY KEY, name VARCHAR(190) NOT NULL, \
             checksum VARCHAR(64) NOT NULL, applied_at BIGINT NOT NULL, statements_done BIGINT NOT NULL) \
             ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"
        }
    }
}

/// The steps that are left to apply, or why this program must not write to this database.
pub(crate) fn plan(dialect: Dialect, steps: &'static [Step], applied: &[AppliedStep]) -> Result<Vec<&'static Step>> {
    let known = steps.iter().map(|step| step.version).max().unwrap_or_default();
    for row in applied {
        let Some(step) = steps.iter().find(|step| step.version == row.version) else {
            let found = applied.iter().map(|row| row.version).max().unwrap_or_default();
            return Err(codes::SCHEMA_NEWER.with("found", found).with("known", known));
        };
        if step.checksum(dialect) != row.checksum {
            return Err(codes::SCHEMA_CHANGED.with("step", format!("{:04}_{}", step.version, step.name)));
        }
    }
    let done = |step: &&Step| applied.iter().any(|row| row.version == step.version && !row.applied_at.is_zero());
    Ok(steps.iter().filter(|step| !done(step)).collect())
}

/// The time at which a step was applied is only shown to people, so it is not taken from an injected clock.
pub(crate) fn now() -> Millis {
    guildhall_model::Clock::now(&SystemClock)
}

#[cfg(test)]
mod tests {
    use super::*;

    static TWO: &[Step] = &[
        Step { version: 1, name: "one", sqlite: "a", postgres: "b", mysql: "c" },
        Step { version: 2, name: "two", sqlite: "d", postgres: "e", mysql: "f" },
    ];

    fn applied(version: i64, checksum: String, at: i64) -> AppliedStep {
        AppliedStep { version, checksum, applied_at: Millis(at), statements_done: 0 }
    }

    #[test]
    fn steps_that_are_not_applied_are_pending() {
        let dialect = Dialect::Mysql;
        assert_eq!(plan(dialect, TWO, &[]).unwrap(), [&TWO[0], &TWO[1]]);
        let first = applied(1, TWO[0].checksum(dialect), 5);
        assert_eq!(plan(dialect, TWO, std::slice::from_ref(&first)).unwrap(), [&TWO[1]]);
        let half = applied(2, TWO[1].checksum(dialect), 0);
        assert_eq!(plan(dialect, TWO, &[first, half]).unwrap(), [&TWO[1]]);
    }

    #[test]
    fn a_newer_or_another_schema_is_refused() {
        let newer = [applied(3, "x".into(), 5), applied(4, "x".into(), 5)];
        let error = plan(Dialect::Sqlite, TWO, &newer).unwrap_err();
        assert!(error.is(codes::SCHEMA_NEWER) && error.message().contains("at step 4, and this program knows 2"), "{error}");
        let changed = applied(1, "x".into(), 5);
        assert!(plan(Dialect::Sqlite, TWO, &[changed]).unwrap_err().is(codes::SCHEMA_CHANGED));
    }

    #[test]
    fn line_ends_do_not_change_a_step() {
        let unix = Step { sqlite: "a;\nb", ..TWO[0] };
        let windows = Step { sqlite: "a;\r\nb", ..TWO[0] };
        assert_eq!(unix.checksum(Dialect::Sqlite), windows.checksum(Dialect::Sqlite));
    }
}
