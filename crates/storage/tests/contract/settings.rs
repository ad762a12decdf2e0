//! Stored settings, and statistics of the server.

use guildhall_model::Millis;
use guildhall_model::codes::context;
use guildhall_storage::analytics::{self, CountQuery, DAY_MS, DailyQuery};
use guildhall_storage::{Server, on_every_database, settings};

use super::files::post_at;
use super::fixtures::{NOW, create_world};

on_every_database! {
    async fn a_setting_is_written_once_or_changed_from_what_was_read(db) {
        assert_eq!(settings::get(&db, db.grant(Server), "x").await.unwrap(), None);
        db.commit(settings::insert(db.grant(Server), "x", "1")).await.unwrap();
        assert!(db.commit(settings::insert(db.grant(Server), "x", "2")).await.unwrap_err().is(context::CONFLICT));
        db.commit(settings::insert_if_absent(db.grant(Server), "x", "2")).await.unwrap();
        db.commit(settings::insert_if_absent(db.grant(Server), "y", "3")).await.unwrap();
        assert!(db.commit(settings::replace(db.grant(Server), "x", "0", "9")).await.unwrap_err().is(context::CONFLICT));
        db.commit(settings::replace(db.grant(Server), "x", "1", "{\"a\": \"é😀\"}")).await.unwrap();
        db.commit(settings::set(db.grant(Server), "y", "4")).await.unwrap();
        db.commit(settings::replace(db.grant(Server), "y", "4", "4")).await.unwrap();
        assert_eq!(settings::get(&db, db.grant(Server), "x").await.unwrap().as_deref(), Some("{\"a\": \"é😀\"}"));
        assert_eq!(settings::get(&db, db.grant(Server), "y").await.unwrap().as_deref(), Some("4"));
    }

    async fn an_empty_server_counts_nothing(db) {
        assert!(!analytics::has_accounts(&db, db.grant(Server)).await.unwrap());
        assert_eq!(analytics::posts(&db, db.grant(Server), None).await.unwrap(), 0);
        assert_eq!(guildhall_storage::usage::of_server(&db, db.grant(Server)).await.unwrap().bytes, 0);
        assert!(analytics::daily(&db, db.grant(Server), DailyQuery::Posts, None, Millis(0)).await.unwrap().is_empty());
    }

    async fn statistics_are_counted(db) {
        let world = create_world(&db).await;
        assert!(analytics::has_accounts(&db, db.grant(Server)).await.unwrap());
        assert_eq!(analytics::active_users(&db, db.grant(Server)).await.unwrap(), 2);
        assert_eq!(analytics::inactive_users(&db, db.grant(Server)).await.unwrap(), 0);
        assert_eq!(analytics::team_members(&db, db.grant(Server), world.team.id).await.unwrap(), 2);
        assert_eq!(analytics::teams(&db, db.grant(Server)).await.unwrap(), 1);
        assert_eq!(analytics::channels(&db, db.grant(Server), "O", Some(world.team.id)).await.unwrap(), 1);
        assert_eq!(analytics::channels(&db, db.grant(Server), "D", None).await.unwrap(), 1);
        assert_eq!(analytics::users_active_since(&db, db.grant(Server), Millis(0)).await.unwrap(), 0);
        for what in [CountQuery::Sessions, CountQuery::IncomingWebhooks, CountQuery::OutgoingWebhooks, CountQuery::Commands, CountQuery::AttachedFiles] {
            assert_eq!(analytics::count(&db, db.grant(Server), what).await.unwrap(), 0, "{what:?}");
        }
        let today = NOW.0 - NOW.0 % DAY_MS;
        let post = |n: u8, at: i64| post_at(&db, &world, n, Millis(at));
        db.commit(vec![post(20, today), post(21, today + DAY_MS - 1), post(22, today - 1)]).await.unwrap();
        for (what, expected) in [
            (DailyQuery::Posts, vec![(Millis(today), 2), (Millis(today - DAY_MS), 1)]),
            (DailyQuery::Writers, vec![(Millis(today), 1), (Millis(today - DAY_MS), 1)]),
            (DailyQuery::BotPosts, vec![]),
        ] {
            assert_eq!(analytics::daily(&db, db.grant(Server), what, None, Millis(0)).await.unwrap(), expected, "{what:?}");
            assert_eq!(analytics::daily(&db, db.grant(Server), what, Some(world.team.id), Millis(0)).await.unwrap(), expected, "{what:?}");
        }
        assert_eq!(analytics::daily(&db, db.grant(Server), DailyQuery::Posts, None, Millis(today)).await.unwrap().len(), 1);
    }
}
