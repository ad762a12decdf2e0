//! Limits of single people, channels, teams and roles.

use guildhall_model::Millis;
use guildhall_model::channel::{Channel, ChannelKind};
use guildhall_model::id::{ChannelId, RoleId};
use guildhall_model::limits::{OwnLimits, Target, TargetKind};
use guildhall_model::role::Role;
use guildhall_model::usage::{Holder, Quota, Usage};
use guildhall_storage::usage::{self, Quotas};
use guildhall_storage::{Batch, Server, channels, on_every_database, own_limits, roles};

use super::fixtures::{NOW, channel, create_world};

const ROLE: RoleId = RoleId::from_bytes([50; 16]);

fn role(delete_at: Millis) -> Role {
    Role {
        id: ROLE,
        name: "artist".to_owned(),
        display_name: "Artists".to_owned(),
        description: String::new(),
        permissions: Default::default(),
        scheme_managed: false,
        built_in: false,
        is_changed: false,
        create_at: NOW,
        update_at: NOW,
        delete_at,
    }
}

on_every_database! {
    async fn limits_are_replaced_listed_by_name_and_removed(db) {
        let world = create_world(&db).await;
        db.commit(roles::insert_if_absent(db.grant(Server), &role(Millis::ZERO))).await.unwrap();
        let large = OwnLimits { storage_bytes: Some(1 << 53), posts_per_minute: Some(0), ..OwnLimits::NONE };
        let small = OwnLimits { file_bytes: Some(7), storage_files: Some(1), ..OwnLimits::NONE };
        let targets = [Target::User(world.ann.id), Target::Channel(world.dev.id), Target::Team(world.team.id), Target::Role(ROLE)];
        for target in targets {
            let before = own_limits::target(&db, db.grant(Server), target).await.unwrap().unwrap();
            assert_eq!((before.target, before.limits), (target, OwnLimits::NONE));
            db.commit(own_limits::set(db.grant(Server), target, large)).await.unwrap();
            db.commit(own_limits::set(db.grant(Server), target, small)).await.unwrap();
            let set = own_limits::target(&db, db.grant(Server), target).await.unwrap().unwrap();
            assert_eq!((&set.name, set.limits), (&before.name, small));
            let listed = own_limits::list(&db, db.grant(Server), target.kind(), 10, 0).await.unwrap();
            assert_eq!(listed, [set]);
            assert_eq!(own_limits::list(&db, db.grant(Server), target.kind(), 10, 1).await.unwrap(), []);
        }
        for target in targets {
            db.commit(own_limits::remove(db.grant(Server), target)).await.unwrap();
            assert!(db.commit(own_limits::remove(db.grant(Server), target)).await.is_err());
            assert_eq!(own_limits::list(&db, db.grant(Server), target.kind(), 10, 0).await.unwrap(), []);
        }
    }

    async fn what_a_target_stores_and_whether_it_is_archived_is_told(db) {
        let world = create_world(&db).await;
        let target = Target::Channel(world.dev.id);
        let mut batch = Batch::new();
        let holders = [Holder::Channel(world.dev.id), Holder::User(world.ann.id), Holder::Team(Some(world.team.id))];
        batch.extend(holders.map(usage::ensure));
        let none = Quotas { channel: Quota::NONE, user: Quota::NONE, team: Quota::NONE, server: Quota::NONE };
        batch.extend(usage::take(db.grant(world.dev.id), world.ann.id, Usage::of_file(9), &none));
        let archived = Channel { delete_at: NOW, ..world.dev.clone() };
        batch.push(channels::update(db.grant(world.dev.id), &archived, world.dev.update_at));
        db.commit(batch).await.unwrap();
        let found = own_limits::target(&db, db.grant(Server), target).await.unwrap().unwrap();
        assert_eq!((found.is_archived, found.usage), (true, Usage::of_file(9)));
    }

    async fn direct_channels_deleted_roles_and_unknown_ids_are_no_targets(db) {
        let _world = create_world(&db).await;
        let direct = channel(77, None, ChannelKind::Direct, "a__b");
        db.commit(channels::insert_personal(&direct).0).await.unwrap();
        db.commit(roles::insert_if_absent(db.grant(Server), &role(NOW))).await.unwrap();
        let unknown = TargetKind::ALL.map(|kind| kind.with_id([99; 16]));
        for target in [Target::Channel(ChannelId::from_bytes([77; 16])), Target::Role(ROLE)].into_iter().chain(unknown) {
            assert_eq!(own_limits::target(&db, db.grant(Server), target).await.unwrap(), None, "{target:?}");
        }
    }
}
