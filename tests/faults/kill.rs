//! `kill -9` of the server under load, on each database.

use guildhall_storage::Dialect;

use crate::report::{self, Row};
use crate::support::TestStore;
use crate::times;
use crate::workload::{Round, Stage};

on_every_database!(kill_under_load);

async fn kill_under_load(dialect: Dialect) {
    let Some(store) = TestStore::fresh(dialect).await else { return };
    let kills = if dialect == Dialect::Sqlite { times(3, 50) } else { times(1, 10) };
    let mut stage = Stage::on(&store).await;
    for number in 0..kills {
        let mut round = Round::start(&mut stage).await;
        // At a different moment each time.
        round.acknowledged(20 + number * 7 % 60).await;
        stage.kill_and_restart().await;
        round.acknowledged(40).await;
        stage.finish(round).await;
    }
    let runs = stage.rounds();
    let verdict = stage.end().await;
    report::write(Row { fault: "kill -9 under load", on: dialect.name(), runs, note: "" }, &verdict);
    assert!(verdict.is_kept(), "{:#?}", verdict.broken().collect::<Vec<_>>());
}
