//! Input that a database cannot store is the client's error, and the same error on every database.

use guildhall_model::codes::{context, storage};
use guildhall_storage::testing::TestDatabase;
use guildhall_storage::{Batch, MAX_STATEMENTS, Statement, Step, on_every_database, params, testing};

static STEPS: &[Step] = &[Step {
    version: 1,
    name: "notes",
    sqlite: "CREATE TABLE notes (n BIGINT NOT NULL PRIMARY KEY, small SMALLINT, name VARCHAR(8))",
    postgres: "CREATE TABLE notes (n BIGINT NOT NULL PRIMARY KEY, small SMALLINT, name VARCHAR(8))",
    mysql: "CREATE TABLE notes (n BIGINT NOT NULL PRIMARY KEY, small SMALLINT, name VARCHAR(8)) \
            ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin",
}];

async fn create_table(db: &TestDatabase) {
    testing::migrate_to(db, STEPS).await.unwrap();
}

async fn is_empty(db: &TestDatabase) -> bool {
    db.one::<i64>("SELECT COUNT(*) FROM notes", params![]).await.unwrap() == 0
}

on_every_database! {
    async fn nul_is_rejected_before_it_reaches_a_driver(db: empty) {
        create_table(&db).await;
        let insert = Statement::raw("INSERT INTO notes (n, name) VALUES (?, ?)", params![1, "a\0b"]);
        assert!(db.commit(insert).await.unwrap_err().is(storage::INVALID_TEXT));
        let read = db.all::<i64>("SELECT n FROM notes WHERE name = ?", params!["\0"]).await;
        assert!(read.unwrap_err().is(storage::INVALID_TEXT));
        assert!(is_empty(&db).await);
    }

    async fn values_that_do_not_fit_are_rejected(db: empty) {
        create_table(&db).await;
        // SQLite enforces no column sizes; the limits of the model apply there.
        if db.dialect() != guildhall_storage::Dialect::Sqlite {
            let long = Statement::raw("INSERT INTO notes (n, name) VALUES (?, ?)", params![1, "123456789"]);
            assert!(db.commit(long).await.unwrap_err().is(storage::INVALID_TEXT));
            let large = Statement::raw("INSERT INTO notes (n, small) VALUES (?, ?)", params![1, 40_000]);
            assert!(db.commit(large).await.unwrap_err().is(storage::INVALID_TEXT));
        }
        let fits = Statement::raw("INSERT INTO notes (n, name) VALUES (?, ?)", params![1, "🦀🦀🦀🦀🦀🦀🦀🦀"]);
        db.commit(fits).await.unwrap();
    }

    async fn the_number_of_statements_is_bounded(db: empty) {
        create_table(&db).await;
        let batch: Batch = (0..=MAX_STATEMENTS).map(|n| Statement::raw("INSERT INTO notes (n) VALUES (?)", params![n])).collect();
        assert!(db.commit(batch).await.unwrap_err().is(context::INTERNAL));
        assert!(is_empty(&db).await);
        let batch: Batch = (0..2_000).map(|n| Statement::raw("INSERT INTO notes (n) VALUES (?)", params![n])).collect();
        db.commit(batch).await.unwrap();
    }
}
