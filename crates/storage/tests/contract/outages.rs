//! A server that goes away and comes back: calls fail soon and honestly meanwhile, and nobody has to restart.

use std::future::Future;
use std::time::Duration;

use guildhall_model::codes::context;
use guildhall_storage::testing::{self, TestDatabase, wanted};
use guildhall_storage::{Batch, Database, DatabaseUrl, Dialect, OpenOptions, Statement, Step, params};

use super::proxy::{Proxy, Trap, Wire};
use super::publishing::{Recorder, event};

const TABLE: &str = "CREATE TABLE counters (name VARCHAR(64) NOT NULL PRIMARY KEY, value BIGINT NOT NULL)";
static STEPS: &[Step] = &[Step { version: 1, name: "counters", sqlite: TABLE, postgres: TABLE, mysql: TABLE }];

/// Longer than any call may take here, shorter than anybody would wait.
const SOON: Duration = Duration::from_secs(8);

struct Fixture {
    proxy: Proxy,
    /// Through the proxy.
    db: Database,
    /// Past it.
    direct: TestDatabase,
}

async fn fixture(dialect: Dialect) -> Fixture {
    let options = OpenOptions { connect_timeout_ms: 500, statement_timeout_ms: 1_000, ..testing::small() };
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

/// The request to commit as it is on the wire; the words alone are in "READ COMMITTED" too.
fn commit_of(db: &Database) -> &'static [u8] {
    if db.dialect() == Dialect::Mysql { b"\x03COMMIT" } else { b"COMMIT\0" }
}

async fn soon<T>(call: impl Future<Output = T>) -> T {
    tokio::time::timeout(SOON, call).await.expect("an answer within a few seconds")
}

async fn is_away(db: &Database) {
    let (read, commit, ping) = soon(async { tokio::join!(value(db), db.commit(add()), db.ping()) }).await;
    for error in [read.unwrap_err(), commit.unwrap_err(), ping.unwrap_err()] {
        assert!(error.is(context::DATABASE_UNAVAILABLE), "{}", testing::explain(&error));
    }
}

async fn works(db: &Database) {
    let before = soon(value(db)).await.unwrap();
    soon(db.commit(add())).await.unwrap();
    assert_eq!(soon(value(db)).await.unwrap(), before + 1);
}

macro_rules! on_both_servers {
    ($(async fn $name:ident($fixture:ident) $body:block)+) => {$(
        mod $name {
            use super::*;

            async fn test($fixture: Fixture) $body

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if wanted(Dialect::Postgres) {
                    test(fixture(Dialect::Postgres).await).await;
                }
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn mysql() {
                if wanted(Dialect::Mysql) {
                    test(fixture(Dialect::Mysql).await).await;
                }
            }
        }
    )+};
}

on_both_servers! {
    async fn connections_that_died_unnoticed_are_replaced(at) {
        works(&at.db).await;
        for _ in 0..3 {
            at.proxy.set(Wire::Cut);
            at.proxy.set(Wire::Whole);
            works(&at.db).await;
        }
    }

    async fn while_the_server_is_away_calls_say_so(at) {
        works(&at.db).await;
        at.proxy.set(Wire::Cut);
        is_away(&at.db).await;
        is_away(&at.db).await;
        at.proxy.set(Wire::Whole);
        works(&at.db).await;
    }

    async fn a_server_that_falls_silent_is_away_too(at) {
        works(&at.db).await;
        at.proxy.set(Wire::Silent);
        is_away(&at.db).await;
        at.proxy.set(Wire::Whole);
        works(&at.db).await;
    }

    async fn opening_does_not_need_the_server(at) {
        at.proxy.set(Wire::Cut);
        is_away(&at.db).await;
        assert!(soon(at.db.pending_migrations()).await.unwrap_err().is(context::DATABASE_UNAVAILABLE));
        assert!(soon(testing::migrate_to(&at.db, STEPS)).await.unwrap_err().is(context::DATABASE_UNAVAILABLE));
        at.proxy.set(Wire::Whole);
        testing::migrate_to(&at.db, STEPS).await.unwrap();
        works(&at.db).await;
    }

    async fn a_commit_that_nobody_confirmed_is_no_success_and_not_done_twice(at) {
        works(&at.db).await;
        at.proxy.set_trap(Trap::After(commit_of(&at.db)));
        let error = soon(at.db.commit(add())).await.unwrap_err();
        assert!(error.is(context::DATABASE_UNAVAILABLE), "{}", testing::explain(&error));
        assert!(!at.proxy.trap_is_set());
        // The server did it, and once.
        assert_eq!(value(&at.direct).await.unwrap(), 2);
        works(&at.db).await;
    }

    async fn events_of_a_commit_that_nobody_confirmed_hold_up_no_others(at) {
        works(&at.db).await;
        let recorder = Recorder::of(&at.db);
        let numbered = |number| {
            let mut batch = Batch::from(add());
            batch.publish(vec![event(number)]);
            batch
        };
        for trap in [Trap::After, Trap::Before] {
            at.proxy.set_trap(trap(commit_of(&at.db)));
            assert!(soon(at.db.commit(numbered(1))).await.unwrap_err().is(context::DATABASE_UNAVAILABLE));
        }
        soon(at.db.commit(numbered(2))).await.unwrap();
        assert_eq!(recorder.numbers(), [2]);
    }

    async fn a_commit_that_never_arrived_is_not_done(at) {
        works(&at.db).await;
        at.proxy.set_trap(Trap::Before(commit_of(&at.db)));
        let error = soon(at.db.commit(add())).await.unwrap_err();
        assert!(error.is(context::DATABASE_UNAVAILABLE), "{}", testing::explain(&error));
        assert_eq!(value(&at.direct).await.unwrap(), 1);
        works(&at.db).await;
    }

    async fn a_transaction_that_never_began_is_begun_again(at) {
        works(&at.db).await;
        for word in [&b"BEGIN"[..], b"START TRANSACTION"] {
            at.proxy.set_trap(Trap::Before(word));
            works(&at.db).await;
        }
        assert_eq!(value(&at.direct).await.unwrap(), 3);
    }

    async fn every_batch_of_a_lost_group_hears_of_it(at) {
        works(&at.db).await;
        at.proxy.set_trap(Trap::After(commit_of(&at.db)));
        let commits: Vec<_> = (0..20).map(|_| {
            let db = at.db.clone();
            tokio::spawn(async move { db.commit(Batch::from(add())).await })
        }).collect();
        let (mut done, mut unknown) = (0, 0);
        for commit in commits {
            match soon(commit).await.unwrap() {
                Ok(()) => done += 1,
                Err(error) => {
                    assert!(error.is(context::DATABASE_UNAVAILABLE), "{}", testing::explain(&error));
                    unknown += 1;
                }
            }
        }
        // What was promised is there; what nobody knows of may be.
        let value = value(&at.direct).await.unwrap();
        assert!(unknown >= 1 && value > done && value <= 1 + done + unknown, "{done} done, {unknown} unknown, {value} there");
    }
}
