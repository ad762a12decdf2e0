//! The metrics of the use cases and of the database.

use std::time::Duration;

use guildhall_metrics::{Samples, catalogue};
use guildhall_model::finding::{AuditExportFacts, BackupFacts, Severity};
use guildhall_model::job::{JobCount, JobStatus, QueueDepth};
use guildhall_model::ports::ProcessFigures;
use guildhall_model::{Millis, Result};
use guildhall_storage::{DatabaseSize, PoolLoad, backup_pause, backup_targets, deliveries, jobs, mail_notifications};

use crate::boxed;
use crate::cache::CacheStatistics;
use crate::findings::HealthCounts;
use crate::monitoring::Monitoring;

/// The tables are read not more often than this, however often somebody asks.
const STORED_VALID_MS: i64 = 5_000;
const QUERY_TIMEOUT: Duration = Duration::from_secs(2);

/// What is counted in the database, and its size.
#[derive(Debug, Clone, Default)]
pub(super) struct StoredFigures {
    jobs: Vec<JobCount>,
    pub deliveries: Vec<QueueDepth>,
    /// Messages whose recipients are not worked out, and messages that wait for a person's mail.
    mail_notifications: (i64, i64),
    /// `None` where audit records are not sent.
    audit_export: Option<AuditExportFacts>,
    open_security_alerts: i64,
    pub size: Option<DatabaseSize>,
    backups: Vec<BackupFacts>,
    is_backup_paused: bool,
    /// Of this node and of what all share; `None` where the database did not answer.
    health: Option<HealthCounts>,
}

impl StoredFigures {
    /// Deliveries that are not made yet.
    pub fn waiting_deliveries(&self) -> i64 {
        self.deliveries.iter().map(|queue| queue.waiting + queue.retrying).sum()
    }
}

