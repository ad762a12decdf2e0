//! PostgreSQL: version, encoding, rights, connections, replication, durability.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::finding::{DatabaseFacts, Finding};

use super::{COLLATION, CONNECTIONS, ENCODING, NOT_DURABLE, PERMISSIONS, READ_ONLY, REPLICA_LAG, VERSION_OLD};
use crate::check::{Check, Context, Verdict};

pub(super) static CHECK: Check = Check::new("database.postgres", "the settings of PostgreSQL", run).shared();

/// As the server numbers them: 14.0.
const VERSION_MIN: i64 = 140_000;
/// Those of one node and some for tools.
const CONNECTIONS_MIN: i64 = 40;
const CONNECTIONS_FREE_MIN: i64 = 10;
const LAG_MAX_SECONDS: i64 = 60;

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        match context.database() {
            Some(facts) if facts.kind == "postgres" => Verdict::found_or(judge(facts), "The settings of PostgreSQL suit the server."),
            _ => Verdict::NotApplicable,
        }
    }
    .boxed()
}

fn judge(facts: &DatabaseFacts) -> Vec<Finding> {
    let value = |name| facts.value(name).unwrap_or_default();
    let mut findings = Vec::new();
    if let Some(version) = facts.number("version_number").filter(|version| *version < VERSION_MIN) {
        findings.push(VERSION_OLD.found(format!("The version of PostgreSQL is {}.{}.", version / 10_000, version % 10_000)));
    }
    if value("encoding") != "UTF8" {
        findings.push(ENCODING.found(format!("The encoding of the database is {}.", value("encoding"))));
    }
    let is_plain = ["C", "POSIX", "C.UTF-8", "C.utf8", ""].contains(&value("collation"));
    if !is_plain {
        findings.push(COLLATION.found(format!("The collation of the database is {}.", value("collation"))));
    }
    if value("may_create") == "false" {
        findings.push(PERMISSIONS.found("The user may not create tables in the schema."));
    }
    if let Some(tables) = facts.number("tables_without_rights").filter(|tables| *tables > 0) {
        findings.push(PERMISSIONS.found(format!("The user may not read and write {tables} of the tables.")));
    }
    if value("is_replica") == "true" || value("is_read_only") == "on" {
        findings.push(READ_ONLY.found("The database is a replica, or is read-only."));
    }
    let (most, used) = (facts.number("max_connections").unwrap_or(i64::MAX), facts.number("connections").unwrap_or(0));
    let left = most - facts.number("reserved_connections").unwrap_or(0) - used;
    if most < CONNECTIONS_MIN || left < CONNECTIONS_FREE_MIN {
        findings.push(CONNECTIONS.found(format!("PostgreSQL allows {most} connections, of which {used} are used.")));
    }
    if let Some(seconds) = facts.number("standby_lag_seconds").filter(|seconds| *seconds > LAG_MAX_SECONDS) {
        findings.push(REPLICA_LAG.found(format!("A standby is {seconds} seconds behind.")));
    }
    for (name, good) in [("fsync", "on"), ("full_page_writes", "on")] {
        if value(name) == "off" {
            findings.push(
                NOT_DURABLE.found(format!("The setting {name} of PostgreSQL is off.")).about(name).with_detail(format!("{name} = {good}")),
            );
        }
    }
    if value("synchronous_commit") == "off" {
        let finding = NOT_DURABLE.found("The setting synchronous_commit of PostgreSQL is off.").about("synchronous_commit");
        findings.push(finding.with_detail("synchronous_commit = on"));
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::ids;

    const GOOD: &[(&str, &str)] = &[
        ("version", "16.6 (Debian 16.6-1.pgdg120+1)"),
        ("version_number", "160006"),
        ("encoding", "UTF8"),
        ("collation", "C.UTF-8"),
        ("may_create", "true"),
        ("tables_without_rights", "0"),
        ("is_replica", "false"),
        ("is_read_only", "off"),
        ("max_connections", "100"),
        ("connections", "17"),
        ("reserved_connections", "3"),
        ("standby_lag_seconds", "0"),
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),
    ];

    fn ids_with(changes: &[(&str, &str)]) -> Vec<String> {
        let values = GOOD.iter().chain(changes).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        ids(&judge(&DatabaseFacts { kind: "postgres", values, ..DatabaseFacts::default() }))
    }

    #[test]
    fn unsuitable_settings_are_found() {
        assert_eq!(ids_with(&[]), [""; 0]);
        for (name, value, id) in [
            ("version_number", "120022", "database.version_unsupported"),
            ("encoding", "SQL_ASCII", "database.encoding"),
            ("collation", "de_DE.UTF-8", "database.collation"),
            ("may_create", "false", "database.permissions"),
            ("tables_without_rights", "4", "database.permissions"),
            ("is_replica", "true", "database.read_only"),
            ("is_read_only", "on", "database.read_only"),
            ("max_connections", "20", "database.connections_low"),
            ("connections", "92", "database.connections_low"),
            ("standby_lag_seconds", "340", "database.replica_lag"),
            ("fsync", "off", "database.not_durable"),
            ("synchronous_commit", "off", "database.not_durable"),
        ] {
            assert_eq!(ids_with(&[(name, value)]), [id], "{name}");
        }
    }
}
