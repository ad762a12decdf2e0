//! The implementations of the job types, one file each.

pub(super) mod audit_export;
pub(super) mod audit_seals;
pub(super) mod audit_trail;
pub(super) mod backup;
pub(super) mod backup_check;
pub(super) mod backup_drill;
pub(super) mod backup_schedule;
pub(super) mod data_export;
pub(super) mod deleted_posts;
pub(super) mod delivery_queue;
pub(super) mod erasure;
pub(super) mod expired_sessions;
pub(super) mod expiring_tokens;
pub(super) mod finding_alerts;
pub(super) mod group_links;
pub(super) mod job_history;
pub(super) mod mail_notifications;
pub(super) mod persistent_notifications;
pub(super) mod post_reminders;
pub(super) mod samples;
pub(super) mod scheduled_posts;
pub(super) mod search_index;
pub(super) mod security_alerts;
pub(super) mod storage_recount;
pub(super) mod unused_files;
