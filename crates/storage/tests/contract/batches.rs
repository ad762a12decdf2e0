//! A batch is committed as a whole or not at all, and its error names the cause.

use guildhall_model::codes::context;
use guildhall_model::id::ChannelId;
use guildhall_storage::testing::TestDatabase;
use guildhall_storage::{Batch, Database, Dialect, Set, Sql, Statement, Step, on_every_database, params, testing};

/// A table for these tests.
static STEPS: &[Step] = &[Step {
    version: 1,
    name: "counters",
    sqlite: "CREATE TABLE counters (name VARCHAR(64) NOT NULL PRIMARY KEY, value BIGINT NOT NULL, top BIGINT NOT NULL)",
    postgres: "CREATE TABLE counters (name VARCHAR(64) NOT NULL PRIMARY KEY, value BIGINT NOT NULL, top BIGINT NOT NULL)",
    mysql: "CREATE TABLE counters (name VARCHAR(64) NOT NULL PRIMARY KEY, value BIGINT NOT NULL, top BIGINT NOT NULL) \
            ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
}];

async fn create_table(db: &TestDatabase) {
    testing::migrate_to(db, STEPS).await.unwrap();
}

fn insert(name: &str, value: i64) -> Statement {
    Statement::raw("INSERT INTO counters (name, value, top) VALUES (?, ?, 0)", params![name, value])
}

fn add(name: &str, value: i64) -> Statement {
    Statement::raw("UPDATE counters SET value = value + ? WHERE name = ?", params![value, name])
}

async fn value(db: &Database, name: &str) -> Option<i64> {
    db.optional("SELECT value FROM counters WHERE name = ?", params![name]).await.unwrap()
}

async fn count(db: &Database) -> i64 {
    db.one("SELECT COUNT(*) FROM counters", params![]).await.unwrap()
}

