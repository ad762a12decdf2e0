//! A database server that is killed under load and started again: no acknowledged commit is lost, and we reconnect.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the helpers of tests are tests")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use guildhall_model::codes::context;
use guildhall_storage::testing::{self, Servers, is_enabled};
use guildhall_storage::{Database, Dialect, OpenOptions, Statement, Step, params};

const TABLE: &str = "CREATE TABLE notes (writer BIGINT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (writer, n))";
static STEPS: &[Step] = &[Step { version: 1, name: "notes", sqlite: TABLE, postgres: TABLE, mysql: TABLE }];
const WRITERS: i64 = 8;

fn note(writer: i64, n: i64) -> Statement {
    Statement::raw("INSERT INTO notes (writer, n) VALUES (?, ?)", params![writer, n])
}

/// Writes notes until `stop` is set; returns the acknowledged ones.
async fn write(db: Database, writer: i64, stop: Arc<AtomicBool>) -> Vec<i64> {
    let mut acknowledged = Vec::new();
    for n in 0.. {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        match db.commit(note(writer, n)).await {
            Ok(()) => acknowledged.push(n),
            Err(error) => {
                assert!(error.is(context::DATABASE_UNAVAILABLE), "{}", testing::explain(&error));
                tokio::task::yield_now().await;
            }
        }
    }
    acknowledged
}

async fn assert_unavailable_soon(db: &Database) {
    let since = Instant::now();
    let error = db.ping().await.unwrap_err();
    assert!(error.is(context::DATABASE_UNAVAILABLE), "{}", testing::explain(&error));
    let error = db.commit(note(-1, 0)).await.unwrap_err();
    assert!(error.is(context::DATABASE_UNAVAILABLE), "{}", testing::explain(&error));
    assert!(since.elapsed() < Duration::from_secs(8));
}

async fn assert_survives_a_crash(servers: &Servers, dialect: Dialect) {
    let db = Database::open(&servers.database(dialect).await.unwrap(), OpenOptions::default()).await.unwrap();
    testing::migrate_to(&db, STEPS).await.unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..WRITERS).map(|writer| tokio::spawn(write(db.clone(), writer, Arc::clone(&stop)))).collect();
    while db.one::<i64>("SELECT COUNT(*) FROM notes", params![]).await.unwrap() < 100 {}

    servers.crash(dialect).unwrap();
    assert_unavailable_soon(&db).await;
    servers.revive(dialect).unwrap();
    let revived = db.one::<i64>("SELECT COUNT(*) FROM notes", params![]).await.unwrap();
    while db.one::<i64>("SELECT COUNT(*) FROM notes", params![]).await.unwrap() < revived + 100 {}

    stop.store(true, Ordering::SeqCst);
    for (writer, task) in (0..).zip(writers) {
        let acknowledged = task.await.unwrap();
        let kept: Vec<i64> = db.all("SELECT n FROM notes WHERE writer = ? ORDER BY n", params![writer]).await.unwrap();
        let lost: Vec<_> = acknowledged.iter().filter(|n| kept.binary_search(n).is_err()).collect();
        assert!(lost.is_empty(), "{dialect}: writer {writer} lost {lost:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_commits_survive_a_killed_server() {
    if is_enabled(Dialect::Postgres) && is_enabled(Dialect::Mysql) {
        let servers = Servers::start().unwrap();
        assert_survives_a_crash(&servers, Dialect::Postgres).await;
        assert_survives_a_crash(&servers, Dialect::Mysql).await;
    }
}
