//! The sidebar's categories.

use guildhall_model::channel::{CategoryKind, SidebarCategory};
use guildhall_model::codes::channels as codes;
use guildhall_model::id::CategoryId;
use guildhall_storage::{categories, on_every_database};

use super::fixtures::{NOW, World, create_world};

fn category(world: &World, n: u8, name: &str) -> SidebarCategory {
    SidebarCategory {
        id: CategoryId::from_bytes([n; 16]),
        user_id: world.ann.id,
        team_id: world.team.id,
        kind: CategoryKind::Custom,
        display_name: name.to_owned(),
        sorting: String::new(),
        sort_order: i64::from(n),
        muted: false,
        collapsed: false,
        channel_ids: Vec::new(),
    }
}

on_every_database! {
    async fn categories_are_saved_changed_and_removed(db) {
        let world = create_world(&db).await;
        let (user, team) = (world.ann.id, world.team.id);
        let (mut one, two) = (category(&world, 1, "one"), category(&world, 2, "two"));
        db.commit(vec![categories::save(db.grant(two.user_id), &two), categories::save(db.grant(one.user_id), &one)]).await.unwrap();
        assert_eq!(categories::stored(&db, db.grant(user), db.grant(team)).await.unwrap(), [one.clone(), two.clone()]);
        one.sort_order = 9;
        one.collapsed = true;
        db.commit(vec![categories::save(db.grant(one.user_id), &one), categories::insert_if_absent(db.grant(world.ann.id), &category(&world, 2, "ignored"))]).await.unwrap();
        assert_eq!(categories::stored(&db, db.grant(user), db.grant(team)).await.unwrap(), [two.clone(), one.clone()]);
        assert!(categories::stored(&db, db.grant(world.ben.id), db.grant(team)).await.unwrap().is_empty());
        assert!(db.commit(categories::remove(db.grant(world.ben.id), one.id)).await.unwrap_err().is(codes::CATEGORY_NOT_FOUND));
        db.commit(categories::remove(db.grant(user), one.id)).await.unwrap();
        assert_eq!(categories::stored(&db, db.grant(user), db.grant(team)).await.unwrap(), [two]);
        db.commit(categories::clear(db.grant(team), user)).await.unwrap();
        assert!(categories::stored(&db, db.grant(user), db.grant(team)).await.unwrap().is_empty());
    }

    async fn a_channel_is_in_one_category(db) {
        let world = create_world(&db).await;
        let (user, team) = (world.ann.id, world.team.id);
        let (mut one, mut two) = (category(&world, 1, "one"), category(&world, 2, "two"));
        one.channel_ids = vec![world.secret.id, world.dev.id];
        two.channel_ids = vec![world.dev.id];
        let mut batch = vec![categories::save(db.grant(one.user_id), &one), categories::save(db.grant(two.user_id), &two)];
        batch.extend(categories::set_channels(db.grant(one.user_id), &one));
        db.commit(batch).await.unwrap();
        assert_eq!(categories::placements(&db, db.grant(user), db.grant(team)).await.unwrap(), [(one.id, world.secret.id), (one.id, world.dev.id)]);
        db.commit(categories::set_channels(db.grant(two.user_id), &two)).await.unwrap();
        let mut placed = categories::placements(&db, db.grant(user), db.grant(team)).await.unwrap();
        placed.sort();
        assert_eq!(placed, [(one.id, world.secret.id), (two.id, world.dev.id)]);
        two.channel_ids.clear();
        db.commit(categories::set_channels(db.grant(two.user_id), &two)).await.unwrap();
        assert_eq!(categories::placements(&db, db.grant(user), db.grant(team)).await.unwrap(), [(one.id, world.secret.id)]);
        assert_eq!(categories::channels(&db, db.grant(user), db.grant(team)).await.unwrap().len(), 3);
    }

    async fn channels_are_appended_and_removed(db) {
        let world = create_world(&db).await;
        let (user, team) = (world.ann.id, world.team.id);
        let (mut one, two) = (category(&world, 1, "one"), category(&world, 2, "two"));
        one.channel_ids = vec![world.secret.id];
        let mut batch = vec![categories::save(db.grant(one.user_id), &one), categories::save(db.grant(two.user_id), &two)];
        batch.extend(categories::set_channels(db.grant(one.user_id), &one));
        batch.extend(categories::append_channel(db.grant(user), one.id, team, world.dev.id, NOW));
        db.commit(batch).await.unwrap();
        assert_eq!(categories::placements(&db, db.grant(user), db.grant(team)).await.unwrap(), [(one.id, world.secret.id), (one.id, world.dev.id)]);
        db.commit(categories::append_channel(db.grant(user), two.id, team, world.dev.id, NOW).to_vec()).await.unwrap();
        db.commit(categories::append_channel(db.grant(user), two.id, team, world.dev.id, NOW).to_vec()).await.unwrap();
        assert_eq!(categories::placements(&db, db.grant(user), db.grant(team)).await.unwrap(), [(one.id, world.secret.id), (two.id, world.dev.id)]);
        db.commit(categories::remove_channel(db.grant(user), two.id, world.dev.id)).await.unwrap();
        assert_eq!(categories::placements(&db, db.grant(user), db.grant(team)).await.unwrap(), [(one.id, world.secret.id)]);
    }
}
