//! The machine's disk is lost under load, and the server restored from its continuous backup: what the server had said to be there is
//! there, that is not older than ten seconds, and whoever was removed by then stays removed.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use guildhall_model::Clock as _;
use guildhall_model::time::{Millis, SystemClock};
use guildhall_storage::Dialect;
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::disk::{Disk, FileSystem};
use crate::ledger::Verdict;
use crate::power_cut::stage_on;
use crate::report::{self, Row};
use crate::support::{Launch, ServerProcess, TEST_TIMEOUT, TestStore, command, success_output};
use crate::workload::{Person, Stage};
use crate::{is_long, times};

const RECOVERY_POINT: Duration = Duration::from_secs(10);
const BACKUP_PASSWORD: &str = "correct horse battery staple";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ext4() {
    let mut verdict = Verdict::default();
    let (mut worst, runs) = (Duration::ZERO, times(1, 20));
    for number in 0..runs {
        let Some(disk) = Disk::on_loop_device(FileSystem::Ext4) else { return };
        // At another moment between two sendings each time.
        let load = Duration::from_millis(11_000 + number as u64 * 370 % 5_000);
        let outcome = lose_the_disk(disk, load).await;
        assert!(!is_long() || outcome.lost <= RECOVERY_POINT, "run {number}: messages of the last {:?} are lost", outcome.lost);
        worst = worst.max(outcome.lost);
        verdict += outcome.verdict;
    }
    let note = format!("restored from the continuous backup; at most the last {:.1} s were lost", worst.as_secs_f64());
    report::write(Row { fault: "The disk is lost", on: FileSystem::Ext4.name(), runs, note: &note }, &verdict);
    assert!(verdict.is_kept(), "{:#?}", verdict.broken().collect::<Vec<_>>());
}

#[derive(Clone, Copy)]
struct Times {
    /// What was committed before is in the continuous backup, as the server says.
    reached: Millis,
    loss: Millis,
}

impl Times {
    /// How long before the loss that was.
    fn age(self, at: Millis) -> Duration {
        Duration::from_millis(u64::try_from(self.loss.0 - at.0).unwrap_or(0))
    }
}

struct Outcome {
    /// How long before the loss the first message was acknowledged that is not there. Depends on the machine.
    lost: Duration,
    verdict: Verdict,
}

/// A message, and when it was acknowledged.
type Acknowledged = Arc<Mutex<Vec<(String, Millis)>>>;

async fn lose_the_disk(disk: Disk, load: Duration) -> Outcome {
    let target = tempfile::tempdir().unwrap();
    let password_file = target.path().join("password");
    std::fs::write(&password_file, BACKUP_PASSWORD).unwrap();
    let (password_file, location) = (password_file.to_str().unwrap(), target.path().join("repository"));
    let location = location.to_str().unwrap();

    let mut stage = stage_on(&disk).await;
    let add = ["backup", "target", "add", "usb", location, "--password-file", password_file, "--interval-hours", "0", "--continuous"];
    success_output(&stage.server.command(&add).await);
    success_output(&stage.server.command(&["backup", "create"]).await);
    let (_, channels) = stage.create_channels().await;
    let channel = Arc::clone(&channels[0]);
    wait_until_reached(&stage.administrator, Millis::ZERO).await;

    let acknowledged = Acknowledged::default();
    let mut writers = JoinSet::new();
    for (number, writer) in stage.writers.iter().cloned().enumerate() {
        writers.spawn(write(writer, number, Arc::clone(&channel), Arc::clone(&acknowledged)));
    }
    let removed = &stage.readers[0];
    let path = format!("/channels/{channel}/members/{}", removed.id);
    stage.administrator.client.call("DELETE", &path, None).await.unwrap();
    let changed = SystemClock.now();
    tokio::time::sleep(load).await;
    let reached = wait_until_reached(&stage.administrator, changed).await;
    stage.server.signal("STOP").await;
    let times = Times { reached, loss: SystemClock.now() };
    disk.cut_power();
    stage.server.kill().await;
    writers.shutdown().await;
    drop(disk);

    let data = tempfile::tempdir().unwrap();
    let words = ["backup", "restore", "--from", location, "--password-file", password_file];
    let restored = success_output(&command(data.path(), None, &words).await);
    assert!(restored.contains("is restored and whole"), "{restored}");
    let store = TestStore::fresh(Dialect::Sqlite).await.expect("tests on SQLite");
    let server = ServerProcess::launch(data, &store, Launch::default()).await;
    let acknowledged = std::mem::take(&mut *acknowledged.lock());
    let outcome = check(&stage, &server, &channel, &acknowledged, times).await;
    server.stop().await;
    outcome
}

async fn write(writer: Person, number: usize, channel: Arc<str>, acknowledged: Acknowledged) {
    for count in 0.. {
        let message = format!("writer {number} message {count}");
        let post = json!({"channel_id": &*channel, "message": message});
        // The last request has no answer.
        if writer.client.call("POST", "/posts", Some(post)).await.is_err() {
            return;
        }
        acknowledged.lock().push((message, SystemClock.now()));
    }
}

/// Waits until the continuous backup has all that was committed before this time. Returns until when it has everything.
async fn wait_until_reached(administrator: &Person, time: Millis) -> Millis {
    let waiting = async {
        loop {
            let targets = administrator.client.call("GET", "/backups/targets", None).await.unwrap();
            assert_eq!(targets[0]["continuous_error"], "", "{targets}");
            match targets[0]["continuous_reached_at"].as_i64().map(Millis) {
                Some(reached) if reached > time => return reached,
                _ => tokio::task::yield_now().await,
            }
        }
    };
    tokio::time::timeout(TEST_TIMEOUT, waiting).await.expect("a continuous backup")
}

async fn check(stage: &Stage, server: &ServerProcess, channel: &str, acknowledged: &[(String, Millis)], times: Times) -> Outcome {
    let administrator = server.client(&stage.administrator.token);
    let mut found = Vec::new();
    for page in 0.. {
        let page = administrator.call("GET", &format!("/channels/{channel}/posts?per_page=200&page={page}"), None).await.unwrap();
        let text = |id: &Value| page["posts"][id.as_str().unwrap()]["message"].as_str().unwrap().to_owned();
        let order = page["order"].as_array().unwrap();
        if order.is_empty() {
            break;
        }
        found.extend(order.iter().map(text).filter(|text| text.starts_with("writer")));
    }
    let distinct: HashSet<&String> = found.iter().collect();
    let missing = acknowledged.iter().filter(|(message, _)| !distinct.contains(message));
    let lost = missing.map(|(_, at)| times.age(*at)).max().unwrap_or_default();
    let in_time: Vec<_> = acknowledged.iter().filter(|(_, at)| *at < times.reached).collect();
    assert!(!in_time.is_empty(), "no message is old enough");
    let mut verdict = Verdict { acknowledged: in_time.len(), ..Verdict::default() };
    for (message, at) in in_time.iter().filter(|(message, _)| !distinct.contains(message)) {
        let age = times.age(*at);
        verdict.lost.insert(message.as_str().into(), format!("{message} was acknowledged {age:?} before the loss, and is not there"));
    }
    if distinct.len() < found.len() {
        verdict.doubled.insert(channel.into(), format!("{} of {} messages are there twice", found.len() - distinct.len(), found.len()));
    }
    let removed = server.client(&stage.readers[0].token);
    if removed.call("GET", &format!("/channels/{channel}/posts"), None).await.is_ok() {
        verdict.read_after_removal.insert(channel.into(), "a removed member reads the channel after the restore".to_owned());
    }
    Outcome { lost, verdict }
}
