//! An examination of this node: all checks, and what has changed since the last one.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use guildhall_model::codes::findings as codes;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::findings;

use super::{Progress, Run};
use crate::boxed;
use crate::findings::Findings;

const MINUTE_MS: i64 = 60 * 1000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// After the start of the server.
const START_MS: i64 = MINUTE_MS;
/// Between two examinations at the request of an administrator.
const PAUSE_MS: i64 = 20_000;

impl Findings<'_> {
    /// Whether the actor may begin an examination of this node; [`examine`](Self::examine) makes it.
    #[boxed]
    pub async fn request_examination(&self, actor: &Actor) -> Result<()> {
        let grant = self.access.system_permission(actor, Permission::SysconsoleWriteEnvironmentPerformanceMonitoring)?;
        {
            let mut run = self.state().run.lock();
            let now = self.clock.now();
            if run.is_running || now.0 - run.started_at.0 < PAUSE_MS {
                return Err(codes::TOO_SOON.with("seconds", PAUSE_MS / 1000));
            }
            // Set here, so that of two requests one is rejected.
            *run = Run { is_running: true, total: self.examiner.check_count(true), started_at: now };
            self.state().done.store(0, Ordering::Relaxed);
        }
        let write = self.access.write(&grant, "findings.examine");
        write.commit(guildhall_model::Events::none("clients ask for the progress")).await
    }

    /// Makes all checks of this node, and stores what they find.
    #[boxed]
    pub async fn examine(&self, is_thorough: bool) -> Result<()> {
        let _running = self.state().running.lock().await;
        *self.state().run.lock() = Run { is_running: true, total: self.examiner.check_count(is_thorough), started_at: self.clock.now() };
        let done = Arc::clone(&self.state().done);
        done.store(0, Ordering::Relaxed);
        let facts = self.facts(is_thorough).await;
        let (host_name, version) = (facts.host_name.clone(), facts.version);
        let results = self.examiner.examine(facts, Arc::new(move |count| done.store(count, Ordering::Relaxed))).await;
        let outcome = self.record(results, &host_name, version, is_thorough).await;
        self.state().run.lock().is_running = false;
        outcome
    }

    /// Called once a minute: examines this node when it is due by the settings, and once a day with the checks that take long.
    #[boxed]
    pub async fn examine_when_due(&self) -> Result<()> {
        let interval_ms = self.settings().doctor.interval_minutes.saturating_mul(MINUTE_MS);
        if interval_ms == 0 {
            return Ok(());
        }
        let now = self.clock.now();
        let first_due = *self.state().first_due.lock().get_or_insert(now.plus_ms(START_MS));
        if now < first_due {
            return Ok(());
        }
        let grant = self.access.system("the schedule belongs to the server");
        let examinations = findings::examinations(self.access.read(&grant), grant.server()).await?;
        let last = examinations.into_iter().find(|examination| examination.node == self.node);
        let (examined_at, thorough_at) = last.map_or((0, 0), |last| (last.examined_at.0, last.thorough_at.0));
        let is_due = |at: i64, interval_ms: i64| now.0 - at >= interval_ms || at > now.0;
        if is_due(examined_at, interval_ms) {
            self.examine(is_due(thorough_at, DAY_MS)).await?;
        }
        Ok(())
    }

    /// How far the examination of this node is.
    pub(super) fn progress(&self) -> Progress {
        let Run { is_running, total, .. } = *self.state().run.lock();
        let done = self.state().done.load(Ordering::Relaxed).min(total);
        Progress { is_running, done, total }
    }
}
