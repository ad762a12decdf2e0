//! What rules over the audit trail have found.

use guildhall_model::Millis;
use guildhall_model::codes::context;
use guildhall_model::id::{AuditId, SecurityAlertId, UserId};
use guildhall_model::security_alert::SecurityAlert;
use guildhall_storage::{Server, on_every_database, security_alerts};

use super::fixtures::NOW;

const ANN: UserId = UserId::from_bytes([1; 16]);

fn alert(n: u8, subject: &str) -> SecurityAlert {
    SecurityAlert {
        id: SecurityAlertId::from_bytes([n; 16]),
        rule: "mass_download".to_owned(),
        subject: subject.to_owned(),
        user_id: Some(ANN),
        summary: "@ann has requested 500 files.".to_owned(),
        first_at: NOW,
        last_at: NOW.plus_ms(i64::from(n)),
        count: 1,
        evidence: vec![AuditId::from_bytes([n; 16]), AuditId::from_bytes([n + 1; 16])],
        revoked_at: Millis::ZERO,
        acknowledged_at: Millis::ZERO,
        acknowledged_by: None,
    }
}

on_every_database! {
    async fn alerts_are_open_until_they_are_acknowledged(db) {
        let server = || db.grant(Server);
        let (first, second) = (alert(1, "a"), alert(2, "b"));
        db.commit(vec![security_alerts::insert(db.grant(Server), &first), security_alerts::insert(db.grant(Server), &second)]).await.unwrap();
        assert_eq!(security_alerts::list(&db, server(), false, 10, 0).await.unwrap(), [second.clone(), first.clone()]);
        assert_eq!(security_alerts::list(&db, server(), true, 1, 1).await.unwrap(), std::slice::from_ref(&first));
        assert_eq!(security_alerts::open(&db, server(), "mass_download", "b").await.unwrap(), Some(second.clone()));
        assert_eq!(security_alerts::open(&db, server(), "mass_reading", "b").await.unwrap(), None);

        let more = SecurityAlert { count: 3, last_at: NOW.plus_ms(9), revoked_at: NOW, evidence: Vec::new(), ..first.clone() };
        db.commit(security_alerts::update(db.grant(Server), &more)).await.unwrap();
        assert_eq!(security_alerts::get(&db, server(), first.id).await.unwrap(), Some(more.clone()));
        db.commit(security_alerts::acknowledge(db.grant(Server), first.id, Some(ANN), NOW.plus_ms(7))).await.unwrap();
        // Who comes second changes nothing.
        db.commit(security_alerts::acknowledge(db.grant(Server), first.id, None, NOW.plus_ms(8))).await.unwrap();
        let done = SecurityAlert { acknowledged_at: NOW.plus_ms(7), acknowledged_by: Some(ANN), ..more };
        assert_eq!(security_alerts::get(&db, server(), first.id).await.unwrap(), Some(done.clone()));
        assert!(db.commit(security_alerts::update(db.grant(Server), &done)).await.unwrap_err().is(context::CONFLICT));
        assert_eq!(security_alerts::open(&db, server(), "mass_download", "a").await.unwrap(), None);
        assert_eq!(security_alerts::count_open(&db, server()).await.unwrap(), 1);
        db.commit(security_alerts::delete_before(db.grant(Server), NOW.plus_ms(9))).await.unwrap();
        assert_eq!(security_alerts::list(&db, server(), false, 10, 0).await.unwrap(), [done]);
    }
}
