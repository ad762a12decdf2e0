//! Values of every type are read as they were written.

use guildhall_model::Millis;
use guildhall_model::codes::context;
use guildhall_model::id::{PostId, UserId};
use guildhall_storage::testing::TestDatabase;
use guildhall_storage::{Statement, Step, in_list, in_values, like_escape, on_every_database, params, testing, value_rows};

static STEPS: &[Step] = &[Step {
    version: 1,
    name: "things",
    sqlite: "CREATE TABLE things (n BIGINT NOT NULL PRIMARY KEY, id BLOB, small SMALLINT, middle INTEGER, name VARCHAR(190), body TEXT, raw BLOB)",
    postgres: "CREATE TABLE things (n BIGINT NOT NULL PRIMARY KEY, id BYTEA, small SMALLINT, middle INTEGER, name VARCHAR(190), body TEXT, raw BYTEA)",
    mysql: "CREATE TABLE things (n BIGINT NOT NULL PRIMARY KEY, id BINARY(16), small SMALLINT, middle INTEGER, name VARCHAR(190), body LONGTEXT, \
            raw LONGBLOB) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
}];

async fn create_table(db: &TestDatabase) {
    testing::migrate_to(db, STEPS).await.unwrap();
}

fn named(n: i64, name: &str) -> Statement {
    Statement::raw("INSERT INTO things (n, name) VALUES (?, ?)", params![n, name])
}

async fn assert_body_is_kept(db: &TestDatabase, n: i64, body: &str) {
    db.commit(Statement::raw("INSERT INTO things (n, body) VALUES (?, ?)", params![n, body])).await.unwrap();
    let read: String = db.one("SELECT body FROM things WHERE n = ?", params![n]).await.unwrap();
    assert!(read == body, "{} bytes became {} others", body.len(), read.len());
}

