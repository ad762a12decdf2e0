//! The threads of a server that copy its database continuously, one for each target, so that none waits for another.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use guildhall_model::Clock;
use guildhall_model::backup::{BackupControl, BackupTarget};
use guildhall_model::changes::{ChangePosition, ContinuousState, ContinuousTarget};
use guildhall_model::id::BackupTargetId;
use guildhall_model::ports::{BlobKey, ChangeCapture, ContinuousBackup};
use guildhall_model::time::Millis;
use parking_lot::{Condvar, Mutex};

use super::base;
use super::copier::{Copier, Sent, Tools};
use crate::error::Result;
use crate::storage::Connector;

/// The folder below `<data>` for the log of changes and for copies that are being sent.
pub const SCRATCH: &str = "continuous";
/// Between the beginnings of two sendings of changes.
const INTERVAL: Duration = Duration::from_secs(5);
/// A target that is slower than that still gets a pause.
const PAUSE_MIN: Duration = Duration::from_secs(1);
/// How long the end of the server waits for the last changes to be sent.
const FINISH_TIMEOUT: Duration = Duration::from_secs(5);
/// If the log is fuller, it is not kept for targets that are behind the others.
const PERCENT_FULL_MAX: u64 = 50;

pub struct ContinuousCopies {
    /// `None` for databases that are not embedded.
    tools: Option<Tools>,
    /// Commands that open the server for a moment make no backups.
    is_started: AtomicBool,
    running: Mutex<HashMap<BackupTargetId, Running>>,
    shared: Arc<Shared>,
}

/// What the threads have together.
#[derive(Default)]
struct Shared {
    states: Mutex<HashMap<BackupTargetId, ContinuousState>>,
    /// `None` for a target that has sent nothing yet.
    sent: Mutex<HashMap<BackupTargetId, Option<ChangePosition>>>,
    /// The files of messages that each target needs.
    files: Mutex<HashMap<BackupTargetId, BTreeSet<BlobKey>>>,
}

struct Running {
    target: BackupTarget,
    stop: Arc<Stop>,
    control: Arc<BackupControl>,
    thread: JoinHandle<()>,
}

/// The wish that a thread ends after it has sent what there is.
#[derive(Default)]
struct Stop {
    is_wanted: Mutex<bool>,
    changed: Condvar,
}

impl Stop {
    fn set(&self) {
        *self.is_wanted.lock() = true;
        self.changed.notify_all();
    }

    /// Waits; whether it is wanted.
    fn wait(&self, duration: Duration) -> bool {
        let mut is_wanted = self.is_wanted.lock();
        if !*is_wanted {
            self.changed.wait_for(&mut is_wanted, duration);
        }
        *is_wanted
    }
}

impl ContinuousCopies {
    /// `data` is the folder of the server's data.
    pub fn new(capture: Option<Arc<dyn ChangeCapture>>, clock: Arc<dyn Clock>, data: &Path, connector: Connector) -> Self {
        let (scratch, files) = (data.join(SCRATCH), data.join("files"));
        let tools = capture.map(|capture| Tools { capture, clock, scratch, files, connector });
        Self { tools, is_started: AtomicBool::new(false), running: Mutex::default(), shared: Arc::default() }
    }

    /// Backups are made from now on. Removes what an interrupted process has left of a copy.
    pub fn start(&self) {
        if let Some(tools) = &self.tools {
            base::remove_copies(&tools.scratch);
        }
        self.is_started.store(true, Ordering::Release);
    }

    fn start_one(&self, target: &BackupTarget, tools: &Tools) -> std::io::Result<Running> {
        let (stop, control) = (Arc::new(Stop::default()), Arc::new(BackupControl::limited_to(target.bytes_per_second)));
        self.shared.sent.lock().insert(target.id, None);
        self.shared.states.lock().insert(target.id, ContinuousState::default());
        let worker = Worker {
            target: target.clone(),
            tools: tools.clone(),
            control: Arc::clone(&control),
            shared: Arc::clone(&self.shared),
            copier: None,
        };
        let stopped = Arc::clone(&stop);
        let thread = thread::Builder::new().name("continuous".into()).spawn(move || worker.run(&stopped))?;
        Ok(Running { target: target.clone(), stop, control, thread })
    }

    fn end(&self, id: BackupTargetId, running: &Running) {
        running.control.cancel();
        running.stop.set();
        self.shared.forget(id);
    }
}

impl Drop for ContinuousCopies {
    fn drop(&mut self) {
        for (id, running) in self.running.lock().drain() {
            self.end(id, &running);
        }
    }
}

#[async_trait]
impl ContinuousBackup for ContinuousCopies {
    fn is_supported(&self) -> bool {
        self.tools.is_some()
    }

    fn follow(&self, targets: Vec<ContinuousTarget>) {
        let Some(tools) = self.tools.as_ref().filter(|_| self.is_started.load(Ordering::Acquire)) else { return };
        let mut running = self.running.lock();
        let is_same = |left: &BackupTarget, right: &BackupTarget| {
            left.id == right.id
                && left.location == right.location
                && left.keys == right.keys
                && left.bytes_per_second == right.bytes_per_second
        };
        running.retain(|id, one| {
            let stays = targets.iter().any(|following| is_same(&following.target, &one.target));
            if !stays {
                self.end(*id, one);
            }
            stays
        });
        for ContinuousTarget { target, files } in &targets {
            self.shared.files.lock().insert(target.id, files.clone());
            if let Entry::Vacant(entry) = running.entry(target.id) {
                match self.start_one(target, tools) {
                    Ok(one) => drop(entry.insert(one)),
                    Err(error) => tracing::error!(%error, target = target.name, "the continuous backup could not be started"),
                }
            }
        }
        if targets.is_empty() && tools.capture.end().is_some() {
            tools.capture.stop();
        }
    }

