//! Findings, mutes, and what a database says about itself.

use guildhall_model::Millis;
use guildhall_model::codes::context;
use guildhall_model::finding::{Finding, FindingId, Severity, Watched};
use guildhall_model::id::NodeId;
use guildhall_storage::findings::Examination;
use guildhall_storage::{Dialect, Server, diagnosis, findings, on_every_database};

use super::fixtures::NOW;

fn node(number: u8) -> NodeId {
    NodeId::from_bytes([number; 16])
}

fn examination(number: u8, at: Millis) -> Examination {
    let (node_name, version) = (format!("node {number}"), "0.1.0".to_owned());
    Examination { node: node(number), node_name, version, examined_at: at, thorough_at: Millis::ZERO, fence: 1 }
}

fn watched(subject: &str) -> Watched {
    let id = FindingId::new("disks.raid_degraded");
    let details = vec!["0 8 1 0 active sync /dev/sda1".to_owned(), "é😀".to_owned()];
    let finding =
        Finding { id, subject: subject.into(), severity: Severity::Critical, summary: "Bad.".into(), remedy: "Mend it.".into(), details };
    let mut watched = Watched::new("disks.raid", finding.clone(), NOW);
    watched.found(finding, false, false, NOW);
    watched
}

on_every_database! {
    async fn findings_are_replaced_by_their_node_only(db) {
        let (one, two) = (examination(1, NOW), examination(2, NOW.plus_ms(1)));
        db.commit(findings::replace(db.grant(Server), None, &one, &[watched("md0"), watched("md1")])).await.unwrap();
        db.commit(findings::replace(db.grant(Server), None, &two, &[watched("md0")])).await.unwrap();
        assert_eq!(findings::of_node(&db, db.grant(Server), one.node).await.unwrap(), [watched("md0"), watched("md1")]);
        assert_eq!(findings::examinations(&db, db.grant(Server)).await.unwrap(), [one.clone(), two.clone()]);

        let later = examination(1, NOW.plus_ms(5));
        db.commit(findings::replace(db.grant(Server), Some(&one), &later, &[])).await.unwrap();
        assert_eq!(findings::list(&db, db.grant(Server)).await.unwrap().len(), 1);
        // Somebody else has written since it was read.
        let stale = findings::replace(db.grant(Server), Some(&one), &later, &[watched("md0")]);
        assert!(db.commit(stale).await.unwrap_err().is(context::CONFLICT));
        let first = findings::replace(db.grant(Server), None, &later, &[]);
        assert!(db.commit(first).await.unwrap_err().is(context::CONFLICT));

        db.commit(findings::delete_nodes_before(db.grant(Server), NOW.plus_ms(3))).await.unwrap();
        assert_eq!(findings::list(&db, db.grant(Server)).await.unwrap(), []);
        assert_eq!(findings::examinations(&db, db.grant(Server)).await.unwrap(), [Examination { fence: 2, ..later }]);
    }

    async fn findings_are_muted_and_unmuted(db) {
        let id = FindingId::new("disks.raid_none");
        for _ in 0..2 {
            db.commit(findings::mute(db.grant(Server), &id, None, NOW)).await.unwrap();
        }
        assert_eq!(findings::muted(&db, db.grant(Server)).await.unwrap(), ["disks.raid_none"]);
        for _ in 0..2 {
            db.commit(findings::unmute(db.grant(Server), &id)).await.unwrap();
        }
        assert_eq!(findings::muted(&db, db.grant(Server)).await.unwrap(), [""; 0]);
    }

    async fn a_database_says_what_the_checks_ask(db) {
        let values = diagnosis::values(&db, db.grant(Server)).await.unwrap();
        let names: &[&str] = match db.dialect() {
            Dialect::Sqlite => &["version", "page_count", "page_size", "journal_mode"],
            Dialect::Postgres => &[
                "version", "version_number", "encoding", "collation", "max_connections", "reserved_connections", "connections",
                "is_replica", "is_read_only", "standby_lag_seconds", "may_create", "tables_without_rights", "fsync", "full_page_writes",
                "synchronous_commit", "clock_ms",
            ],
            Dialect::Mysql => &[
                "version", "character_set_database", "max_connections", "max_allowed_packet", "read_only", "Threads_connected",
                "innodb_flush_log_at_trx_commit", "clock_ms",
            ],
        };
        for name in names {
            assert!(values.get(*name).is_some_and(|value| !value.is_empty()), "{name}: {values:?}");
        }
        let structure = diagnosis::structure(&db, db.grant(Server)).await.unwrap();
        assert_eq!(structure, (db.dialect() == Dialect::Sqlite).then(|| vec!["ok".to_owned()]));
        let work = diagnosis::work(&db, db.grant(Server), NOW).await.unwrap();
        assert_eq!((work.failed_jobs, work.oldest_due, work.deliveries), (vec![], None, vec![]));
    }
}
