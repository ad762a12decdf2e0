//! Power cuts under load: nothing that was not synced survives. The control shows that the suite notices a disk that lies.

use std::path::Path;

use guildhall_storage::Dialect;

use crate::disk::{Disk, FileSystem};
use crate::ledger::Verdict;
use crate::report::{self, Row};
use crate::support::{Launch, TestStore};
use crate::workload::{Round, Stage};
use crate::{skipped, times};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ext4() {
    power_cuts(FileSystem::Ext4).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn xfs() {
    power_cuts(FileSystem::Xfs).await;
}

async fn power_cuts(kind: FileSystem) {
    let Some(disk) = Disk::on_loop_device(kind) else { return };
    let mut stage = stage_on(&disk).await;
    for number in 0..times(1, 20) {
        let mut round = Round::start(&mut stage).await;
        round.acknowledged(20 + number * 13 % 90).await;
        cut_power_and_restart(&mut stage, &disk).await;
        round.acknowledged(30).await;
        stage.finish(round).await;
    }
    let runs = stage.rounds();
    let verdict = stage.end().await;
    report::write(Row { fault: "Power cut under load", on: kind.name(), runs, note: "" }, &verdict);
    assert!(verdict.is_kept(), "{:#?}", verdict.broken().collect::<Vec<_>>());
}

/// The same with a library that makes every sync do nothing, as SQLite's `synchronous=OFF` would: acknowledged messages must be
/// lost, or the tests above prove nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_control_without_syncs_loses_messages() {
    let Some(library) = library("libeatmydata.so") else { return };
    let mut sum = Verdict::default();
    let cuts = times(1, 5);
    for _ in 0..cuts {
        // The database may be damaged as a whole: the next cut gets another one.
        let Some(disk) = Disk::on_loop_device(FileSystem::Ext4) else { return };
        let mut stage = stage_on(&disk).await;
        let mut round = Round::start(&mut stage).await;
        round.acknowledged(20).await;
        stage.stop_and_restart_with(&[("LD_PRELOAD", &library)]).await;
        round.acknowledged(150).await;
        stage.set_environment(&[]);
        cut_power_and_restart(&mut stage, &disk).await;
        round.abandon().await;
        let verdict = round.verify().await;
        assert!(!verdict.lost.is_empty(), "without syncs, a power cut lost nothing of {} messages", verdict.acknowledged);
        sum += verdict;
        stage.server.kill().await;
    }
    report::write(Row { fault: "Power cut, the *control*: syncs do nothing", on: "ext4", runs: cuts, note: "must lose, and did" }, &sum);
}

pub async fn stage_on(disk: &Disk) -> Stage {
    let store = TestStore::fresh(Dialect::Sqlite).await.expect("tests on SQLite");
    // The disk is smaller than what is kept free otherwise.
    Stage::start(disk.data_folder(), &store, Launch::settings(&[("FILES_FREE_SPACE_RESERVE_BYTES", "0")])).await
}

pub async fn cut_power_and_restart(stage: &mut Stage, disk: &Disk) {
    // Power goes for the program and the disk at once: an ext4 that is shut down in the middle of a sync may report its success.
    stage.server.signal("STOP").await;
    disk.cut_power();
    stage.server.kill().await;
    stage.down();
    disk.mount_again();
    stage.server.restart().await;
    stage.up();
}

/// A library for `LD_PRELOAD` among those of the system; `None` where it is not installed.
pub fn library(name: &str) -> Option<String> {
    let folders = ["x86_64-linux-gnu", "aarch64-linux-gnu"].map(|machine| Path::new("/usr/lib").join(machine));
    let files = folders.iter().flat_map(|folder| [folder.join(name), folder.join("faketime").join(name)]);
    let found = files.into_iter().find(|file| file.exists());
    if found.is_none() {
        skipped("a fault by a library", &format!("{name} is not installed"));
    }
    found.map(|file| file.to_string_lossy().into_owned())
}
