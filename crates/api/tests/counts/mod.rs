//! Counts of messages, mentions and threads equal a recount of the living posts, after any history.

mod history;
mod recount;
mod world;

use guildhall_testkit::{Dialect, TestServer};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::{Config, TestRunner};

use history::{Step, steps};
use world::World;

/// Steps of one history. Every step is followed by a recount.
const STEPS: usize = 40;

async fn play_histories(dialect: Dialect, histories: usize) {
    let Some(server) = TestServer::start_on_dialect(dialect).await else { return };
    server.create_user("root").await;
    let mut runner = TestRunner::deterministic();
    for number in 0..histories {
        let history: Vec<Step> = steps(STEPS).new_tree(&mut runner).unwrap().current();
        play(&server, &format!("h{number}"), &history).await;
    }
}

async fn play(server: &TestServer, name: &str, history: &[Step]) {
    let mut world = World::new(server, name).await;
    for (at, step) in history.iter().enumerate() {
        world.apply(step).await;
        if let Err(difference) = world.recount().await {
            panic!("{name}, after step {at} of {:#?}:\n{difference}", &history[..=at]);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counts_equal_a_recount_on_sqlite() {
    play_histories(Dialect::Sqlite, 24).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counts_equal_a_recount_on_postgres() {
    play_histories(Dialect::Postgres, 6).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counts_equal_a_recount_on_mysql() {
    play_histories(Dialect::Mysql, 6).await;
}

/// Searches for the shortest failing history. Not part of the suite, because every attempt needs a new team.
#[test]
#[ignore = "for the search of a short history that fails"]
fn shortest_failing_history() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let server = runtime.block_on(async {
        let server = TestServer::start().await;
        server.create_user("root").await;
        server
    });
    let number = std::sync::atomic::AtomicUsize::new(0);
    let mut runner = TestRunner::new(Config { cases: 200, failure_persistence: None, ..Config::default() });
    let result = runner.run(&steps(STEPS), |history| {
        let name = format!("s{}", number.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
        let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| runtime.block_on(play(&server, &name, &history))));
        outcome.map_err(|_| proptest::test_runner::TestCaseError::fail("a difference"))
    });
    result.unwrap();
}
