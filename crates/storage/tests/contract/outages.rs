//! A server that becomes unreachable and returns: calls fail soon with the right error, and no restart is needed.

use std::future::Future;
use std::time::Duration;

use guildhall_model::codes::context;
use guildhall_storage::testing::{self, TestDatabase, is_enabled};
use guildhall_storage::{Batch, Database, DatabaseUrl, Dialect, OpenOptions, Statement, Step, params};

use super::proxy::{Failpoint, Link, Proxy};
use super::publishing::{Recorder, event};

const TABLE: &str = "CREATE TABLE counters (name VARCHAR(64) NOT NULL PRIMARY KEY, value BIGINT NOT NULL)";
static STEPS: &[Step] = &[Step { version: 1, name: "counters", sqlite: TABLE, postgres: TABLE, mysql: TABLE }];

/// Longer than any call may take here.
const CALL_TIMEOUT: Duration = Duration::from_secs(8);

struct Fixture {
    proxy: Proxy,
    /// Through the proxy.
    db: Database,
    /// Without the proxy.
    direct: TestDatabase,
}

async fn fixture(dialect: Dialect) -> Fixture {
    let options = OpenOptions { connect_timeout_ms: 500, statement_timeout_ms: 1_000, ..testing::small_options() };
    let direct = TestDatabase::empty(dialect).await.unwrap();
    testing::migrate_to(&direct, STEPS).await.unwrap();
    direct.commit(Statement::raw("INSERT INTO counters (name, value) VALUES ('a', 0)", params![])).await.unwrap();
    let (DatabaseUrl::Postgres(url) | DatabaseUrl::Mysql(url)) = direct.url() else { panic!("a server is needed") };
    let (host, port) = (url.host_str().unwrap(), url.port_or_known_default().unwrap_or(3306));
    let proxy = Proxy::to(format!("{host}:{port}")).await;
    let mut url = url.clone();
    url.set_host(Some("127.0.0.1")).unwrap();
    url.set_port(Some(proxy.address.port())).unwrap();
    let db = Database::open(&DatabaseUrl::parse(url.as_str()).unwrap(), options).await.unwrap();
    Fixture { proxy, db, direct }
}

fn add() -> Statement {
    Statement::raw("UPDATE counters SET value = value + 1 WHERE name = 'a'", params![]).expect_rows(1)
}

async fn value(db: &Database) -> guildhall_model::Result<i64> {
    db.one("SELECT value FROM counters WHERE name = 'a'", params![]).await
}

/// The request to commit as it is on the wire; the word alone also occurs in "READ COMMITTED".
fn commit_of(db: &Database) -> &'static [u8] {
    if db.dialect() == Dialect::Mysql { b"\x03COMMIT" } else { b"COMMIT\0" }
}

async fn within_timeout<T>(call: impl Future<Output = T>) -> T {
    tokio::time::timeout(CALL_TIMEOUT, call).await.expect("an answer within a few seconds")
}

async fn assert_unavailable(db: &Database) {
    let (read, commit, ping) = within_timeout(async { tokio::join!(value(db), db.commit(add()), db.ping()) }).await;
    for error in [read.unwrap_err(), commit.unwrap_err(), ping.unwrap_err()] {
        assert!(error.is(context::DATABASE_UNAVAILABLE), "{}", testing::explain(&error));
    }
}

async fn assert_available(db: &Database) {
    let before = within_timeout(value(db)).await.unwrap();
    within_timeout(db.commit(add())).await.unwrap();
    assert_eq!(within_timeout(value(db)).await.unwrap(), before + 1);
}

macro_rules! on_both_servers {
    ($(async fn $name:ident($fixture:ident) $body:block)+) => {$(
        mod $name {
            use super::*;

            async fn test($fixture: Fixture) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if is_enabled(Dialect::Postgres) {
                    test(fixture(Dialect::Postgres).await).await;
                }
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn mysql() {
                if is_enabled(Dialect::Mysql) {
                    test(fixture(Dialect::Mysql).await).await;
                }
            }
        }
    )+};
}

