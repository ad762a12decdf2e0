//! A table that grows fast gets current statistics without waiting for PostgreSQL's autovacuum.

use std::time::Duration;

use guildhall_storage::testing::{TestDatabase, is_enabled};
use guildhall_storage::{Batch, Dialect, Statement, params};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_that_grew_is_analyzed() {
    if !is_enabled(Dialect::Postgres) {
        return;
    }
    let db = TestDatabase::empty(Dialect::Postgres).await.unwrap();
    db.commit(Statement::raw("CREATE TABLE grown (n BIGINT NOT NULL PRIMARY KEY)", params![])).await.unwrap();
    db.commit(Statement::raw("CREATE TABLE small (n BIGINT NOT NULL PRIMARY KEY)", params![])).await.unwrap();
    let mut batch = Batch::new();
    batch.push(Statement::raw("INSERT INTO grown SELECT * FROM generate_series(1, 2000)", params![]));
    batch.push(Statement::raw("INSERT INTO small SELECT * FROM generate_series(1, 20)", params![]));
    db.commit(batch).await.unwrap();
    let known = "SELECT CAST(reltuples AS BIGINT) FROM pg_class WHERE relname = ?";
    let growing = async {
        let mut n = 2000;
        while db.one::<i64>(known, params!["grown"]).await.unwrap() < 2000 {
            n += 1;
            db.commit(Statement::raw("INSERT INTO grown VALUES (?)", params![n])).await.unwrap();
        }
    };
    tokio::time::timeout(Duration::from_secs(60), growing).await.unwrap();
    assert_eq!(db.one::<i64>(known, params!["small"]).await.unwrap(), -1, "small tables are not worth it");
}
