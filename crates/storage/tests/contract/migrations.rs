//! Steps are applied once, in order, by one node at a time, and never to a foreign database.

use guildhall_model::codes::{context, storage};
use guildhall_model::id::{ChannelId, PostId, TeamId, UserId};
use guildhall_storage::{Database, Dialect, STEPS, Statement, Step, on_every_database, params, testing, users};

use super::fixtures::user;

const FIRST: Step = Step {
    version: 1,
    name: "first",
    sqlite: "CREATE TABLE a (x BIGINT); INSERT INTO a VALUES (1);",
    postgres: "CREATE TABLE a (x BIGINT); INSERT INTO a VALUES (1);",
    mysql: "CREATE TABLE a (x BIGINT) ENGINE=InnoDB; INSERT INTO a VALUES (1);",
};
const SECOND: Step = Step {
    version: 2,
    name: "second",
    sqlite: "INSERT INTO a VALUES (2)",
    postgres: "INSERT INTO a VALUES (2)",
    mysql: "INSERT INTO a VALUES (2)",
};
static ONE: &[Step] = &[FIRST];
static TWO: &[Step] = &[FIRST, SECOND];
static CHANGED: &[Step] = &[Step { sqlite: "x", postgres: "x", mysql: "x", ..FIRST }, SECOND];
const BROKEN: &str = "INSERT INTO a VALUES (3); INSERT INTO nowhere VALUES (1); INSERT INTO a VALUES (4);";
static HALF: &[Step] = &[FIRST, Step { sqlite: BROKEN, postgres: BROKEN, mysql: BROKEN, ..SECOND }];

async fn rows(db: &Database) -> Vec<i64> {
    db.all("SELECT x FROM a ORDER BY x", params![]).await.unwrap()
}

