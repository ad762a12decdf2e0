//! The database, on SQLite, PostgreSQL and MySQL alike: the engine here, and a file a table group beside it.
//! How to add a table, a step of the schema or a test: see this crate's README.md.

mod columns;
mod database;
mod dispatch;
mod engine;
mod entity;
mod failure;
mod granted;
mod leases;
mod migrate;
mod observer;
mod options;
mod row;
mod sql;
mod statement;
#[cfg(test)]
mod step_folders;
mod sync;
mod traces;
mod upgrade;
mod url;
mod value;
mod write_gate;

pub mod account_tokens;
pub mod analytics;
pub mod audit_stream;
pub mod audits;
pub mod backup_pause;
pub mod backup_targets;
pub mod blobs;
pub mod bots;
pub mod categories;
pub mod channel_lists;
pub mod channel_members;
pub mod channels;
pub mod commands;
pub mod deliveries;
pub mod diagnosis;
pub mod dump;
pub mod emoji;
pub mod files;
pub mod findings;
pub mod groups;
pub mod guest_expiries;
pub mod invitations;
pub mod jobs;
pub mod known_places;
pub mod mail_notifications;
pub mod names;
pub mod oauth;
pub mod own_limits;
pub mod posts;
pub mod preferences;
pub mod reactions;
pub mod roles;
pub mod samples;
pub mod search;
pub mod second_factors;
pub mod security_alerts;
pub mod sessions;
pub mod settings;
pub mod statuses;
pub mod team_members;
pub mod teams;
pub mod terms_of_service;
#[cfg(feature = "testing")]
pub mod testing;
pub mod threads;
pub mod usage;
pub mod users;
pub mod webhooks;

pub use database::{Database, PendingCommit, Reader};
#[cfg(feature = "simulation")]
pub use engine::server::simulated as simulation;
pub use engine::{DatabaseLoad, DatabaseSize, LogHold, PoolLoad};
pub use granted::{Granted, Read, Server, Unchecked, Write};
pub use migrate::{STEPS, Step};
pub use observer::DatabaseMetrics;
pub use options::OpenOptions;
pub use row::{Column, DecodeError, FromRow, Row};
pub use sql::{MAX_IN_LIST, Set, Sql, in_list, in_values, like_escape, value_rows};
pub use statement::{Batch, MAX_STATEMENTS, Statement};
pub use upgrade::{RELEASES, SnapshotReport, release_of_step};
pub use url::{DatabaseUrl, Dialect};
pub use value::Value;
