//! Counts of messages, mentions and threads equal a recount of the living posts, after any history, also a concurrent one.

mod concurrent;
mod history;
mod recount;
mod world;

use guildhall_testkit::{Dialect, TestServer};
use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

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