impl Monitoring<'_> {
    /// Adds the metrics of the database, the caches, the queues and the machine.
    #[boxed]
    pub async fn collect(&self, samples: &mut Samples) {
        let (ping, disk, process, stored) =
            tokio::join!(self.ping_database(), self.disk_space(), self.machine.process_figures(), self.stored_figures());
        samples.gauge(&catalogue::DATABASE_UP, &[], if ping.is_ok() { 1.0 } else { 0.0 });
        self.collect_counters(samples);
        self.collect_database(samples);
        self.collect_queues(samples, &stored);
        samples.gauge(&catalogue::BACKUP_PAUSED, &[], if stored.is_backup_paused { 1.0 } else { 0.0 });
        stored.backups.iter().for_each(|target| collect_backup_target(samples, target));
        if let Some(health) = &stored.health {
            collect_health(samples, health);
        }
        for (name, cache) in self.caches() {
            collect_cache(samples, name, &cache);
        }
        if let Some(disk) = disk {
            samples.gauge(&catalogue::DISK_FREE, &[], disk.available_bytes as f64);
            samples.gauge(&catalogue::DISK_SIZE, &[], disk.total_bytes as f64);
        }
        let reached = self.continuous_backup.states().into_iter().map(|(_, state)| state.reached_at).filter(|at| !at.is_zero()).min();
        if let Some(reached) = reached {
            samples.gauge(&catalogue::CONTINUOUS_BACKUP_LAG, &[], (self.clock.now().0 - reached.0).max(0) as f64 / 1000.0);
        }
        collect_process(samples, &process);
        samples.gauge(&catalogue::PROCESS_START_TIME, &[], self.started_at.0 as f64 / 1000.0);
    }

    fn caches(&self) -> [(&'static str, CacheStatistics); 2] {
        [("sessions", self.sessions().cache_statistics()), ("outgoing_webhooks", self.webhooks().cache_statistics())]
    }

    fn collect_counters(&self, samples: &mut Samples) {
        let counters = &self.counters;
        samples.counter(&catalogue::POSTS, &[], counters.posts.get());
        samples.counter(&catalogue::FAILED_LOGINS, &[], counters.failed_logins.get());
        samples.counter(&catalogue::SECOND_FACTOR_CODES, &["accepted"], counters.second_factor_codes.get());
        samples.counter(&catalogue::SECOND_FACTOR_CODES, &["recovery"], counters.recovery_codes.get());
        samples.counter(&catalogue::SECOND_FACTOR_CODES, &["rejected"], counters.rejected_codes.get());
        samples.counter(&catalogue::PASSKEY_LOG_INS, &[], counters.passkey_log_ins.get());
        samples.counter(&catalogue::OAUTH_TOKENS, &[], counters.oauth_tokens.get());
        samples.counter(&catalogue::MCP_CALLS, &[], counters.mcp_calls.get());
        samples.counter(&catalogue::AUDIT_RECORDS, &[], counters.audit_records.get());
        samples.counter(&catalogue::AUDIT_RECORDS_SENT, &[], counters.audit_records_sent.get());
        samples.counter(&catalogue::SECURITY_ALERTS, &[], counters.security_alerts.get());
        samples.counter(&catalogue::AUDIT_EXPORT_FAILURES, &[], counters.audit_export_failures.get());
        samples.counter(&catalogue::UPLOADED, &[], counters.uploaded_bytes.get());
        samples.counter(&catalogue::DELIVERY_ATTEMPTS, &["delivered"], counters.deliveries_made.get());
        samples.counter(&catalogue::DELIVERY_ATTEMPTS, &["failed"], counters.deliveries_failed.get());
        samples.counter(&catalogue::DELIVERY_ATTEMPTS, &["abandoned"], counters.deliveries_abandoned.get());
        samples.counter(&catalogue::MAILS, &["sent"], counters.mails_sent.get());
        samples.counter(&catalogue::MAILS, &["failed"], counters.mails_failed.get());
        samples.counter(&catalogue::MAILS, &["rejected"], counters.mails_rejected.get());
        samples.counter(&catalogue::MAIL_NOTIFICATIONS, &["mailed"], counters.mail_notifications.mailed.get());
        samples.counter(&catalogue::MAIL_NOTIFICATIONS, &["dropped"], counters.mail_notifications.dropped.get());
        samples.counter(&catalogue::INVITATIONS, &["created"], counters.invitations_created.get());
        samples.counter(&catalogue::INVITATIONS, &["used"], counters.invitations_used.get());
        for (operation, outcomes) in [("backup", &counters.backups), ("check", &counters.backup_checks), ("drill", &counters.backup_drills)]
        {
            samples.counter(&catalogue::BACKUP_RUNS, &[operation, "success"], outcomes.succeeded.get());
            samples.counter(&catalogue::BACKUP_RUNS, &[operation, "failure"], outcomes.failed.get());
        }
    }

    fn collect_database(&self, samples: &mut Samples) {
        let grant = self.access.system("the counters of the database belong to nobody");
        let db = self.access.read(&grant);
        let (metrics, load) = (db.metrics(), db.load());
        let reads = metrics.read_duration.snapshot();
        samples.counter(&catalogue::DATABASE_STATEMENTS, &["read"], reads.count());
        samples.counter(&catalogue::DATABASE_STATEMENTS, &["write"], metrics.write_statements.get());
        samples.counter(&catalogue::DATABASE_SLOW_STATEMENTS, &[], metrics.slow_statements.get());
        samples.histogram(&catalogue::DATABASE_READ_DURATION, &[], reads);
        samples.histogram(&catalogue::DATABASE_COMMIT_DURATION, &[], metrics.commit_duration.snapshot());
        samples.histogram(&catalogue::DATABASE_COMMIT_BATCHES, &[], metrics.commit_batches.snapshot());
        for (name, PoolLoad { waiting, busy, connections }) in [("read", load.read), ("write", load.write)] {
            samples.gauge(&catalogue::DATABASE_QUEUE, &[name], waiting as f64);
            samples.gauge(&catalogue::DATABASE_CONNECTIONS, &[name, "busy"], busy as f64);
            samples.gauge(&catalogue::DATABASE_CONNECTIONS, &[name, "idle"], connections.saturating_sub(busy) as f64);
        }
        samples.gauge(&catalogue::BUILD_INFO, &[env!("CARGO_PKG_VERSION"), db.dialect().name()], 1.0);
    }

    fn collect_queues(&self, samples: &mut Samples, stored: &StoredFigures) {
        let now = self.clock.now();
        let age = |since: Millis| (now.0 - since.0).max(0) as f64 / 1000.0;
        if let Some(size) = stored.size {
            samples.gauge(&catalogue::DATABASE_SIZE, &[], size.bytes as f64);
            if let Some(log_bytes) = size.log_bytes {
                samples.gauge(&catalogue::DATABASE_WAL_SIZE, &[], log_bytes as f64);
            }
        }
        for job in &stored.jobs {
            samples.gauge(&catalogue::JOBS, &[job.kind.name(), job.status.name()], job.count as f64);
            if job.status == JobStatus::Pending {
                samples.gauge(&catalogue::JOB_OLDEST_AGE, &[job.kind.name()], age(job.oldest_create_at));
            }
        }
        for queue in &stored.deliveries {
            samples.gauge(&catalogue::DELIVERIES, &[&queue.kind, "waiting"], queue.waiting as f64);
            samples.gauge(&catalogue::DELIVERIES, &[&queue.kind, "retrying"], queue.retrying as f64);
            samples.gauge(&catalogue::DELIVERY_OLDEST_AGE, &[&queue.kind], age(queue.oldest_create_at));
        }
        if let Some(lag) = &stored.audit_export {
            samples.gauge(&catalogue::AUDIT_EXPORT_LAG, &[], lag.oldest_at.map_or(0.0, age));
        }
        samples.gauge(&catalogue::SECURITY_ALERTS_OPEN, &[], stored.open_security_alerts as f64);
        let (new, waiting) = stored.mail_notifications;
        samples.gauge(&catalogue::MAIL_NOTIFICATIONS_WAITING, &["new"], new as f64);
        samples.gauge(&catalogue::MAIL_NOTIFICATIONS_WAITING, &["waiting"], waiting as f64);
    }

    /// What the tables say; nothing where the database does not answer.
    pub(super) async fn stored_figures(&self) -> StoredFigures {
        let now = self.clock.now();
        let mut last = self.state().stored.lock().await;
        if let Some((read_at, stored)) = &*last
            && (0..STORED_VALID_MS).contains(&(now.0 - read_at.0))
        {
            return stored.clone();
        }
        let read = tokio::time::timeout(QUERY_TIMEOUT, self.read_stored_figures()).await;
        let stored = match read {
            Ok(Ok(stored)) => stored,
            Ok(Err(error)) => {
                tracing::debug!(%error, "the tables could not be read for the metrics");
                StoredFigures::default()
            }
            Err(_) => StoredFigures::default(),
        };
        *last = Some((now, stored.clone()));
        stored
    }

    async fn read_stored_figures(&self) -> Result<StoredFigures> {
        let grant = self.access.system("counts of rows reveal no content");
        let (db, server) = (self.access.read(&grant), grant.server());
        let (jobs, deliveries) = (jobs::counts(db, server).await?, deliveries::queue_depths(db, server).await?);
        let mail_notifications = mail_notifications::waiting(db, server).await?;
        let audit_export = self.audits().export_facts(&grant).await?;
        let open_security_alerts = self.security_alerts().open_alerts(&grant).await?;
        let health = Some(self.findings().health_counts().await?);
        let backups = backup_targets::facts(db, server, &[]).await?;
        let is_backup_paused = backup_pause::get(db, server).await?.is_some();
        let size = Some(db.size().await?);
        Ok(StoredFigures {
            jobs,
            deliveries,
            mail_notifications,
            audit_export,
            open_security_alerts,
            size,
            backups,
            is_backup_paused,
            health,
        })
    }
}

