//! The database of a running server fails: restarted, hung, without free connections, failed over to a standby. Requests get a
//! prompt 503 meanwhile, and succeed without a restart of the server afterwards.

use std::net::{Ipv4Addr, SocketAddr};

use guildhall_storage::testing::{Servers, is_enabled};
use guildhall_storage::{DatabaseUrl, Dialect};
use tokio_postgres::NoTls;

use crate::proxy::Proxy;
use crate::report::{self, Row};
use crate::support::TestStore;
use crate::times;
use crate::workload::{Round, Stage};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_is_restarted() {
    restarts(Dialect::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql_is_restarted() {
    restarts(Dialect::Mysql).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long form: make faults"]
async fn postgres_hangs() {
    hangs(Dialect::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long form: make faults"]
async fn mysql_hangs() {
    hangs(Dialect::Mysql).await;
}

async fn restarts(dialect: Dialect) {
    if !is_enabled(dialect) {
        return;
    }
    let servers = Servers::start().unwrap();
    let mut stage = Stage::on(&TestStore::at(&servers.database(dialect).await.unwrap())).await;
    // Twice at least, to find resources that the first recovery used up.
    for _ in 0..times(2, 10) {
        let mut round = Round::start(&mut stage).await;
        round.acknowledged(30).await;
        servers.crash(dialect).unwrap();
        round.failed(50).await;
        assert!(round.failures().contains_key(&503), "{:?}", round.failures());
        assert!(!round.failures().contains_key(&0), "every request is answered: {:?}", round.failures());
        servers.revive(dialect).unwrap();
        round.acknowledged(30).await;
        stage.finish(round).await;
    }
    end(stage, "The database is killed and started again", dialect.name(), "").await;
}

/// The database has executed a commit, but the server cannot know: who sends again is told that it is done, and everybody reads it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_answers_to_commits_are_lost() {
    answers_to_commits_are_lost(Dialect::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mysql_answers_to_commits_are_lost() {
    answers_to_commits_are_lost(Dialect::Mysql).await;
}

async fn answers_to_commits_are_lost(dialect: Dialect) {
    if !is_enabled(dialect) {
        return;
    }
    let servers = Servers::start().unwrap();
    let (proxy, url) = through_proxy(&servers.database(dialect).await.unwrap()).await;
    let mut stage = Stage::on(&TestStore::at(&url)).await;
    for _ in 0..times(2, 10) {
        let mut round = Round::start(&mut stage).await;
        for _ in 0..3 {
            round.acknowledged(20).await;
            proxy.lose_answers(4).await;
        }
        round.acknowledged(40).await;
        stage.finish(round).await;
    }
    end(stage, "Answers to commits are lost", dialect.name(), "12 commits in each run").await;
}

/// A proxy before the database, and the address of the database there.
async fn through_proxy(url: &DatabaseUrl) -> (Proxy, DatabaseUrl) {
    let (DatabaseUrl::Postgres(url) | DatabaseUrl::Mysql(url)) = url else { panic!("a database on a server") };
    let mut url = url.clone();
    let proxy = Proxy::start(local(url.port().unwrap())).await;
    url.set_port(Some(proxy.address().port())).unwrap();
    let url = DatabaseUrl::parse(url.as_str()).unwrap();
    (proxy, url)
}

fn local(port: u16) -> SocketAddr {
    (Ipv4Addr::LOCALHOST, port).into()
}

async fn hangs(dialect: Dialect) {
    if !is_enabled(dialect) {
        return;
    }
    let servers = Servers::start().unwrap();
    let mut stage = Stage::on(&TestStore::at(&servers.database(dialect).await.unwrap())).await;
    for _ in 0..times(1, 3) {
        let mut round = Round::start(&mut stage).await;
        round.acknowledged(30).await;
        servers.pause(dialect).unwrap();
        let begin = round.position();
        // Of several people: the timeouts of statements and connections end their requests.
        round.failed(12).await;
        assert_eq!(round.sent_and_acknowledged_since(begin), 0, "acknowledged without a database");
        assert!(!round.failures().contains_key(&0), "every request is answered: {:?}", round.failures());
        servers.resume(dialect).unwrap();
        round.acknowledged(30).await;
        stage.finish(round).await;
    }
    end(stage, "The database hangs and goes on", dialect.name(), "").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long form: make faults"]
async fn postgres_has_no_connection_left() {
    const CONNECTIONS: usize = 60;
    if !is_enabled(Dialect::Postgres) {
        return;
    }
    let servers = Servers::start_with_connections(CONNECTIONS).unwrap();
    let url = servers.database(Dialect::Postgres).await.unwrap();
    let mut stage = Stage::on(&TestStore::at(&url)).await;
    for _ in 0..times(1, 5) {
        let mut round = Round::start(&mut stage).await;
        round.acknowledged(30).await;
        let mut others = vec![connect(&url).await.expect("a free connection")];
        let close = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'guildhall'";
        // Another program takes each connection that the server loses.
        while round.failures().get(&503).is_none_or(|(count, _)| *count < 20) {
            others[0].batch_execute(close).await.unwrap();
            while let Some(other) = connect(&url).await {
                others.push(other);
            }
        }
        drop(others);
        round.acknowledged(30).await;
        stage.finish(round).await;
    }
    end(stage, "The database has no connection left", "postgres", "another program has taken them").await;
}

async fn connect(url: &DatabaseUrl) -> Option<tokio_postgres::Client> {
    let DatabaseUrl::Postgres(url) = url else { return None };
    let (client, connection) = tokio_postgres::connect(url.as_str(), NoTls).await.ok()?;
    tokio::spawn(connection);
    Some(client)
}

/// What the primary acknowledged is on the standby, as each commit waited for it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long form: make faults"]
async fn postgres_fails_over_to_a_synchronous_standby() {
    if !is_enabled(Dialect::Postgres) {
        return;
    }
    let mut sum = crate::ledger::Verdict::default();
    let runs = times(1, 3);
    for _ in 0..runs {
        let servers = Servers::start().unwrap();
        let (proxy, url) = through_proxy(&servers.database(Dialect::Postgres).await.unwrap()).await;
        let mut stage = Stage::on(&TestStore::at(&url)).await;
        let standby = servers.add_standby().unwrap();
        let mut round = Round::start(&mut stage).await;
        round.acknowledged(60).await;
        servers.crash(Dialect::Postgres).unwrap();
        round.failed(10).await;
        servers.promote_standby().unwrap();
        proxy.switch_to(local(standby));
        round.acknowledged(40).await;
        stage.finish(round).await;
        sum += stage.end().await;
    }
    let row =
        Row { fault: "The primary is killed, its synchronous standby promoted", on: "postgres", runs, note: "the address is switched" };
    report::write(row, &sum);
    assert!(sum.is_kept(), "{:#?}", sum.broken().collect::<Vec<_>>());
}

async fn end(stage: Stage, fault: &str, on: &str, note: &str) {
    let runs = stage.rounds();
    let verdict = stage.end().await;
    report::write(Row { fault, on, runs, note }, &verdict);
    assert!(verdict.is_kept(), "{:#?}", verdict.broken().collect::<Vec<_>>());
}