on_both_servers! {
    async fn dead_connections_are_replaced(at) {
        assert_available(&at.db).await;
        for _ in 0..3 {
            at.proxy.set(Link::Disconnected);
            at.proxy.set(Link::ConnectResponse);
            assert_available(&at.db).await;
        }
    }

    async fn calls_fail_as_unavailable_while_the_server_is_unreachable(at) {
        assert_available(&at.db).await;
        at.proxy.set(Link::Disconnected);
        assert_unavailable(&at.db).await;
        assert_unavailable(&at.db).await;
        at.proxy.set(Link::ConnectResponse);
        assert_available(&at.db).await;
    }

    async fn a_server_that_does_not_answer_is_unavailable(at) {
        assert_available(&at.db).await;
        at.proxy.set(Link::Stalled);
        assert_unavailable(&at.db).await;
        at.proxy.set(Link::ConnectResponse);
        assert_available(&at.db).await;
    }

    async fn opening_does_not_need_the_server(at) {
        at.proxy.set(Link::Disconnected);
        assert_unavailable(&at.db).await;
        assert!(within_timeout(at.db.pending_migrations()).await.unwrap_err().is(context::DATABASE_UNAVAILABLE));
        assert!(within_timeout(testing::migrate_to(&at.db, STEPS)).await.unwrap_err().is(context::DATABASE_UNAVAILABLE));
        at.proxy.set(Link::ConnectResponse);
        testing::migrate_to(&at.db, STEPS).await.unwrap();
        assert_available(&at.db).await;
    }

    async fn an_unconfirmed_commit_is_an_error_and_is_not_repeated(at) {
        assert_available(&at.db).await;
        at.proxy.set_failpoint(Failpoint::After(commit_of(&at.db)));
        let error = within_timeout(at.db.commit(add())).await.unwrap_err();
        assert!(error.is(context::DATABASE_UNAVAILABLE), "{}", testing::explain(&error));
        assert!(!at.proxy.failpoint_is_set());
        // The server committed it, once.
        assert_eq!(value(&at.direct).await.unwrap(), 2);
        assert_available(&at.db).await;
    }

    async fn events_of_an_unconfirmed_commit_do_not_delay_others(at) {
        assert_available(&at.db).await;
        let recorder = Recorder::of(&at.db);
        let numbered = |number| {
            let mut batch = Batch::from(add());
            batch.publish(vec![event(number)]);
            batch
        };
        for failpoint in [Failpoint::After, Failpoint::Before] {
            at.proxy.set_failpoint(failpoint(commit_of(&at.db)));
            assert!(within_timeout(at.db.commit(numbered(1))).await.unwrap_err().is(context::DATABASE_UNAVAILABLE));
        }
        within_timeout(at.db.commit(numbered(2))).await.unwrap();
        assert_eq!(recorder.numbers(), [2]);
    }

    async fn a_commit_that_did_not_arrive_is_rolled_back(at) {
        assert_available(&at.db).await;
        at.proxy.set_failpoint(Failpoint::Before(commit_of(&at.db)));
        let error = within_timeout(at.db.commit(add())).await.unwrap_err();
        assert!(error.is(context::DATABASE_UNAVAILABLE), "{}", testing::explain(&error));
        assert_eq!(value(&at.direct).await.unwrap(), 1);
        assert_available(&at.db).await;
    }

    async fn a_transaction_that_did_not_begin_is_retried(at) {
        assert_available(&at.db).await;
        for pattern in [&b"BEGIN"[..], b"START TRANSACTION"] {
            at.proxy.set_failpoint(Failpoint::Before(pattern));
            assert_available(&at.db).await;
        }
        assert_eq!(value(&at.direct).await.unwrap(), 3);
    }

    async fn every_batch_of_a_lost_group_fails(at) {
        assert_available(&at.db).await;
        at.proxy.set_failpoint(Failpoint::After(commit_of(&at.db)));
        let commits: Vec<_> = (0..20).map(|_| {
            let db = at.db.clone();
            tokio::spawn(async move { db.commit(Batch::from(add())).await })
        }).collect();
        let (mut done, mut unknown) = (0, 0);
        for commit in commits {
            match within_timeout(commit).await.unwrap() {
                Ok(()) => done += 1,
                Err(error) => {
                    assert!(error.is(context::DATABASE_UNAVAILABLE), "{}", testing::explain(&error));
                    unknown += 1;
                }
            }
        }
        // Confirmed batches are committed; unconfirmed ones may be.
        let value = value(&at.direct).await.unwrap();
        assert!(unknown >= 1 && value > done && value <= 1 + done + unknown, "{done} done, {unknown} unknown, {value} there");
    }
}