on_every_database! {
    async fn values_of_every_type_are_read_as_written(db: empty) {
        create_table(&db).await;
        let id = UserId::from_bytes([0xff, 0, 1, 2, 0x80, 0xc3, 0x28, 7, 8, 9, 10, 11, 12, b'\'', b'\\', 0]);
        let raw: Vec<u8> = (0..=255).collect();
        let sql = "INSERT INTO things (n, id, small, middle, name, body, raw) VALUES (?, ?, ?, ?, ?, ?, ?)";
        db.commit(Statement::raw(sql, params![i64::MIN, id, true, Millis(70_000), "it's \\ \"so\"", "🦀 größer", raw.clone()])).await.unwrap();
        db.commit(Statement::raw(sql, params![i64::MAX, None::<UserId>, None::<bool>, None::<i64>, None::<&str>, None::<String>, None::<Vec<u8>>]))
            .await
            .unwrap();

        let sql = "SELECT n, id, small, middle, name, body, raw FROM things ORDER BY n";
        type Full = (i64, UserId, bool, Millis, String, String, Vec<u8>);
        let row: Full = db.one(sql, params![]).await.unwrap();
        assert_eq!(row, (i64::MIN, id, true, Millis(70_000), "it's \\ \"so\"".into(), "🦀 größer".into(), raw));
        type Empty = (i64, Option<PostId>, Option<bool>, Option<i64>, Option<String>, Option<String>, Option<Vec<u8>>);
        let row: Option<Empty> = db.optional("SELECT n, id, small, middle, name, body, raw FROM things WHERE n > ?", params![0]).await.unwrap();
        assert_eq!(row, Some((i64::MAX, None, None, None, None, None, None)));
    }

    async fn ids_are_found_and_ordered_by_their_bytes(db: empty) {
        create_table(&db).await;
        let ids: Vec<PostId> = (0..20).map(|n: u8| PostId::from_bytes([n.wrapping_mul(77); 16])).collect();
        for (n, id) in ids.iter().enumerate() {
            db.commit(Statement::raw("INSERT INTO things (n, id) VALUES (?, ?)", params![n, id])).await.unwrap();
        }
        let found: i64 = db.one("SELECT n FROM things WHERE id = ?", params![ids[7]]).await.unwrap();
        assert_eq!(found, 7);
        let mut sorted = ids.clone();
        sorted.sort();
        let read: Vec<PostId> = db.all("SELECT id FROM things ORDER BY id", params![]).await.unwrap();
        assert_eq!(read, sorted);
        let before: Vec<PostId> = db.all("SELECT id FROM things WHERE id < ? ORDER BY id", params![sorted[5]]).await.unwrap();
        assert_eq!(before, sorted[..5]);
    }

    async fn long_and_unusual_texts_are_read_as_written(db: empty) {
        create_table(&db).await;
        assert_body_is_kept(&db, 1, "").await;
        assert_body_is_kept(&db, 2, &"x".repeat(1_000_000)).await;
        assert_body_is_kept(&db, 3, &"𝒳🦀\u{10ffff}\u{fffd}".repeat(20_000)).await;
        assert_body_is_kept(&db, 4, "\u{1}\r\n\t\u{7f}\u{200b}'\"`;--/* ? $1 :a %s \\").await;
    }

    async fn texts_compare_by_their_bytes(db: empty) {
        create_table(&db).await;
        db.commit(vec![named(1, "Ann"), named(2, "ann"), named(3, "änn"), named(4, "ANN")]).await.unwrap();
        let found: Vec<i64> = db.all("SELECT n FROM things WHERE name = ?", params!["ann"]).await.unwrap();
        assert_eq!(found, [2]);
    }

    async fn like_is_case_sensitive_and_escaped(db: empty) {
        create_table(&db).await;
        let names = ["50% off", "50 cents", "50!", "a_b", "aXb", "Ann", "ann"];
        db.commit(names.iter().zip(0..).map(|(name, n)| named(n, name)).collect::<Vec<_>>()).await.unwrap();
        for (start, expected) in [("50%", vec![0]), ("50", vec![0, 1, 2]), ("50!", vec![2]), ("a_", vec![3]), ("an", vec![6]), ("A", vec![5])] {
            let pattern = format!("{}%", like_escape(start));
            let found: Vec<i64> = db.all("SELECT n FROM things WHERE name LIKE ? ESCAPE '!' ORDER BY n", params![pattern]).await.unwrap();
            assert_eq!(found, expected, "{start}");
        }
    }

    async fn lists_of_any_length_are_searched(db: empty) {
        create_table(&db).await;
        let rows: Vec<i64> = (0..1500).collect();
        let sql = format!("INSERT INTO things (n) VALUES {}", value_rows(rows.len(), 1));
        db.commit(Statement::raw(sql, params_of(&rows)).expect_rows(1500)).await.unwrap();
        for count in [0, 1, 2, 3, 100, 1024, 1500] {
            let values: Vec<i64> = (0..count).map(|n| n * 2).collect();
            let sql = format!("SELECT COUNT(*) FROM things WHERE n IN {}", in_list(values.len()));
            let found: i64 = db.one(sql, in_values(values.iter().copied())).await.unwrap();
            assert_eq!(found, values.iter().filter(|n| **n < 1500).count() as i64);
        }
    }

    async fn counts_and_sums_are_integers(db: empty) {
        create_table(&db).await;
        db.commit(vec![
            Statement::raw("INSERT INTO things (n, small, middle) VALUES (?, 1, 7)", params![1]),
            Statement::raw("INSERT INTO things (n, small, middle) VALUES (?, 0, -9)", params![i64::MAX - 1]),
        ]).await.unwrap();
        let sql = "SELECT COUNT(*), SUM(n), SUM(middle), MAX(small), COALESCE(SUM(n), 0), MIN(middle), 5, -3 FROM things";
        type Sums = (i64, i64, i64, i64, i64, i64, i64, i64);
        assert_eq!(db.one::<Sums>(sql, params![]).await.unwrap(), (2, i64::MAX, -2, 1, i64::MAX, -9, 5, -3));
        assert!(db.one::<bool>("SELECT EXISTS (SELECT 1 FROM things WHERE n = 1)", params![]).await.unwrap());
        assert!(db.one::<bool>("SELECT n = 1 FROM things WHERE n = 1", params![]).await.unwrap());
        assert_eq!(db.one::<Option<i64>>("SELECT SUM(n) FROM things WHERE n = 3", params![]).await.unwrap(), None);
        // PostgreSQL compares a sum over BIGINT as a numeric.
        let over: Vec<i64> = db.all("SELECT SUM(n) FROM things HAVING SUM(n) > ?", params![123_456_789_i64]).await.unwrap();
        assert_eq!(over, [i64::MAX]);
    }

    async fn optional_and_one_decode_the_first_row(db: empty) {
        create_table(&db).await;
        db.commit((0..500).map(|n| named(n, "x")).collect::<Vec<_>>()).await.unwrap();
        let sql = "SELECT n FROM things ORDER BY n";
        assert_eq!(db.optional::<i64>(sql, params![]).await.unwrap(), Some(0));
        assert_eq!(db.all::<i64>(sql, params![]).await.unwrap().len(), 500);
        assert_eq!(db.optional::<i64>("SELECT n FROM things WHERE n = -1", params![]).await.unwrap(), None);
        assert!(db.one::<i64>("SELECT n FROM things WHERE n = -1", params![]).await.unwrap_err().is(context::INTERNAL));
    }

    async fn limits_and_offsets_are_parameters(db: empty) {
        create_table(&db).await;
        db.commit((0..10).map(|n| named(n, "x")).collect::<Vec<_>>()).await.unwrap();
        let page: Vec<i64> = db.all("SELECT n FROM things ORDER BY n LIMIT ? OFFSET ?", params![3, 4]).await.unwrap();
        assert_eq!(page, [4, 5, 6]);
    }

    async fn texts_are_concatenated_with_bars(db: empty) {
        create_table(&db).await;
        db.commit(named(1, "a\\b")).await.unwrap();
        let joined: String = db.one("SELECT name || '?' || '\\' FROM things WHERE n = ?", params![1]).await.unwrap();
        assert_eq!(joined, "a\\b?\\");
    }

    async fn a_wrong_type_or_column_is_an_error_not_a_panic(db: empty) {
        create_table(&db).await;
        db.commit(named(1, "x")).await.unwrap();
        assert!(db.one::<i64>("SELECT name FROM things", params![]).await.unwrap_err().is(context::INTERNAL));
        assert!(db.one::<(i64, i64)>("SELECT n FROM things", params![]).await.unwrap_err().is(context::INTERNAL));
        assert!(db.one::<String>("SELECT body FROM things", params![]).await.unwrap_err().is(context::INTERNAL));
        assert!(db.one::<UserId>("SELECT raw FROM things", params![]).await.is_err());
        assert!(db.all::<i64>("SELECT nothing FROM things", params![]).await.unwrap_err().is(context::INTERNAL));
        assert!(db.all::<i64>("SELECT n FROM things WHERE n = ?", params![]).await.unwrap_err().is(context::INTERNAL));
        assert!(db.all::<i64>("SELECT n FROM things WHERE n = ?", params![1, 2]).await.unwrap_err().is(context::INTERNAL));
        db.ping().await.unwrap();
    }

    async fn many_reads_run_at_once(db: empty) {
        create_table(&db).await;
        db.commit((0..100).map(|n| named(n, "x")).collect::<Vec<_>>()).await.unwrap();
        let reads = (0..200_i64).map(|n| {
            let db = (*db).clone();
            tokio::spawn(async move { db.one::<i64>("SELECT n FROM things WHERE n = ?", params![n % 100]).await })
        });
        for (n, read) in (0..).zip(reads.collect::<Vec<_>>()) {
            assert_eq!(read.await.unwrap().unwrap(), n % 100);
        }
    }

    async fn a_cancelled_read_leaves_its_connection_usable(db: empty) {
        create_table(&db).await;
        db.commit((0..2000).map(|n| named(n, "x")).collect::<Vec<_>>()).await.unwrap();
        for _ in 0..20 {
            let reading = (*db).clone();
            let task = tokio::spawn(async move { reading.all::<i64>("SELECT n FROM things ORDER BY n", params![]).await });
            tokio::task::yield_now().await;
            task.abort();
            let _ = task.await;
            assert_eq!(db.one::<i64>("SELECT n FROM things WHERE n = ?", params![7]).await.unwrap(), 7);
        }
    }
}

fn params_of(rows: &[i64]) -> Vec<guildhall_storage::Value> {
    rows.iter().map(|row| (*row).into()).collect()
}
