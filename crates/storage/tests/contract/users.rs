//! Accounts: found, listed, counted and changed under guard.

use guildhall_model::codes::context;
use guildhall_model::codes::users as codes;
use guildhall_model::id::{ChannelId, UserId};
use guildhall_model::user::User;
use guildhall_storage::users::{self, Filter, Order};
use guildhall_storage::{Database, Server, channel_members, on_every_database};

use super::fixtures::{NOW, channel_member, create_world, user};

async fn names(db: &Database, filter: &Filter, order: Order) -> Vec<String> {
    let found = users::list(db, filter, order, 10, 0).await.unwrap();
    assert_eq!(users::count(db, filter).await.unwrap(), found.len() as i64);
    found.into_iter().map(|user| user.username).collect()
}

async fn by_name(db: &Database, filter: Filter) -> Vec<String> {
    names(db, &filter, Order::Username).await
}

on_every_database! {
    async fn accounts_are_found_by_id_username_and_address(db) {
        let mut ann = user(1, "ann");
        ann.notify_props.insert("mention_keys".to_owned(), "Ännchen, \"a\"".to_owned());
        ann.props.insert("customStatus".to_owned(), "{}".to_owned());
        db.commit(users::insert(&ann, "hash of ann").0).await.unwrap();
        assert!(users::has_people(&db).await.unwrap());
        assert_eq!(users::get(&db, ann.id).await.unwrap(), Some(ann.clone()));
        assert_eq!(users::by_username(&db, "ann").await.unwrap(), Some(ann.clone()));
        assert_eq!(users::by_email(&db, "ann@example.com").await.unwrap(), Some(ann.clone()));
        assert_eq!(users::by_ids(&db, &[ann.id, UserId::from_bytes([9; 16])]).await.unwrap(), [ann.clone()]);
        assert_eq!(users::by_usernames(&db, &["ann".to_owned(), "ben".to_owned()]).await.unwrap(), [ann.clone()]);
        for login in ["ann", "ann@example.com"] {
            let found = users::by_login(&db, db.grant(Server), login).await.unwrap().unwrap();
            assert_eq!((found.user, found.password_hash.as_str()), (ann.clone(), "hash of ann"));
        }
        assert!(users::by_login(&db, db.grant(Server), "hash of ann").await.unwrap().is_none());
        assert_eq!(users::bot_owner(&db, ann.id).await.unwrap(), None);
    }

    async fn names_and_addresses_are_unique(db) {
        let (ann, ben) = (user(1, "ann"), user(2, "ben"));
        db.commit(vec![users::insert(&ann, "").0, users::insert(&ben, "").0]).await.unwrap();
        for (name, email, except, expected) in [
            ("ann", "new@example.com", None, (true, false)),
            ("new", "ben@example.com", None, (false, true)),
            ("ann", "ben@example.com", None, (true, true)),
            ("ann", "ann@example.com", Some(ann.id), (false, false)),
            ("ann", "ben@example.com", Some(ann.id), (false, true)),
        ] {
            assert_eq!(users::find_taken(&db, name, email, except).await.unwrap(), expected, "{name} {email}");
        }
        let twin = User { id: UserId::from_bytes([3; 16]), ..ann };
        assert!(db.commit(users::insert(&twin, "").0).await.unwrap_err().is(context::CONFLICT));
    }

    async fn there_is_one_first_account(db) {
        db.commit(users::claim_first_account(UserId::from_bytes([1; 16]))).await.unwrap();
        assert!(db.commit(users::claim_first_account(UserId::from_bytes([2; 16]))).await.unwrap_err().is(context::CONFLICT));
    }

    async fn a_concurrent_change_is_not_overwritten(db) {
        let ann = user(1, "ann");
        db.commit(users::insert(&ann, "").0).await.unwrap();
        let changed = User { update_at: NOW.plus_ms(1), nickname: "Änn".to_owned(), delete_at: NOW, ..ann.clone() };
        db.commit(users::update(db.grant(changed.id), &changed, NOW)).await.unwrap();
        assert_eq!(users::get(&db, ann.id).await.unwrap(), Some(changed.clone()));
        assert!(db.commit(users::update(db.grant(changed.id), &changed, NOW)).await.unwrap_err().is(context::CONFLICT));
    }

    async fn a_log_in_fails_if_the_password_or_account_changed(db) {
        let ann = user(1, "ann");
        db.commit(vec![users::insert(&ann, "old").0, users::count_failure(db.grant(ann.id), NOW), users::count_failure(db.grant(ann.id), NOW)]).await.unwrap();
        assert_eq!(users::get(&db, ann.id).await.unwrap().unwrap().failed_attempts, 2);
        db.commit(users::guard_login(db.grant(ann.id), "old", false, codes::LOGIN_INVALID)).await.unwrap();
        assert_eq!(users::get(&db, ann.id).await.unwrap().unwrap().failed_attempts, 0);
        db.commit(users::guard_login(db.grant(ann.id), "old", false, codes::LOGIN_INVALID)).await.unwrap();
        db.commit(users::rehash(db.grant(ann.id), "old", "rehashed")).await.unwrap();
        db.commit(users::set_password(db.grant(ann.id), "new", NOW.plus_ms(5))).await.unwrap();
        db.commit(users::rehash(db.grant(ann.id), "old", "too late")).await.unwrap();
        let found = users::get_with_password(&db, db.grant(ann.id)).await.unwrap().unwrap();
        assert_eq!((found.password_hash.as_str(), found.user.update_at, found.user.last_password_update), ("new", NOW.plus_ms(5), NOW.plus_ms(5)));
        db.commit(users::set_password(db.grant(ann.id), "newer", NOW)).await.unwrap();
        assert_eq!(users::get(&db, ann.id).await.unwrap().unwrap().update_at, NOW.plus_ms(6));
        assert!(db.commit(users::guard_login(db.grant(ann.id), "old", false, codes::LOGIN_INVALID)).await.unwrap_err().is(codes::LOGIN_INVALID));
        let gone = User { delete_at: NOW, update_at: NOW.plus_ms(9), ..ann.clone() };
        db.commit(users::update(db.grant(gone.id), &gone, NOW.plus_ms(6))).await.unwrap();
        assert!(db.commit(users::guard_login(db.grant(ann.id), "newer", false, codes::LOGIN_INVALID)).await.unwrap_err().is(codes::LOGIN_INVALID));
    }

    async fn every_filter_of_a_list_is_applied(db) {
        let world = create_world(&db).await;
        let mut carl = User { first_name: "Carl Åke".to_owned(), nickname: "50%_off".to_owned(), ..user(7, "carl") };
        carl.roles = "system_user system_admin".to_owned();
        carl.create_at = NOW.plus_ms(1);
        carl.email = "carl@example.org".to_owned();
        let gone = User { delete_at: NOW, ..user(8, "gone") };
        let bot = User { is_bot: true, ..user(9, "bot") };
        db.commit(vec![users::insert(&carl, "").0, users::insert(&gone, "").0, users::insert(&bot, "").0]).await.unwrap();
        let (team, dev) = (Some(db.grant(world.team.id)), Some(db.grant(world.dev.id)));
        let word = |word: &str| vec![word.to_owned()];
        for (expected, filter) in [
            (vec!["ann", "ben", "bot", "carl", "gone"], Filter::default()),
            (vec!["gone"], Filter { is_active: Some(false), ..Filter::default() }),
            (vec!["bot"], Filter { is_bot: Some(true), ..Filter::default() }),
            (vec!["ann", "ben"], Filter { in_team: team, ..Filter::default() }),
            (vec!["bot", "carl", "gone"], Filter { not_in_team: team, ..Filter::default() }),
            (vec!["ann"], Filter { in_channel: dev, ..Filter::default() }),
            (vec!["ben"], Filter { in_team: team, not_in_channel: dev, ..Filter::default() }),
            (vec!["carl", "gone"], Filter { without_team: Some(db.grant(Server)), ..Filter::default() }),
            (vec!["carl"], Filter { roles: word("system_admin"), ..Filter::default() }),
            (vec![], Filter { roles: word("system_admi_"), ..Filter::default() }),
            (vec!["ann", "ben"], Filter { in_team: team, team_roles: word("team_user"), ..Filter::default() }),
            (vec![], Filter { in_team: team, team_roles: word("team_admin"), ..Filter::default() }),
            (vec!["ann"], Filter { in_channel: dev, channel_roles: word("channel_user"), ..Filter::default() }),
            (vec!["carl"], Filter { words: word("CARL"), ..Filter::default() }),
            (vec!["carl"], Filter { words: word("50%_"), ..Filter::default() }),
            (vec!["carl"], Filter { words: word("carl åke"), ..Filter::default() }),
            (vec!["carl"], Filter { words: vec!["carl".to_owned(), "50".to_owned()], ..Filter::default() }),
            (vec![], Filter { words: vec!["carl".to_owned(), "ann".to_owned()], ..Filter::default() }),
            (vec![], Filter { words: word("_nn"), ..Filter::default() }),
            (vec!["carl"], Filter { outside_domains: vec!["example.com".to_owned()], ..Filter::default() }),
            (vec!["ann", "ben"], Filter { visible_to: Some(world.ben.id), ..Filter::default() }),
            (vec!["carl"], Filter { visible_to: Some(carl.id), ..Filter::default() }),
        ] {
            assert_eq!(by_name(&db, filter.clone()).await, expected, "{filter:?}");
        }
    }

    async fn lists_are_sorted_in_every_order(db) {
        let world = create_world(&db).await;
        let mut admin = channel_member(&world.direct, &world.ben);
        admin.scheme_admin = true;
        db.commit(vec![channel_members::set_roles(db.grant(admin.channel_id), &admin)]).await.unwrap();
        let direct = Filter { in_channel: Some(db.grant(world.direct.id)), ..Filter::default() };
        assert_eq!(names(&db, &direct, Order::Username).await, ["ann", "ben"]);
        assert_eq!(names(&db, &direct, Order::ChannelAdminsFirst).await, ["ben", "ann"]);
        assert_eq!(names(&db, &Filter::default(), Order::ChannelAdminsFirst).await, ["ann", "ben"]);
        assert_eq!(names(&db, &direct, Order::Presence).await, ["ann", "ben"]);
        assert_eq!(names(&db, &direct, Order::LatestActivityFirst).await, ["ann", "ben"]);
        assert_eq!(names(&db, &direct, Order::NewestFirst).await, ["ann", "ben"]);
        let named = User { nickname: "Zed".to_owned(), update_at: NOW.plus_ms(1), ..world.ann.clone() };
        db.commit(users::update(db.grant(named.id), &named, NOW)).await.unwrap();
        assert_eq!(names(&db, &direct, Order::DisplayName).await, ["ben", "ann"]);
        assert_eq!(users::list(&db, &direct, Order::Username, 1, 1).await.unwrap(), std::slice::from_ref(&world.ben));
    }

    async fn people_who_share_a_channel_are_visible_to_each_other(db) {
        let world = create_world(&db).await;
        let carl = user(7, "carl");
        db.commit(users::insert(&carl, "").0).await.unwrap();
        assert_eq!(users::channel_peers(&db, db.grant(world.ann.id), 10).await.unwrap(), [world.ben.id]);
        assert!(users::channel_peers(&db, db.grant(carl.id), 10).await.unwrap().is_empty());
        for (who, viewer, expected) in [(world.ben.id, world.ann.id, true), (carl.id, world.ann.id, false), (carl.id, carl.id, true)] {
            assert_eq!(users::is_visible_to(&db, who, viewer).await.unwrap(), expected);
        }
        let seen = users::visible_among(&db, &[world.ann.id, world.ben.id, carl.id], world.ann.id).await.unwrap();
        assert_eq!(seen, [world.ann.id, world.ben.id].into());
        assert!(users::in_group_channels(&db, db.grant(world.ann.id), &[world.direct.id, ChannelId::from_bytes([99; 16])]).await.unwrap().is_empty());
    }

    async fn a_picture_is_stored_by_its_key(db) {
        let ann = user(1, "ann");
        db.commit(users::insert(&ann, "").0).await.unwrap();
        assert_eq!(users::picture_key(&db, ann.id).await.unwrap(), None);
        let key = guildhall_model::ports::BlobKey::from_sha256([7; 32]);
        db.commit(users::set_picture(db.grant(ann.id), Some(&key))).await.unwrap();
        assert_eq!(users::picture_key(&db, ann.id).await.unwrap(), Some(key));
        db.commit(users::set_picture(db.grant(ann.id), None)).await.unwrap();
        assert_eq!(users::picture_key(&db, ann.id).await.unwrap(), None);
    }
}
