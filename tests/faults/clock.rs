//! The clock of the machine jumps by a day and more under load, forwards and backwards (libfaketime; timers, which follow the time since the
//! start of the machine, do not jump).

use std::fs;

use guildhall_storage::Dialect;

use crate::power_cut::library;
use crate::report::{self, Row};
use crate::support::TestStore;
use crate::times;
use crate::workload::{Round, Stage};

/// In order: each is relative to the true time.
const JUMPS: [(&str, Direction); 4] =
    [("+1d", Direction::Forwards), ("-1d", Direction::Backwards), ("+20d", Direction::Forwards), ("+0d", Direction::Backwards)];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Forwards,
    Backwards,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long form: make faults"]
async fn the_clock_jumps() {
    let Some(library) = library("libfaketimeMT.so.1") else { return };
    let folder = tempfile::tempdir().unwrap();
    let clock = folder.path().join("clock");
    set(&clock, "+0d");
    let environment = [
        ("LD_PRELOAD", library.as_str()),
        ("FAKETIME_TIMESTAMP_FILE", clock.to_str().unwrap()),
        ("FAKETIME_NO_CACHE", "1"),
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1"),
    ];
    let store = TestStore::fresh(Dialect::Sqlite).await.expect("tests on SQLite");
    let mut stage = Stage::on(&store).await;
    stage.stop_and_restart_with(&environment).await;
    for _ in 0..times(1, 5) {
        for (jump, direction) in JUMPS {
            let mut round = Round::start(&mut stage).await;
            round.acknowledged(40).await;
            // Before and after: what is sent in between belongs to neither time.
            if direction == Direction::Backwards {
                round.clock_went_back();
            }
            set(&clock, jump);
            if direction == Direction::Backwards {
                round.clock_went_back();
            }
            // No writer's or reader's session ends: those last longer than the jumps. A rejected request would fail the test.
            round.acknowledged(60).await;
            assert!(round.failures().is_empty(), "{:?}", round.failures());
            stage.finish(round).await;
        }
    }
    let now = stage.administrator.client.call("GET", "/users/me", None).await.unwrap();
    assert_eq!(now["username"], "ada");
    let runs = stage.rounds();
    let verdict = stage.end().await;
    report::write(Row { fault: "The clock jumps by a day and by twenty, forth and back", on: "sqlite", runs, note: "" }, &verdict);
    assert!(verdict.is_kept(), "{:#?}", verdict.broken().collect::<Vec<_>>());
}

/// Replaced as a whole: the library reads it at any moment.
fn set(clock: &std::path::Path, time: &str) {
    let next = clock.with_extension("next");
    fs::write(&next, format!("{time}\n")).unwrap();
    fs::rename(next, clock).unwrap();
}
