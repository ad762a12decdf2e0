//! All types of jobs, in one list. Periodic work on a node's own state (connections, presence, rate limits) is not a job
//! but a sweep: see `crates/guildhall/src/sweeps.rs`.

use futures::future::BoxFuture;
use guildhall_model::job::JobType;
use guildhall_model::{Millis, Permission, Result};

use super::context::JobContext;
use super::kinds::{
    audit_export, audit_seals, audit_trail, backup, backup_check, backup_drill, backup_schedule, data_export, deleted_posts,
    delivery_queue, erasure, expired_sessions, expiring_tokens, finding_alerts, group_links, job_history, mail_notifications,
    persistent_notifications, post_reminders, samples, scheduled_posts, search_index, security_alerts, storage_recount, unused_files,
};
use crate::access::SystemGrant;
use crate::backoff::Backoff;
use crate::jobs::Jobs;

const MINUTE_MS: i64 = 60 * 1000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DAY_MS: i64 = 24 * HOUR_MS;

/// For periodic jobs, which run again soon anyway.
const RETRY: Backoff = Backoff { first_ms: 5_000, factor: 5, longest_ms: 10 * MINUTE_MS, attempts_max: 5 };

/// One type of job.
pub(super) struct Entry {
    pub kind: JobType,
    /// Required to read jobs of this type.
    pub read: Permission,
    /// Required to create and cancel them over the API.
    pub manage: Permission,
    /// The period of the schedule; `None` where jobs are created over the API only.
    pub interval_ms: Option<i64>,
    pub retry: Backoff,
    /// Whether a periodic job has something to do. Where it has nothing, none is created, and its schedule does not advance.
    pub has_work: Option<HasWork>,
    /// Whether only one runs at a time, however many wait: the workers are for others, too.
    pub is_alone: bool,
    pub run: Run,
}

pub(super) type HasWork = for<'a> fn(Jobs<'a>, &'a SystemGrant, Millis) -> BoxFuture<'a, Result<bool>>;

/// One run. It may be dropped at any await (canceled, or the lease lost) and restart from the beginning on another node.
pub(super) type Run = for<'a> fn(&'a JobContext<'a>) -> BoxFuture<'a, Result<()>>;

pub(super) static REGISTRY: [Entry; 25] = [
    periodic("expired_sessions", MINUTE_MS, expired_sessions::run),
    periodic("expiring_tokens", HOUR_MS, expiring_tokens::run),
    periodic("unused_files", HOUR_MS, unused_files::run),
    periodic("delivery_queue", HOUR_MS, delivery_queue::run),
    periodic_with_work("mail_notifications", 10_000, mail_notifications::has_work, mail_notifications::run),
    periodic("job_history", DAY_MS, job_history::run),
    periodic("audit_seals", 5 * MINUTE_MS, audit_seals::run),
    periodic_with_work("audit_export", 10_000, audit_export::has_work, audit_export::run),
    periodic_with_work("security_alerts", 10_000, security_alerts::has_work, security_alerts::run),
    periodic_with_work("group_links", 10_000, group_links::has_work, group_links::run),
    periodic_with_work("post_reminders", 10_000, post_reminders::has_work, post_reminders::run),
    periodic_with_work("persistent_notifications", 10_000, persistent_notifications::has_work, persistent_notifications::run),
    periodic_with_work("scheduled_posts", 10_000, scheduled_posts::has_work, scheduled_posts::run),
    periodic("audit_trail", DAY_MS, audit_trail::run),
    periodic("storage_recount", DAY_MS, storage_recount::run),
    periodic("samples", 30 * MINUTE_MS, samples::run),
    periodic("backup_schedule", 5 * MINUTE_MS, backup_schedule::run),
    once("backup", backup::run),
    once("backup_check", backup_check::run),
    once("backup_drill", backup_drill::run),
    alone("data_export", data_export::run),
    alone("erasure", erasure::run),
    once("finding_alerts", finding_alerts::run),
    once("deleted_posts", deleted_posts::run),
    once("search_index", search_index::run),
];

const fn periodic(name: &'static str, interval_ms: i64, run: Run) -> Entry {
    entry_of(name, Some(interval_ms), None, false, run)
}

/// A job that is created only where it has something to do: for short periods.
const fn periodic_with_work(name: &'static str, interval_ms: i64, has_work: HasWork, run: Run) -> Entry {
    entry_of(name, Some(interval_ms), Some(has_work), false, run)
}

/// A job that a step of the schema creates, for what SQL cannot do or should not do while the server waits, or that is
/// created with what it reports.
const fn once(name: &'static str, run: Run) -> Entry {
    entry_of(name, None, None, false, run)
}

/// A job that people ask for and that may take long.
const fn alone(name: &'static str, run: Run) -> Entry {
    entry_of(name, None, None, true, run)
}

const fn entry_of(name: &'static str, interval_ms: Option<i64>, has_work: Option<HasWork>, is_alone: bool, run: Run) -> Entry {
    let (read, manage) = (Permission::ReadJobs, Permission::ManageJobs);
    Entry { kind: JobType::new(name), read, manage, interval_ms, retry: RETRY, has_work, is_alone, run }
}

pub(super) fn entry(kind: &JobType) -> Option<&'static Entry> {
    REGISTRY.iter().find(|entry| entry.kind == *kind)
}

pub(super) fn kinds() -> Vec<JobType> {
    REGISTRY.iter().map(|entry| entry.kind.clone()).collect()
}

/// Those of which only one runs at a time.
pub(super) fn kinds_alone() -> Vec<JobType> {
    REGISTRY.iter().filter(|entry| entry.is_alone).map(|entry| entry.kind.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_valid_and_unique() {
        assert!(kinds().iter().all(|kind| JobType::from_name(kind.name()).as_ref() == Some(kind)));
        assert!(REGISTRY.iter().enumerate().all(|(at, one)| REGISTRY.iter().skip(at + 1).all(|other| one.kind != other.kind)));
    }
}
