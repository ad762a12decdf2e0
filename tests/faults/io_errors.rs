//! A disk that fails, is full, is read-only or slow for a while: clear answers meanwhile, nothing acknowledged that is not on the
//! disk, and the same process goes on when the fault ends. Then the power is cut, which shows what was really on the disk.

use std::path::PathBuf;

use crate::disk::{Disk, FileSystem};
use crate::inject::Injection;
use crate::report::{self, Row};
use crate::workload::{Round, Stage};
use crate::{power_cut, times};

/// System calls and what happens to them.
struct Fault {
    name: &'static str,
    calls: &'static str,
    effect: &'static str,
    expected: Expected,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expected {
    /// No write succeeds: this status, and no further acknowledgement.
    Rejections(u16),
    /// Some attempts fail with this status, others succeed.
    Some(u16),
    /// All succeed, later than otherwise.
    Nothing,
}

const SYNCS: &str = "fsync,fdatasync";
const WRITES: &str = "pwrite64,ftruncate";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_sync_fails() {
    test(Fault { name: "EIO at every sync", calls: SYNCS, effect: "error=EIO", expected: Expected::Rejections(503) }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn some_syncs_fail() {
    test(Fault { name: "EIO at every 13th sync", calls: SYNCS, effect: "error=EIO:when=2+13", expected: Expected::Some(503) }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long form: make faults"]
async fn some_writes_fail() {
    test(Fault { name: "EIO at every 61st write", calls: WRITES, effect: "error=EIO:when=3+61", expected: Expected::Some(503) }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long form: make faults"]
async fn no_write_has_space() {
    test(Fault { name: "ENOSPC at every write", calls: WRITES, effect: "error=ENOSPC", expected: Expected::Rejections(507) }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long form: make faults"]
async fn some_writes_have_no_space() {
    test(Fault { name: "ENOSPC at every 61st write", calls: WRITES, effect: "error=ENOSPC:when=3+61", expected: Expected::Some(507) })
        .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long form: make faults"]
async fn the_disk_is_read_only_for_a_while() {
    test(Fault { name: "EROFS at every write", calls: WRITES, effect: "error=EROFS", expected: Expected::Rejections(503) }).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long form: make faults"]
async fn the_disk_is_slow() {
    test(Fault { name: "Every sync takes 200 ms longer", calls: SYNCS, effect: "delay_enter=200000", expected: Expected::Nothing }).await;
}

async fn test(fault: Fault) {
    let Some(disk) = Disk::on_loop_device(FileSystem::Ext4) else { return };
    let mut stage = power_cut::stage_on(&disk).await;
    let mut calls = 0;
    for _ in 0..times(1, 5) {
        let mut round = Round::start(&mut stage).await;
        round.acknowledged(20).await;
        let process = stage.server.process();
        // Syncs of the database and of uploaded files; writes of the database only, as sockets are written, too.
        let files = if fault.calls == SYNCS { Vec::new() } else { database_files(&stage).to_vec() };
        let Some(injection) = Injection::begin(process, fault.calls, fault.effect, &files).await else { return };
        meanwhile(&mut round, fault.expected).await;
        calls += injection.end().await;
        round.acknowledged(30).await;
        assert_eq!(stage.server.process(), process, "the same process goes on");
        power_cut::cut_power_and_restart(&mut stage, &disk).await;
        round.acknowledged(10).await;
        stage.finish(round).await;
    }
    assert!(calls > 0, "the fault met no system call");
    let runs = stage.rounds();
    let verdict = stage.end().await;
    let note = format!("{calls} system calls, then a power cut");
    report::write(Row { fault: fault.name, on: "ext4", runs, note: &note }, &verdict);
    assert!(verdict.is_kept(), "{:#?}", verdict.broken().collect::<Vec<_>>());
}

async fn meanwhile(round: &mut Round, expected: Expected) {
    match expected {
        Expected::Rejections(status) => {
            let begin = round.position();
            round.failed(120).await;
            assert_eq!(round.sent_and_acknowledged_since(begin), 0, "acknowledged without a sync or a write");
            assert!(round.failures().contains_key(&status), "{:?}", round.failures());
        }
        Expected::Some(status) => {
            round.acknowledged(40).await;
            round.failed(1).await;
            assert!(round.failures().contains_key(&status), "{:?}", round.failures());
        }
        Expected::Nothing => {
            round.acknowledged(40).await;
            assert!(round.failures().is_empty(), "{:?}", round.failures());
        }
    }
}

fn database_files(stage: &Stage) -> [PathBuf; 2] {
    ["guildhall.db", "guildhall.db-wal"].map(|name| stage.server.data_dir().join(name))
}

/// As the kernel does it after an error of the device: what is open cannot be written any more, until it is mounted again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "long form: make faults"]
async fn the_kernel_makes_the_file_system_read_only() {
    let Some(disk) = Disk::on_loop_device(FileSystem::Ext4) else { return };
    let mut stage = power_cut::stage_on(&disk).await;
    for _ in 0..times(1, 5) {
        let mut round = Round::start(&mut stage).await;
        round.acknowledged(20).await;
        if !disk.fail() {
            crate::skipped("a file system that becomes read-only", "the kernel has no trigger_fs_error");
            return;
        }
        let begin = round.position();
        round.failed(120).await;
        assert_eq!(round.sent_and_acknowledged_since(begin), 0, "acknowledged on a read-only disk");
        power_cut::cut_power_and_restart(&mut stage, &disk).await;
        round.acknowledged(20).await;
        stage.finish(round).await;
    }
    let runs = stage.rounds();
    let verdict = stage.end().await;
    report::write(Row { fault: "The kernel makes the file system read-only", on: "ext4", runs, note: "then a power cut" }, &verdict);
    assert!(verdict.is_kept(), "{:#?}", verdict.broken().collect::<Vec<_>>());
}