    fn states(&self) -> Vec<(BackupTargetId, ContinuousState)> {
        self.shared.states.lock().iter().map(|(id, state)| (*id, state.clone())).collect()
    }

    async fn finish(&self) {
        self.is_started.store(false, Ordering::Release);
        let running: Vec<Running> = self.running.lock().drain().map(|(_, one)| one).collect();
        running.iter().for_each(|one| one.stop.set());
        let wait = move || {
            let until = Instant::now() + FINISH_TIMEOUT;
            for one in running {
                while !one.thread.is_finished() && Instant::now() < until {
                    thread::sleep(Duration::from_millis(10));
                }
                one.control.cancel();
            }
        };
        let _ = tokio::task::spawn_blocking(wait).await;
    }
}

impl Shared {
    fn forget(&self, id: BackupTargetId) {
        self.states.lock().remove(&id);
        self.sent.lock().remove(&id);
        self.files.lock().remove(&id);
    }

    /// Notes how far a target is. Returns what no target needs any more.
    fn sent(&self, id: BackupTargetId, position: Option<ChangePosition>, percent_full: u64) -> Option<ChangePosition> {
        let mut sent = self.sent.lock();
        // Forgotten meanwhile.
        *sent.get_mut(&id)? = position;
        let log = position?.log;
        let of_log = sent.values().flatten().filter(|position| position.log == log);
        if percent_full > PERCENT_FULL_MAX {
            return of_log.max().copied();
        }
        let is_everywhere = sent.values().all(|position| position.is_some_and(|position| position.log == log));
        of_log.min().filter(|_| is_everywhere).copied()
    }
}

/// One target's thread.
struct Worker {
    target: BackupTarget,
    tools: Tools,
    control: Arc<BackupControl>,
    shared: Arc<Shared>,
    copier: Option<Copier>,
}

impl Worker {
    fn run(mut self, stop: &Stop) {
        let mut is_last = false;
        while !self.control.is_canceled() {
            let begin = self.tools.clock.now();
            self.send(begin);
            if is_last {
                return;
            }
            is_last = stop.wait(pause(begin, self.tools.clock.now()));
        }
    }

    fn send(&mut self, begin: Millis) {
        let outcome = self.try_send();
        let position = self.copier.as_ref().and_then(Copier::sent);
        if let Some(before) = self.shared.sent(self.target.id, position, self.tools.capture.percent_full()) {
            self.tools.capture.release(before);
        }
        let mut states = self.shared.states.lock();
        let Some(state) = states.get_mut(&self.target.id) else { return };
        match outcome {
            Ok(Sent { is_complete, failure }) => {
                if is_complete {
                    state.reached_at = begin;
                }
                set_error(state, failure, &self.target);
            }
            Err(error) => set_error(state, Some(error.to_string()), &self.target),
        }
    }

    fn try_send(&mut self) -> Result<Sent> {
        let copier = match &mut self.copier {
            Some(copier) => copier,
            None => self.copier.insert(Copier::open(&self.target, self.tools.clone(), Arc::clone(&self.control))?),
        };
        let files = self.shared.files.lock().get(&self.target.id).cloned().unwrap_or_default();
        copier.send(&files)
    }
}

/// Until the next sending: the interval counts from the beginning of one to that of the next, or slow ones would come rarely, too.
fn pause(begin: Millis, end: Millis) -> Duration {
    let taken = Duration::from_millis(u64::try_from(end.0 - begin.0).unwrap_or(0));
    INTERVAL.saturating_sub(taken).max(PAUSE_MIN)
}

/// Logs each error once.
fn set_error(state: &mut ContinuousState, failure: Option<String>, target: &BackupTarget) {
    let error = failure.unwrap_or_default();
    if error == state.error {
        return;
    }
    if error.is_empty() {
        tracing::info!(target = target.name, "the continuous backup goes on");
    } else {
        tracing::warn!(error, target = target.name, "a part of the continuous backup could not be sent; it is tried again");
    }
    state.error = error;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sendings_begin_at_intervals() {
        let pause_after = |taken_ms: i64| pause(Millis(100), Millis(100 + taken_ms));
        assert_eq!(pause_after(0), INTERVAL);
        assert_eq!(pause_after(1_500), Duration::from_millis(3_500));
        assert_eq!(pause_after(60_000), PAUSE_MIN);
        assert_eq!(pause_after(-60_000), INTERVAL, "the clock went back");
    }

    #[test]
    fn the_log_is_kept_for_all_targets_unless_it_is_full() {
        let shared = Shared::default();
        let ids = [1, 2].map(|n| BackupTargetId::from_bytes([n; 16]));
        shared.sent.lock().extend(ids.map(|id| (id, None)));
        let at = |log, offset| Some(ChangePosition { log, offset });
        assert_eq!(shared.sent(ids[0], at(1, 10), 0), None, "the other has sent nothing yet");
        assert_eq!(shared.sent(ids[0], at(1, 10), 51), at(1, 10));
        assert_eq!(shared.sent(ids[1], at(1, 5), 50), at(1, 5));
        assert_eq!(shared.sent(ids[1], at(1, 5), 51), at(1, 10));
        assert_eq!(shared.sent(ids[0], at(2, 3), 0), None, "the other is at an earlier log");
        assert_eq!(shared.sent(ids[1], None, 0), None);
        shared.forget(ids[1]);
        assert_eq!(shared.sent(ids[1], at(2, 3), 0), None, "it is no target any more");
        assert_eq!(shared.sent(ids[0], at(2, 4), 0), at(2, 4));
    }
}
