//! Audit records in the order in which their readers get them, and how far each reader is.

use guildhall_model::Millis;
use guildhall_model::audit::{Audit, CursorState};
use guildhall_model::codes::context;
use guildhall_model::id::AuditId;
use guildhall_storage::audit_stream::{self, Range};
use guildhall_storage::{Server, audits, on_every_database};

use super::fixtures::NOW;

fn audit(n: u8) -> Audit {
    Audit {
        id: AuditId::from_bytes([n; 16]),
        create_at: NOW.plus_ms(i64::from(n)),
        user_id: None,
        action: "posts.pin".to_owned(),
        extra_info: String::new(),
        ip_address: String::new(),
        session_id: None,
    }
}

on_every_database! {
    async fn records_are_numbered_without_gaps_whenever_they_are_committed(db) {
        let server = || db.grant(Server);
        db.commit(vec![audits::insert(&audit(3)), audits::insert(&audit(5))]).await.unwrap();
        let start = audit_stream::cursor(&db, server(), "numbered").await.unwrap();
        assert_eq!(start, CursorState { name: "numbered".to_owned(), ..CursorState::default() });
        let ids = audit_stream::unnumbered(&db, server(), 10).await.unwrap();
        assert_eq!(ids, [audit(3).id, audit(5).id]);
        assert_eq!(audit_stream::oldest_after(&db, server(), 0).await.unwrap(), Some(audit(3).create_at));
        let number = |from: &CursorState, ids: &[AuditId]| {
            let mut statements = vec![audit_stream::create_cursor(db.grant(Server), "numbered")];
            statements.extend(audit_stream::number(db.grant(Server), from, ids, NOW));
            db.commit(statements)
        };
        number(&start, &ids).await.unwrap();
        // Another node has done it meanwhile.
        assert!(number(&start, &ids).await.unwrap_err().is(context::CONFLICT));
        // Its id is older than those that have a number.
        db.commit(audits::insert(&audit(1))).await.unwrap();
        let next = audit_stream::cursor(&db, server(), "numbered").await.unwrap();
        assert_eq!((next.position, next.update_at), (2, NOW));
        let late = audit_stream::unnumbered(&db, server(), 10).await.unwrap();
        number(&next, &late).await.unwrap();
        let all = audit_stream::after(&db, server(), 0, 10).await.unwrap();
        assert_eq!(all.iter().map(|record| (record.position, record.audit.id)).collect::<Vec<_>>(), [(1, audit(3).id), (2, audit(5).id), (3, audit(1).id)]);
        assert_eq!(all[2].audit, audit(1));
        assert_eq!(audit_stream::after(&db, server(), 1, 1).await.unwrap(), all[1..2]);
        let range = Range { after: 0, since: audit(2).create_at, until: audit(5).create_at };
        assert_eq!(audit_stream::within(&db, server(), range, 10).await.unwrap(), all[..1]);
        assert_eq!(audit_stream::within(&db, server(), Range { until: Millis(i64::MAX), ..range }, 10).await.unwrap(), all[..2]);
        assert_eq!(audit_stream::oldest_after(&db, server(), 2).await.unwrap(), Some(audit(1).create_at));
        assert_eq!(audit_stream::oldest_after(&db, server(), 3).await.unwrap(), None);
    }

    async fn a_reader_advances_once_and_remembers_its_failures(db) {
        let start = audit_stream::cursor(&db, db.grant(Server), "syslog").await.unwrap();
        db.commit(vec![audit_stream::create_cursor(db.grant(Server), "syslog"), audit_stream::create_cursor(db.grant(Server), "syslog")]).await.unwrap();
        let failed = CursorState { update_at: NOW, failures: 3, retry_at: NOW.plus_ms(9), last_error: "It is down.".to_owned(), ..start.clone() };
        db.commit(audit_stream::fail(db.grant(Server), &failed)).await.unwrap();
        assert_eq!(audit_stream::cursor(&db, db.grant(Server), "syslog").await.unwrap(), failed);
        db.commit(audit_stream::advance(db.grant(Server), &start, 7, NOW)).await.unwrap();
        let advanced = CursorState { position: 7, update_at: NOW, ..start.clone() };
        assert_eq!(audit_stream::cursor(&db, db.grant(Server), "syslog").await.unwrap(), advanced);
        assert!(db.commit(audit_stream::advance(db.grant(Server), &start, 8, NOW)).await.unwrap_err().is(context::CONFLICT));
        assert!(db.commit(audit_stream::fail(db.grant(Server), &failed)).await.unwrap_err().is(context::CONFLICT));
    }
}
