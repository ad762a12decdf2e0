//! The sidebar's categories.

use guildhall_model::channel::{CategoryKind, SidebarCategory};
use guildhall_model::codes::channels as codes;
use guildhall_model::id::CategoryId;
use guildhall_storage::{categories, on_every_database};

use super::fixtures::{NOW, Place, place};

fn category(place: &Place, n: u8, name: &str) -> SidebarCategory {
    SidebarCategory {
        id: CategoryId::from_bytes([n; 16]),
        user_id: place.ann.id,
        team_id: place.team.id,
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
    async fn categories_are_put_changed_and_removed(db) {
        let place = place(&db).await;
        let (user, team) = (place.ann.id, place.team.id);
        let (mut one, two) = (category(&place, 1, "one"), category(&place, 2, "two"));
        db.commit(vec![categories::put(db.grant(two.user_id), &two), categories::put(db.grant(one.user_id), &one)]).await.unwrap();
        assert_eq!(categories::stored(&db, db.grant(user), db.grant(team)).await.unwrap(), [one.clone(), two.clone()]);
        one.sort_order = 9;
        one.collapsed = true;
        db.commit(vec![categories::put(db.grant(one.user_id), &one), categories::ensure(db.grant(place.ann.id), &category(&place, 2, "ignored"))]).await.unwrap();
        assert_eq!(categories::stored(&db, db.grant(user), db.grant(team)).await.unwrap(), [two.clone(), one.clone()]);
        assert!(categories::stored(&db, db.grant(place.ben.id), db.grant(team)).await.unwrap().is_empty());
        assert!(db.commit(categories::remove(db.grant(place.ben.id), one.id)).await.unwrap_err().is(codes::CATEGORY_NOT_FOUND));
        db.commit(categories::remove(db.grant(user), one.id)).await.unwrap();
        assert_eq!(categories::stored(&db, db.grant(user), db.grant(team)).await.unwrap(), [two]);
        db.commit(categories::clear(db.grant(team), user)).await.unwrap();
        assert!(categories::stored(&db, db.grant(user), db.grant(team)).await.unwrap().is_empty());
    }

    async fn a_channel_is_placed_in_one_category(db) {
        let place = place(&db).await;
        let (user, team) = (place.ann.id, place.team.id);
        let (mut one, mut two) = (category(&place, 1, "one"), category(&place, 2, "two"));
        one.channel_ids = vec![place.secret.id, place.dev.id];
        two.channel_ids = vec![place.dev.id];
        let mut batch = vec![categories::put(db.grant(one.user_id), &one), categories::put(db.grant(two.user_id), &two)];
        batch.extend(categories::place(db.grant(one.user_id), &one));
        db.commit(batch).await.unwrap();
        assert_eq!(categories::placements(&db, db.grant(user), db.grant(team)).await.unwrap(), [(one.id, place.secret.id), (one.id, place.dev.id)]);
        db.commit(categories::place(db.grant(two.user_id), &two)).await.unwrap();
        let mut placed = categories::placements(&db, db.grant(user), db.grant(team)).await.unwrap();
        placed.sort();
        assert_eq!(placed, [(one.id, place.secret.id), (two.id, place.dev.id)]);
        two.channel_ids.clear();
        db.commit(categories::place(db.grant(two.user_id), &two)).await.unwrap();
        assert_eq!(categories::placements(&db, db.grant(user), db.grant(team)).await.unwrap(), [(one.id, place.secret.id)]);
        assert_eq!(categories::channels(&db, db.grant(user), db.grant(team)).await.unwrap().len(), 3);
    }

    async fn channels_are_appended_and_taken_out(db) {
        let place = place(&db).await;
        let (user, team) = (place.ann.id, place.team.id);
        let (mut one, two) = (category(&place, 1, "one"), category(&place, 2, "two"));
        one.channel_ids = vec![place.secret.id];
        let mut batch = vec![categories::put(db.grant(one.user_id), &one), categories::put(db.grant(two.user_id), &two)];
        batch.extend(categories::place(db.grant(one.user_id), &one));
        batch.extend(categories::append(db.grant(user), one.id, team, place.dev.id, NOW));
        db.commit(batch).await.unwrap();
        assert_eq!(categories::placements(&db, db.grant(user), db.grant(team)).await.unwrap(), [(one.id, place.secret.id), (one.id, place.dev.id)]);
        db.commit(categories::append(db.grant(user), two.id, team, place.dev.id, NOW).to_vec()).await.unwrap();
        db.commit(categories::append(db.grant(user), two.id, team, place.dev.id, NOW).to_vec()).await.unwrap();
        assert_eq!(categories::placements(&db, db.grant(user), db.grant(team)).await.unwrap(), [(one.id, place.secret.id), (two.id, place.dev.id)]);
        db.commit(categories::take_out(db.grant(user), two.id, place.dev.id)).await.unwrap();
        assert_eq!(categories::placements(&db, db.grant(user), db.grant(team)).await.unwrap(), [(one.id, place.secret.id)]);
    }
}
