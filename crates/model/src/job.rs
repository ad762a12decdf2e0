//! Background work: jobs, and deliveries to other servers. Both are rows that a worker leases; expired leases can be
//! claimed again.

use std::borrow::Cow;

use crate::id::{DeliveryId, JobId, NodeId, TargetId, UserId};
use crate::time::Millis;
use crate::user::Props;

/// Free-form data of a job, for administrators: its parameters, its results, its error.
pub type JobData = Props;

/// The name of a type of job: 1 to 32 lower-case letters, digits and underscores.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobType(Cow<'static, str>);

impl JobType {
    pub const CHARS_MAX: usize = 32;

    pub const fn new(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// `None` where the name is not valid.
    pub fn from_name(name: &str) -> Option<Self> {
        let is_word = name.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_');
        (!name.is_empty() && name.len() <= Self::CHARS_MAX && is_word).then(|| Self(Cow::Owned(name.to_owned())))
    }

    pub fn name(&self) -> &str {
        &self.0
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum JobStatus {
    Pending,
    InProgress,
    Success,
    Error,
    CancelRequested,
    Canceled,
    Warning,
}

impl JobStatus {
    pub const ALL: [Self; 7] =
        [Self::Pending, Self::InProgress, Self::Success, Self::Error, Self::CancelRequested, Self::Canceled, Self::Warning];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::InProgress => "in_progress",
            Self::Success => "success",
            Self::Error => "error",
            Self::CancelRequested => "cancel_requested",
            Self::Canceled => "canceled",
            Self::Warning => "warning",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }

    /// Whether the status is not final.
    pub const fn is_active(self) -> bool {
        matches!(self, Self::Pending | Self::InProgress | Self::CancelRequested)
    }

    /// Whether an administrator may change a job from this status to `to`, without force.
    pub const fn may_become(self, to: Self) -> bool {
        matches!(
            (self, to),
            (Self::InProgress, Self::Pending)
                | (Self::Pending | Self::InProgress, Self::CancelRequested)
                | (Self::CancelRequested, Self::Canceled)
        )
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    pub id: JobId,
    pub kind: JobType,
    pub status: JobStatus,
    pub create_at: Millis,
    /// When the first run started; zero before.
    pub start_at: Millis,
    pub last_activity_at: Millis,
    /// 0 to 100.
    pub progress: i64,
    pub data: JobData,
    /// Runs that were started, except those that a clean shutdown aborted.
    pub attempts: i64,
    /// Not to be run before.
    pub run_at: Millis,
    pub lease_owner: Option<NodeId>,
    /// Zero where it is not leased.
    pub lease_until: Millis,
    /// The fencing number: rises whenever the lease is granted or revoked.
    pub fence: i64,
    /// `None` for scheduled jobs and the local administrator.
    pub created_by: Option<UserId>,
}

impl Job {
    pub fn new(id: JobId, kind: JobType, now: Millis, data: JobData, created_by: Option<UserId>) -> Self {
        Self {
            id,
            kind,
            status: JobStatus::Pending,
            create_at: now,
            start_at: Millis::ZERO,
            last_activity_at: now,
            progress: 0,
            data,
            attempts: 0,
            run_at: now,
            lease_owner: None,
            lease_until: Millis::ZERO,
            fence: 0,
            created_by,
        }
    }
}

/// When a periodic job is due next, on any node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobSchedule {
    pub kind: JobType,
    pub next_run_at: Millis,
}

/// A request to another server, written in the batch of the event that caused it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    pub id: DeliveryId,
    /// One of `KINDS` in `services/src/deliveries/kinds.rs`.
    pub kind: String,
    /// The id of its destination, such as an outgoing webhook.
    pub target_id: TargetId,
    /// JSON; its shape depends on the kind.
    pub payload: String,
    pub create_at: Millis,
    pub next_attempt_at: Millis,
    pub attempts: i64,
    pub lease_owner: Option<NodeId>,
    pub lease_until: Millis,
    pub fence: i64,
    pub last_error: String,
}

impl Delivery {
    /// Due at once.
    pub fn new(id: DeliveryId, kind: &str, target_id: TargetId, payload: String, now: Millis) -> Self {
        Self {
            id,
            kind: kind.to_owned(),
            target_id,
            payload,
            create_at: now,
            next_attempt_at: now,
            attempts: 0,
            lease_owner: None,
            lease_until: Millis::ZERO,
            fence: 0,
            last_error: String::new(),
        }
    }
}

/// The number of stored jobs of one type with one status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobCount {
    pub kind: JobType,
    pub status: JobStatus,
    pub count: i64,
    /// When the oldest of them was created.
    pub oldest_create_at: Millis,
}

/// The numbers of queued deliveries of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueDepth {
    pub kind: String,
    /// Without an attempt so far.
    pub waiting: i64,
    /// After at least one attempt.
    pub retrying: i64,
    /// When the oldest of them was queued.
    pub oldest_create_at: Millis,
}

/// The lease of a row: valid while the row still has this fencing number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease<K> {
    pub id: K,
    pub fence: i64,
}

/// The holder and the expiry of a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LeaseTerm {
    pub owner: NodeId,
    pub now: Millis,
    pub until: Millis,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn job_types_are_lower_case_words() {
        assert_eq!(JobType::from_name("job_history").unwrap(), JobType::new("job_history"));
        for name in ["", "Jobs", "a-b", "a b", &"x".repeat(33)] {
            assert_eq!(JobType::from_name(name), None, "{name}");
        }
    }

    #[test]
    fn administrators_may_change_few_statuses() {
        let all = || JobStatus::ALL.into_iter().flat_map(|from| JobStatus::ALL.into_iter().map(move |to| (from, to)));
        assert_eq!(all().filter(|(from, to)| from.may_become(*to)).count(), 4);
        assert!(all().all(|(from, to)| !from.may_become(to) || from.is_active()));
        assert!(JobStatus::ALL.iter().all(|status| JobStatus::from_name(status.name()) == Some(*status)));
    }
}
