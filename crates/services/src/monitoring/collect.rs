//! The metrics of the use cases and of the database.

use std::time::Duration;

use guildhall_metrics::{Samples, catalogue};
use guildhall_model::job::{JobCount, JobStatus, QueueDepth};
use guildhall_model::ports::HostFigures;
use guildhall_model::{Millis, Result};
use guildhall_storage::{DatabaseSize, PoolLoad, deliveries, jobs};

use crate::boxed;
use crate::cache::CacheStatistics;
use crate::monitoring::Monitoring;

/// The queues are read from the database, and not more often than this, however often somebody asks.
const QUEUES_VALID_MS: i64 = 5_000;
const QUERY_TIMEOUT: Duration = Duration::from_secs(2);

/// What is queued in the database.
#[derive(Debug, Clone, Default)]
pub(super) struct Queues {
    jobs: Vec<JobCount>,
    pub deliveries: Vec<QueueDepth>,
    pub size: Option<DatabaseSize>,
}

impl Queues {
    /// Deliveries that are not made yet.
    pub fn waiting_deliveries(&self) -> i64 {
        self.deliveries.iter().map(|queue| queue.waiting + queue.retrying).sum()
    }
}

impl Monitoring<'_> {
    /// Adds the metrics of the database, the caches, the queues and the machine.
    #[boxed]
    pub async fn collect(&self, samples: &mut Samples) {
        let (ping, host, queues) = tokio::join!(self.ping_database(), self.host_figures(), self.queues());
        samples.gauge(&catalogue::DATABASE_UP, &[], if ping.is_ok() { 1.0 } else { 0.0 });
        self.collect_counters(samples);
        self.collect_database(samples);
        self.collect_queues(samples, &queues);
        for (name, cache) in self.caches() {
            collect_cache(samples, name, &cache);
        }
        if let Some(host) = host {
            collect_host(samples, &host);
        }
    }

    fn caches(&self) -> [(&'static str, CacheStatistics); 2] {
        [("sessions", self.sessions().cache_statistics()), ("outgoing_webhooks", self.webhooks().cache_statistics())]
    }

    fn collect_counters(&self, samples: &mut Samples) {
        let counters = &self.counters;
        samples.counter(&catalogue::POSTS, &[], counters.posts.get());
        samples.counter(&catalogue::FAILED_LOGINS, &[], counters.failed_logins.get());
        samples.counter(&catalogue::AUDIT_RECORDS, &[], counters.audit_records.get());
        samples.counter(&catalogue::UPLOADED, &[], counters.uploaded_bytes.get());
        samples.counter(&catalogue::DELIVERY_ATTEMPTS, &["delivered"], counters.deliveries_made.get());
        samples.counter(&catalogue::DELIVERY_ATTEMPTS, &["failed"], counters.deliveries_failed.get());
        samples.counter(&catalogue::DELIVERY_ATTEMPTS, &["abandoned"], counters.deliveries_abandoned.get());
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

    fn collect_queues(&self, samples: &mut Samples, queues: &Queues) {
        let now = self.clock.now();
        let age = |since: Millis| (now.0 - since.0).max(0) as f64 / 1000.0;
        if let Some(size) = queues.size {
            samples.gauge(&catalogue::DATABASE_SIZE, &[], size.bytes as f64);
            if let Some(log_bytes) = size.log_bytes {
                samples.gauge(&catalogue::DATABASE_WAL_SIZE, &[], log_bytes as f64);
            }
        }
        for job in &queues.jobs {
            samples.gauge(&catalogue::JOBS, &[job.kind.name(), job.status.name()], job.count as f64);
            if job.status == JobStatus::Pending {
                samples.gauge(&catalogue::JOB_OLDEST_AGE, &[job.kind.name()], age(job.oldest_create_at));
            }
        }
        for queue in &queues.deliveries {
            samples.gauge(&catalogue::DELIVERIES, &[&queue.kind, "waiting"], queue.waiting as f64);
            samples.gauge(&catalogue::DELIVERIES, &[&queue.kind, "retrying"], queue.retrying as f64);
            samples.gauge(&catalogue::DELIVERY_OLDEST_AGE, &[&queue.kind], age(queue.oldest_create_at));
        }
    }

    /// What is queued in the database; nothing where it does not answer.
    pub(super) async fn queues(&self) -> Queues {
        let now = self.clock.now();
        let mut last = self.state().queues.lock().await;
        if let Some((read_at, queues)) = &*last
            && (0..QUEUES_VALID_MS).contains(&(now.0 - read_at.0))
        {
            return queues.clone();
        }
        let read = tokio::time::timeout(QUERY_TIMEOUT, self.read_queues()).await;
        let queues = match read {
            Ok(Ok(queues)) => queues,
            Ok(Err(error)) => {
                tracing::debug!(%error, "the queues could not be read for the metrics");
                Queues::default()
            }
            Err(_) => Queues::default(),
        };
        *last = Some((now, queues.clone()));
        queues
    }

    async fn read_queues(&self) -> Result<Queues> {
        let grant = self.access.system("the length of queues reveals no content");
        let (db, server) = (self.access.read(&grant), grant.server());
        let (jobs, deliveries) = (jobs::counts(db, server).await?, deliveries::queue_depths(db, server).await?);
        Ok(Queues { jobs, deliveries, size: Some(db.size().await?) })
    }
}

fn collect_cache(samples: &mut Samples, name: &str, cache: &CacheStatistics) {
    samples.counter(&catalogue::CACHE_REQUESTS, &[name, "hit"], cache.hits);
    samples.counter(&catalogue::CACHE_REQUESTS, &[name, "miss"], cache.misses);
    samples.gauge(&catalogue::CACHE_ENTRIES, &[name], cache.entries as f64);
}

fn collect_host(samples: &mut Samples, host: &HostFigures) {
    if let Some(disk) = &host.disk {
        samples.gauge(&catalogue::DISK_FREE, &[], disk.free_bytes as f64);
        samples.gauge(&catalogue::DISK_SIZE, &[], disk.size_bytes as f64);
    }
    samples.fractional_counter(&catalogue::PROCESS_CPU, &[], host.cpu.as_secs_f64());
    samples.gauge(&catalogue::PROCESS_MEMORY, &[], host.memory_bytes as f64);
    samples.gauge(&catalogue::PROCESS_DESCRIPTORS, &[], host.descriptors as f64);
    samples.gauge(&catalogue::PROCESS_DESCRIPTORS_MAX, &[], host.descriptors_max as f64);
    samples.gauge(&catalogue::PROCESS_THREADS, &[], host.threads as f64);
    samples.gauge(&catalogue::PROCESS_START_TIME, &[], host.started_at.0 as f64 / 1000.0);
}