on_every_database! {
    async fn the_programs_own_steps_are_applied_once(db) {
        assert!(db.pending_migrations().await.unwrap().is_empty());
        db.migrate().await.unwrap();
        let applied: i64 = db.one("SELECT COUNT(*) FROM schema_migrations WHERE applied_at > 0", params![]).await.unwrap();
        assert_eq!(applied, STEPS.len() as i64);
    }

    async fn an_empty_database_has_everything_pending(db: empty) {
        assert_eq!(db.pending_migrations().await.unwrap().len(), STEPS.len());
    }

    async fn steps_are_applied_in_order_and_once(db: empty) {
        testing::migrate_to(&db, ONE).await.unwrap();
        assert_eq!(rows(&db).await, [1]);
        testing::migrate_to(&db, TWO).await.unwrap();
        testing::migrate_to(&db, TWO).await.unwrap();
        assert_eq!(rows(&db).await, [1, 2]);
    }

    async fn a_newer_database_is_refused(db: empty) {
        testing::migrate_to(&db, TWO).await.unwrap();
        assert!(testing::migrate_to(&db, ONE).await.unwrap_err().is(storage::SCHEMA_NEWER));
    }

    async fn a_changed_step_is_refused(db: empty) {
        testing::migrate_to(&db, TWO).await.unwrap();
        assert!(testing::migrate_to(&db, CHANGED).await.unwrap_err().is(storage::SCHEMA_CHANGED));
    }

    async fn the_error_of_a_failed_step_names_it_and_the_step_can_be_retried(db: empty) {
        testing::migrate_to(&db, ONE).await.unwrap();
        let error = testing::migrate_to(&db, HALF).await.unwrap_err();
        assert!(error.is(storage::MIGRATION_FAILED), "{error}");
        assert!(error.message().contains("0002_second"), "{error}");
        // MySQL cannot roll back a step, so it continues where it stopped; the others start the step again.
        let table = if db.dialect() == Dialect::Mysql {
            "CREATE TABLE nowhere (x BIGINT) ENGINE=InnoDB"
        } else {
            assert_eq!(rows(&db).await, [1]);
            "CREATE TABLE nowhere (x BIGINT)"
        };
        db.commit(Statement::raw(table, params![])).await.unwrap();
        testing::migrate_to(&db, HALF).await.unwrap();
        assert_eq!(rows(&db).await, [1, 3, 4]);
    }

    async fn nodes_that_start_at_once_migrate_one_after_the_other(db: empty) {
        let starts = (0..6).map(|_| {
            let db = (*db).clone();
            tokio::spawn(async move { testing::migrate_to(&db, TWO).await })
        });
        for start in starts.collect::<Vec<_>>() {
            start.await.unwrap().unwrap();
        }
        assert_eq!(rows(&db).await, [1, 2]);
    }

    async fn readers_and_writers_notice_a_new_schema(db: empty) {
        testing::migrate_to(&db, ONE).await.unwrap();
        let all = || db.all::<(i64,)>("SELECT * FROM a", params![]);
        all().await.unwrap();
        let add = || Statement::raw("INSERT INTO a (x) VALUES (?)", params![9]);
        db.commit(add()).await.unwrap();
        db.commit(Statement::raw("ALTER TABLE a ADD COLUMN y BIGINT", params![])).await.unwrap();
        db.commit(add()).await.unwrap();
        assert_eq!(all().await.unwrap().len(), 3);
    }

    async fn people_with_keywords_of_several_words_are_looked_up_for_every_message(db: empty) {
        let step = STEPS.iter().position(|step| step.name == "keyword_anchors").unwrap();
        testing::migrate_to(&db, &STEPS[..step]).await.unwrap();
        let (plain, other) = (UserId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        for (keyword, user) in [("deploy_2", plain), ("deploy", other), ("code review", other), ("日本", other)] {
            let insert = "INSERT INTO mention_keywords (keyword, user_id) VALUES (?, ?)";
            db.commit(Statement::raw(insert, params![keyword, user])).await.unwrap();
        }
        testing::migrate_to(&db, &STEPS[..=step]).await.unwrap();
        let looked_up: Vec<UserId> = db.all("SELECT user_id FROM mention_keywords WHERE keyword = ''", params![]).await.unwrap();
        assert_eq!(looked_up, [other]);
    }

    async fn counts_and_deletions_of_earlier_versions_are_corrected(db: empty) {
        let at = STEPS.iter().position(|step| step.name == "counts").unwrap();
        testing::migrate_to(&db, &STEPS[..at]).await.unwrap();
        let (channel, user) = (ChannelId::from_bytes([1; 16]), UserId::from_bytes([2; 16]));
        let mut batch = vec![Statement::raw(
            "INSERT INTO channels (id, create_at, update_at, delete_at, team_id, kind, name, display_name, header, purpose, \
             last_post_at, last_root_post_at, total_msg_count, total_msg_count_root) VALUES (?, 1, 1, 0, ?, 'O', 'dev', '', '', '', 9, 9, 5, 4)",
            params![channel, TeamId::from_bytes([3; 16])],
        )];
        // Two of the five counted posts are deleted; the member has not read one of the others.
        for (n, delete_at, root, kind) in [(1, 0, None, ""), (2, 0, Some(1), ""), (3, 7, None, ""), (4, 8, None, ""), (5, 0, None, ""), (6, 0, None, "system_x")] {
            batch.push(Statement::raw(
                "INSERT INTO posts (id, create_at, update_at, edit_at, delete_at, is_pinned, user_id, channel_id, root_id, message, kind, props, \
                 hashtags, file_ids, has_reactions) VALUES (?, ?, 1, 0, ?, 0, ?, ?, ?, 'text', ?, '{}', '', '', 0)",
                params![
                    PostId::from_bytes([n; 16]), i64::from(n), delete_at, user, channel, root.map(|root| PostId::from_bytes([root; 16])), kind
                ],
            ));
        }
        batch.push(Statement::raw(
            "INSERT INTO channel_members (channel_id, user_id, scheme_guest, scheme_user, scheme_admin, explicit_roles, last_viewed_at, \
             msg_count, msg_count_root, mention_count, mention_count_root, urgent_mention_count, notify_props, last_update_at) \
             VALUES (?, ?, 0, 1, 0, '', 0, 4, 3, 0, 0, 0, '{}', 6)",
            params![channel, user],
        ));
        db.commit(batch).await.unwrap();
        db.migrate().await.unwrap();
        let totals: (i64, i64) = db.one("SELECT total_msg_count, total_msg_count_root FROM channels", params![]).await.unwrap();
        let read: (i64, i64, i64) = db.one("SELECT msg_count, msg_count_root, last_viewed_at FROM channel_members", params![]).await.unwrap();
        assert_eq!((totals, read), ((3, 2), (2, 1, 6)));
        let jobs: Vec<String> = db.all("SELECT type FROM jobs WHERE status = 'pending' ORDER BY type", params![]).await.unwrap();
        assert_eq!(jobs, ["deleted_posts", "search_index"]);
    }

    async fn an_account_is_something_to_lose(db) {
        assert!(!db.has_accounts().await.unwrap());
        let user = user(1, "ada");
        db.commit(vec![users::insert(&user, "").0]).await.unwrap();
        assert!(db.has_accounts().await.unwrap());
    }

    async fn the_newest_finished_step_is_the_current_one(db: empty) {
        assert_eq!((db.current_step().await.unwrap(), db.has_accounts().await.unwrap()), (0, false));
        testing::migrate_to(&db, TWO).await.unwrap();
        assert_eq!(db.current_step().await.unwrap(), 2);
        db.commit(Statement::raw("INSERT INTO schema_migrations VALUES (3, 'third', '', 0, 1)", params![])).await.unwrap();
        assert_eq!(db.current_step().await.unwrap(), 2, "the third is in progress");
    }

    async fn before_migrating_reads_are_errors(db: empty) {
        assert!(db.all::<i64>("SELECT x FROM a", params![]).await.unwrap_err().is(context::INTERNAL));
    }
}