/// Named by an administrator; there are ten at most.
fn collect_backup_target(samples: &mut Samples, target: &BackupFacts) {
    let BackupFacts { name, interval_hours, state, .. } = target;
    let seconds = |at: Millis| at.0 as f64 / 1000.0;
    samples.gauge(&catalogue::BACKUP_LAST_SUCCESS, &[name], seconds(state.last_success_at));
    samples.gauge(&catalogue::BACKUP_INTERVAL, &[name], *interval_hours as f64 * 3600.0);
    samples.gauge(&catalogue::BACKUP_LAST_DURATION, &[name], state.last_duration_ms as f64 / 1000.0);
    samples.gauge(&catalogue::BACKUP_LAST_SIZE, &[name], state.last_bytes as f64);
    samples.gauge(&catalogue::BACKUP_LAST_ADDED, &[name], state.last_bytes_added as f64);
    samples.gauge(&catalogue::BACKUP_LAST_CHECK, &[name], seconds(state.last_check_at));
    samples.gauge(&catalogue::BACKUP_LAST_DRILL, &[name], seconds(state.last_drill_at));
    for (operation, error) in [("backup", &state.last_error), ("check", &state.last_check_error), ("drill", &state.last_drill_error)] {
        samples.gauge(&catalogue::BACKUP_FAILED, &[name, operation], if error.is_empty() { 0.0 } else { 1.0 });
    }
}

fn collect_health(samples: &mut Samples, health: &HealthCounts) {
    for severity in [Severity::Critical, Severity::Warning, Severity::Info] {
        let count = health.findings.iter().find(|(of, _)| *of == severity).map_or(0, |(_, count)| *count);
        samples.gauge(&catalogue::FINDINGS, &[severity.name()], count as f64);
    }
    samples.gauge(&catalogue::LAST_EXAMINATION, &[], health.examined_at.0 as f64 / 1000.0);
}

fn collect_cache(samples: &mut Samples, name: &str, cache: &CacheStatistics) {
    samples.counter(&catalogue::CACHE_REQUESTS, &[name, "hit"], cache.hits);
    samples.counter(&catalogue::CACHE_REQUESTS, &[name, "miss"], cache.misses);
    samples.gauge(&catalogue::CACHE_ENTRIES, &[name], cache.entries as f64);
}

fn collect_process(samples: &mut Samples, process: &ProcessFigures) {
    samples.fractional_counter(&catalogue::PROCESS_CPU, &[], process.cpu.as_secs_f64());
    samples.gauge(&catalogue::PROCESS_MEMORY, &[], process.memory_bytes as f64);
    samples.gauge(&catalogue::PROCESS_DESCRIPTORS, &[], process.descriptors as f64);
    samples.gauge(&catalogue::PROCESS_DESCRIPTORS_MAX, &[], process.descriptors_max as f64);
    samples.gauge(&catalogue::PROCESS_THREADS, &[], process.threads as f64);
}