on_every_database! {
    async fn all_of_a_batch_is_committed(db: empty) {
        create_table(&db).await;
        let mut batch = Batch::new();
        batch.push(insert("a", 1)).push(insert("b", 2)).push(add("a", 10).expect_rows(1));
        db.commit(batch).await.unwrap();
        assert_eq!(value(&db, "a").await, Some(11));
        assert_eq!(value(&db, "b").await, Some(2));
    }

    async fn nothing_of_a_failed_batch_is_committed(db: empty) {
        create_table(&db).await;
        db.commit(insert("a", 1)).await.unwrap();
        let error = db.commit(vec![insert("b", 2), add("a", 5), insert("a", 3), add("a", 5)]).await.unwrap_err();
        assert!(error.is(context::CONFLICT), "{error}");
        assert_eq!((value(&db, "a").await, value(&db, "b").await), (Some(1), None));
    }

    async fn an_empty_batch_issues_no_statement(db: empty) {
        db.commit(Batch::new()).await.unwrap();
        assert_eq!(db.queries(), 0);
    }

    async fn a_wrong_number_of_rows_answers_the_code_of_the_statement(db: empty) {
        create_table(&db).await;
        db.commit(insert("a", 1)).await.unwrap();
        let error = db.commit(vec![add("a", 5), add("absent", 1).expect_rows(1).or(context::NOT_FOUND)]).await.unwrap_err();
        assert!(error.is(context::NOT_FOUND), "{error}");
        let error = db.commit(vec![add("a", 5).expect_rows(0)]).await.unwrap_err();
        assert!(error.is(context::CONFLICT), "{error}");
        assert_eq!(value(&db, "a").await, Some(1));
    }

    async fn rows_that_match_count_even_where_nothing_changes(db: empty) {
        create_table(&db).await;
        db.commit(insert("a", 1)).await.unwrap();
        db.commit(add("a", 0).expect_rows(1)).await.unwrap();
    }

    async fn a_duplicate_answers_the_code_of_the_statement(db: empty) {
        create_table(&db).await;
        db.commit(insert("a", 1)).await.unwrap();
        let error = db.commit(insert("a", 2).on_duplicate(context::INVALID_PARAM)).await.unwrap_err();
        assert!(error.is(context::INVALID_PARAM), "{error}");
        // The first failing statement decides the answer.
        let batch = vec![
            add("absent", 1).expect_rows(1).or(context::NOT_FOUND),
            insert("a", 2).on_duplicate(context::INVALID_PARAM),
        ];
        assert!(db.commit(batch).await.unwrap_err().is(context::NOT_FOUND));
    }

    async fn an_error_in_sql_is_internal_and_affects_no_later_batch(db: empty) {
        create_table(&db).await;
        let error = db.commit(vec![insert("a", 1), Statement::raw("INSERT INTO nowhere VALUES (?)", params![1])]).await.unwrap_err();
        assert!(error.is(context::INTERNAL), "{error}");
        let error = db.commit(Statement::raw("INSERT INTO counters (name) VALUES (NULL)", params![])).await.unwrap_err();
        assert!(error.is(context::INTERNAL), "{error}");
        assert_eq!(count(&db).await, 0);
        db.commit(insert("a", 1)).await.unwrap();
    }

    async fn an_upsert_inserts_then_updates(db: empty) {
        create_table(&db).await;
        let upsert = |value: i64, top: i64| {
            let sql = Sql::Upsert {
                table: "counters",
                columns: &["name", "value", "top"],
                key: &["name"],
                update: &[Set::Sum("value"), Set::Max("top")],
            };
            Statement::raw(sql, params!["a", value, top]).expect_rows(1)
        };
        for (value, top) in [(1, 5), (2, 9), (4, 7), (0, 0)] {
            db.commit(upsert(value, top)).await.unwrap();
        }
        assert_eq!(db.one::<(i64, i64)>("SELECT value, top FROM counters", params![]).await.unwrap(), (7, 9));
        let replace = Sql::Upsert { table: "counters", columns: &["name", "value", "top"], key: &["name"], update: &[Set::New("value")] };
        db.commit(Statement::raw(replace, params!["a", 3, 0])).await.unwrap();
        assert_eq!(value(&db, "a").await, Some(3));
    }

    async fn an_insert_that_is_ignored_leaves_the_row(db: empty) {
        create_table(&db).await;
        let sql = Sql::InsertIgnore { table: "counters", columns: &["name", "value", "top"], key: &["name"] };
        for value in [1, 2] {
            db.commit(Statement::raw(sql.clone(), params!["a", value, 0])).await.unwrap();
        }
        assert_eq!(value(&db, "a").await, Some(1));
        // Only duplicates are ignored.
        let error = db.commit(Statement::raw(sql.clone(), params!["b", None::<i64>, 0])).await.unwrap_err();
        assert!(error.is(context::INTERNAL), "{error}");
        let error = db.commit(Statement::raw(sql, params!["c", 1, 0]).expect_rows(1)).await.unwrap_err();
        assert!(error.is(context::INTERNAL), "{error}");
    }

    async fn a_failing_batch_does_not_affect_the_others_of_its_group(db: empty) {
        create_table(&db).await;
        db.commit(insert("taken", 0)).await.unwrap();
        let commits = (0..300).map(|n: i64| {
            let db = (*db).clone();
            tokio::spawn(async move {
                // Every third batch fails: by a duplicate, by an expectation, by a mistake.
                let last = match n % 9 {
                    2 => insert("taken", 1).on_duplicate(context::INVALID_PARAM),
                    5 => add("absent", 1).expect_rows(1).or(context::NOT_FOUND),
                    8 => Statement::raw("UPDATE nowhere SET x = ?", params![n]),
                    _ => add("taken", 1).expect_rows(1),
                };
                (n, db.commit(vec![insert(&format!("n{n}"), n), last]).await)
            })
        });
        for commit in commits.collect::<Vec<_>>() {
            let (n, outcome) = commit.await.unwrap();
            match n % 9 {
                2 => assert!(outcome.unwrap_err().is(context::INVALID_PARAM)),
                5 => assert!(outcome.unwrap_err().is(context::NOT_FOUND)),
                8 => assert!(outcome.unwrap_err().is(context::INTERNAL)),
                _ => outcome.unwrap(),
            }
        }
        let good = (0..300).filter(|n| n % 3 != 2).count() as i64;
        assert_eq!(count(&db).await, good + 1);
        assert_eq!(value(&db, "taken").await, Some(good));
        assert_eq!((value(&db, "n8").await, value(&db, "n7").await), (None, Some(7)));
    }

    async fn batches_that_lock_in_opposite_orders_are_all_committed(db: empty) {
        create_table(&db).await;
        db.commit(vec![insert("a", 0), insert("b", 0), insert("c", 0)]).await.unwrap();
        let names = ["a", "b", "c"];
        let commits = (0..240).map(|n: usize| {
            let db = (*db).clone();
            let order = [names[n % 3], names[(n + 1 + n / 3 % 2) % 3]];
            tokio::spawn(async move { db.commit(order.map(|name| add(name, 1).expect_rows(1)).to_vec()).await })
        });
        for commit in commits.collect::<Vec<_>>() {
            commit.await.unwrap().unwrap();
        }
        assert_eq!(db.one::<i64>("SELECT SUM(value) FROM counters", params![]).await.unwrap(), 480);
    }

    async fn batches_of_two_nodes_that_lock_in_opposite_orders_are_all_committed(db: empty) {
        create_table(&db).await;
        db.commit(vec![insert("a", 0), insert("b", 0), insert("c", 0)]).await.unwrap();
        let node = match db.dialect() {
            Dialect::Sqlite => (*db).clone(),
            _ => Database::open(db.url(), testing::small_options()).await.unwrap(),
        };
        let names = ["a", "b", "c"];
        let commits = (0..240).map(|n: usize| {
            let db = if n.is_multiple_of(2) { (*db).clone() } else { node.clone() };
            let order = [names[n % 3], names[(n + 1 + n / 3 % 2) % 3]];
            let batch = order.into_iter().map(|name| add(name, 1).expect_rows(1)).collect::<Batch>();
            // Rows that two channels share.
            let batch = batch.in_lane_of(&ChannelId::from_bytes([n as u8; 16]));
            tokio::spawn(async move { db.commit(batch).await })
        });
        for commit in commits.collect::<Vec<_>>() {
            commit.await.unwrap().unwrap();
        }
        assert_eq!(db.one::<i64>("SELECT SUM(value) FROM counters", params![]).await.unwrap(), 480);
    }

    async fn one_of_several_optimistic_updates_succeeds(db: empty) {
        create_table(&db).await;
        db.commit(insert("a", 0)).await.unwrap();
        let claims = (0..20).map(|n: i64| {
            let db = (*db).clone();
            let claim = Statement::raw("UPDATE counters SET value = ? WHERE name = 'a' AND value = 0", params![n + 1]).expect_rows(1);
            tokio::spawn(async move { db.commit(claim).await })
        });
        let mut succeeded = 0;
        for claim in claims.collect::<Vec<_>>() {
            match claim.await.unwrap() {
                Ok(()) => succeeded += 1,
                Err(error) => assert!(error.is(context::CONFLICT), "{error}"),
            }
        }
        assert_eq!(succeeded, 1);
    }

    async fn a_committed_batch_is_visible_to_the_next_read(db: empty) {
        create_table(&db).await;
        for n in 0..50 {
            db.commit(insert(&format!("n{n}"), n)).await.unwrap();
            assert_eq!(count(&db).await, n + 1);
        }
    }

    async fn statements_are_counted(db: empty) {
        create_table(&db).await;
        let before = db.queries();
        db.commit(vec![insert("a", 1), insert("b", 1)]).await.unwrap();
        value(&db, "a").await;
        assert_eq!(db.queries() - before, 3);
    }

    async fn calls_fail_after_closing(db: empty) {
        create_table(&db).await;
        db.commit(insert("a", 1)).await.unwrap();
        db.close().await;
        db.close().await;
        assert!(db.commit(insert("b", 1)).await.unwrap_err().is(context::DATABASE_UNAVAILABLE));
        assert!(db.ping().await.unwrap_err().is(context::DATABASE_UNAVAILABLE));
    }
}
