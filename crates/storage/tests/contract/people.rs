//! What is stored beside accounts: preferences, statuses, roles and the audit trail.

use std::collections::BTreeSet;

use guildhall_model::audit::{Audit, AuditSeal};
use guildhall_model::codes::context;
use guildhall_model::id::{AuditId, RoleId, SessionId, UserId};
use guildhall_model::role::Role;
use guildhall_model::user::{Preference, Presence, Status};
use guildhall_model::{Millis, Permission};
use guildhall_storage::{Server, audits, on_every_database, preferences, roles, statuses};

use super::fixtures::NOW;

const ANN: UserId = UserId::from_bytes([1; 16]);
const BEN: UserId = UserId::from_bytes([2; 16]);

fn preference(user_id: UserId, category: &str, name: &str, value: &str) -> Preference {
    Preference { user_id, category: category.to_owned(), name: name.to_owned(), value: value.to_owned() }
}

fn status(user_id: UserId, presence: Presence) -> Status {
    Status { presence, last_activity_at: NOW, ..Status::offline(user_id) }
}

fn role(n: u8, name: &str, permissions: &[Permission]) -> Role {
    Role {
        id: RoleId::from_bytes([n; 16]),
        name: name.to_owned(),
        display_name: name.to_owned(),
        description: String::new(),
        permissions: permissions.iter().copied().collect(),
        scheme_managed: true,
        built_in: true,
        is_changed: false,
        create_at: NOW,
        update_at: NOW,
        delete_at: Millis::ZERO,
    }
}

