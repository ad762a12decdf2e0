//! MySQL and MariaDB: version, character set, packets, isolation, connections, durability.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::finding::{DatabaseFacts, Finding};

use super::{CONNECTIONS, ENCODING, ISOLATION, NOT_DURABLE, PACKET_SMALL, READ_ONLY, VERSION_OLD};
use crate::check::{Check, Context, Verdict};
use crate::text::size;

pub(super) static CHECK: Check = Check::new("database.mysql", "the settings of MySQL", run).shared();

const MARIADB_MIN: (u64, u64) = (10, 6);
const MYSQL_MIN: (u64, u64) = (8, 0);
const PACKET_MIN_BYTES: i64 = 16 * 1024 * 1024;
const CONNECTIONS_MIN: i64 = 40;
const CONNECTIONS_FREE_MIN: i64 = 10;

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        match context.database() {
            Some(facts) if facts.kind == "mysql" => Verdict::found_or(judge(facts), "The settings of the database suit the server."),
            _ => Verdict::NotApplicable,
        }
    }
    .boxed()
}

fn judge(facts: &DatabaseFacts) -> Vec<Finding> {
    let value = |name| facts.value(name).unwrap_or_default();
    let mut findings = Vec::new();
    let version = value("version");
    let oldest = if version.contains("MariaDB") { MARIADB_MIN } else { MYSQL_MIN };
    if major_and_minor(version).is_some_and(|found| found < oldest) {
        findings.push(VERSION_OLD.found(format!("The version of the database is {version}.")));
    }
    if !value("character_set_database").is_empty() && value("character_set_database") != "utf8mb4" {
        findings.push(ENCODING.found(format!("The character set of the database is {}.", value("character_set_database"))));
    }
    if let Some(bytes) = facts.number("max_allowed_packet").filter(|bytes| *bytes < PACKET_MIN_BYTES) {
        let bytes = u64::try_from(bytes).unwrap_or(0);
        findings.push(PACKET_SMALL.found(format!("The setting max_allowed_packet is {}.", size(bytes))));
    }
    // MariaDB has the second name until 11.1.
    let isolation = facts.value("transaction_isolation").or(facts.value("tx_isolation")).unwrap_or_default();
    if !["", "READ-COMMITTED", "REPEATABLE-READ"].contains(&isolation) {
        findings.push(ISOLATION.found(format!("The isolation of transactions is {isolation}.")));
    }
    let (most, used) = (facts.number("max_connections").unwrap_or(i64::MAX), facts.number("Threads_connected").unwrap_or(0));
    if most < CONNECTIONS_MIN || most - used < CONNECTIONS_FREE_MIN {
        findings.push(CONNECTIONS.found(format!("The database allows {most} connections, of which {used} are used.")));
    }
    if ["read_only", "super_read_only"].iter().any(|name| value(name) == "ON") {
        findings.push(READ_ONLY.found("The database is set to read-only."));
    }
    for (name, is_bad) in [
        ("innodb_flush_log_at_trx_commit", ["0", "2"].contains(&value("innodb_flush_log_at_trx_commit"))),
        ("innodb_doublewrite", value("innodb_doublewrite") == "OFF"),
    ] {
        if is_bad {
            findings.push(NOT_DURABLE.found(format!("The setting {name} of the database is {}.", value(name))).about(name));
        }
    }
    findings
}

/// `10.11.14-MariaDB-0+deb12u2`, `5.5.5-10.6.1-MariaDB`, `8.0.36`.
fn major_and_minor(version: &str) -> Option<(u64, u64)> {
    let version = version.strip_prefix("5.5.5-").filter(|rest| rest.contains("MariaDB")).unwrap_or(version);
    let mut numbers = version.split(|c: char| !c.is_ascii_digit()).map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::ids;

    const GOOD: &[(&str, &str)] = &[
        ("version", "10.11.14-MariaDB-0+deb12u2"),
        ("character_set_database", "utf8mb4"),
        ("max_allowed_packet", "16777216"),
        ("tx_isolation", "REPEATABLE-READ"),
        ("max_connections", "151"),
        ("Threads_connected", "12"),
        ("read_only", "OFF"),
        ("innodb_flush_log_at_trx_commit", "1"),
        ("innodb_doublewrite", "ON"),
    ];

    fn ids_with(changes: &[(&str, &str)]) -> Vec<String> {
        let values = GOOD.iter().chain(changes).map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        ids(&judge(&DatabaseFacts { kind: "mysql", values, ..DatabaseFacts::default() }))
    }

    #[test]
    fn unsuitable_settings_are_found() {
        assert_eq!(ids_with(&[]), [""; 0]);
        assert_eq!(ids_with(&[("version", "8.0.36")]), [""; 0]);
        for (name, value, id) in [
            ("version", "10.3.39-MariaDB", "database.version_unsupported"),
            ("version", "5.7.44-log", "database.version_unsupported"),
            ("character_set_database", "latin1", "database.encoding"),
            ("max_allowed_packet", "1048576", "database.packet_small"),
            ("transaction_isolation", "SERIALIZABLE", "database.isolation"),
            ("max_connections", "10", "database.connections_low"),
            ("Threads_connected", "150", "database.connections_low"),
            ("read_only", "ON", "database.read_only"),
            ("innodb_flush_log_at_trx_commit", "2", "database.not_durable"),
            ("innodb_doublewrite", "OFF", "database.not_durable"),
        ] {
            assert_eq!(ids_with(&[(name, value)]), [id], "{name}");
        }
        assert_eq!(major_and_minor("5.5.5-10.6.1-MariaDB"), Some((10, 6)));
    }
}