on_every_database! {
    async fn preferences_are_overwritten_and_deleted(db) {
        let (theme, time) = (preference(ANN, "theme", "", "{}"), preference(ANN, "display", "time", "true"));
        db.commit(vec![preferences::save(db.grant(theme.user_id), &theme), preferences::save(db.grant(time.user_id), &time), preferences::save(db.grant(BEN), &preference(BEN, "theme", "", "x"))]).await.unwrap();
        let later = preference(ANN, "display", "time", &"ä".repeat(10_000));
        db.commit(preferences::save(db.grant(later.user_id), &later)).await.unwrap();
        assert_eq!(preferences::of_user(&db, db.grant(ANN)).await.unwrap(), [later.clone(), theme.clone()]);
        assert_eq!(preferences::of_category(&db, db.grant(ANN), "theme").await.unwrap(), std::slice::from_ref(&theme));
        assert_eq!(preferences::get(&db, db.grant(ANN), "display", "time").await.unwrap(), Some(later));
        assert_eq!(preferences::count(&db, db.grant(ANN)).await.unwrap(), 2);
        db.commit(vec![preferences::delete(db.grant(ANN), "theme", ""), preferences::delete(db.grant(ANN), "theme", "absent")]).await.unwrap();
        assert_eq!(preferences::count(&db, db.grant(ANN)).await.unwrap(), 1);
        assert_eq!(preferences::count(&db, db.grant(BEN)).await.unwrap(), 1);
    }

    async fn statuses_are_saved_over_and_start_offline(db) {
        let mut dnd = Status { manual: true, dnd_end_time: NOW.plus_ms(10), ..status(ANN, Presence::DoNotDisturb) };
        db.commit(vec![statuses::save(db.grant(ANN), &status(ANN, Presence::Online)), statuses::save(db.grant(BEN), &status(BEN, Presence::Away))]).await.unwrap();
        db.commit(statuses::save(db.grant(dnd.user_id), &dnd)).await.unwrap();
        assert_eq!(statuses::get(&db, ANN).await.unwrap(), Some(dnd.clone()));
        assert_eq!(statuses::by_ids(&db, &[ANN, BEN, UserId::from_bytes([3; 16])]).await.unwrap().len(), 2);
        assert!(statuses::dnd_ended(&db, db.grant(Server), NOW, 10).await.unwrap().is_empty());
        assert_eq!(statuses::dnd_ended(&db, db.grant(Server), NOW.plus_ms(10), 10).await.unwrap(), [dnd.clone()]);
        db.commit(statuses::reset(db.grant(Server))).await.unwrap();
        assert_eq!(statuses::get(&db, ANN).await.unwrap(), Some(dnd.clone()));
        assert_eq!(statuses::get(&db, BEN).await.unwrap().unwrap().presence, Presence::Offline);
        dnd.dnd_end_time = Millis::ZERO;
        db.commit(statuses::save(db.grant(dnd.user_id), &dnd)).await.unwrap();
        assert!(statuses::dnd_ended(&db, db.grant(Server), NOW.plus_ms(10), 10).await.unwrap().is_empty());
    }

    async fn roles_are_seeded_once_and_changed(db) {
        let first = role(1, "reader", &[Permission::ReadChannel]);
        db.commit(roles::insert_if_absent(db.grant(Server), &first)).await.unwrap();
        db.commit(roles::insert_if_absent(db.grant(Server), &role(2, "reader", &[]))).await.unwrap();
        assert_eq!(roles::all(&db).await.unwrap(), std::slice::from_ref(&first));
        assert_eq!(roles::by_name(&db, "reader").await.unwrap(), Some(first.clone()));
        let every: Vec<_> = Permission::ALL.to_vec();
        let changed = Role { permissions: every.into_iter().collect(), update_at: NOW.plus_ms(1), ..first };
        db.commit(roles::update(db.grant(Server), &changed, NOW)).await.unwrap();
        let overtaken = Role { permissions: BTreeSet::new(), update_at: NOW.plus_ms(2), ..changed.clone() };
        assert!(db.commit(roles::update(db.grant(Server), &overtaken, NOW)).await.unwrap_err().is(context::CONFLICT));
        assert_eq!(roles::get(&db, changed.id).await.unwrap(), Some(changed));
    }

    async fn the_trail_is_read_from_its_end(db) {
        let audit = |n: u8, user_id: Option<UserId>| Audit {
            id: AuditId::from_bytes([n; 16]),
            create_at: NOW.plus_ms(n.into()),
            user_id,
            action: "login".to_owned(),
            extra_info: "é".repeat(1_024),
            ip_address: "2001:db8::1".to_owned(),
            session_id: Some(SessionId::from_bytes([n; 16])),
        };
        let (first, second, third) = (audit(1, Some(ANN)), audit(2, None), audit(3, Some(ANN)));
        db.commit(vec![audits::insert(&first), audits::insert(&second), audits::insert(&third)]).await.unwrap();
        assert_eq!(audits::list(&db, db.grant(Server), 2, 0).await.unwrap(), [third.clone(), second.clone()]);
        assert_eq!(audits::of_user(&db, db.grant(ANN), 10, 0).await.unwrap(), [third.clone(), first.clone()]);

        let grant = || db.grant(Server);
        assert_eq!(audits::unsealed(&db, grant(), 2).await.unwrap(), [first.clone(), second.clone()]);
        let one = AuditSeal::new(None, &[first.clone(), second.clone()], NOW);
        let two = AuditSeal::new(Some(&one), std::slice::from_ref(&third), NOW);
        for (seal, records) in [(&one, vec![first.clone(), second.clone()]), (&two, vec![third.clone()])] {
            db.commit(audits::insert_seal(db.grant(Server), seal, &records).to_vec()).await.unwrap();
            assert_eq!(audits::sealed(&db, grant(), seal.number).await.unwrap(), records);
        }
        // Another node has sealed the same record, or made a seal of the same number.
        for seal in [AuditSeal::new(Some(&two), std::slice::from_ref(&third), NOW), two.clone()] {
            let again = db.commit(audits::insert_seal(db.grant(Server), &seal, std::slice::from_ref(&third)).to_vec()).await;
            assert!(again.unwrap_err().is(context::CONFLICT));
        }
        assert_eq!(audits::unsealed(&db, grant(), 10).await.unwrap(), []);
        assert_eq!(audits::latest_seal(&db, grant()).await.unwrap(), Some(two.clone()));
        assert_eq!(audits::seals_from(&db, grant(), 1, 10).await.unwrap(), [one.clone(), two.clone()]);
        assert_eq!(audits::seal_before(&db, grant(), 9).await.unwrap(), Some(two.clone()));
        assert_eq!(audits::seal_before(&db, grant(), 1).await.unwrap(), None);
        assert_eq!(audits::first_seal_since(&db, grant(), NOW.plus_ms(3)).await.unwrap(), Some(2));
        assert_eq!(audits::first_seal_since(&db, grant(), NOW.plus_ms(4)).await.unwrap(), None);
        db.commit(audits::delete_up_to_seal(db.grant(Server), 1).to_vec()).await.unwrap();
        assert_eq!(audits::list(&db, grant(), 10, 0).await.unwrap(), [third]);
        assert_eq!(audits::seal(&db, grant(), 1).await.unwrap(), Some(one));
        db.commit(audits::delete_up_to_seal(db.grant(Server), 2).to_vec()).await.unwrap();
        assert_eq!(audits::seals_from(&db, grant(), 1, 10).await.unwrap(), [two]);
    }
}
