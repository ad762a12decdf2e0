//! The use cases: a folder for each noun, a file for each use case. Each is a method of its noun's handle
//! (`services.posts().create_post(..)`) and is called the same way by REST, WebSocket actions, slash commands, webhooks,
//! jobs and the command line; only the actor differs.

#[macro_use]
mod noun;

pub mod access;
pub mod actions;
pub mod audits;
mod backoff;
pub mod backups;
pub mod bots;
pub mod brand;
mod cache;
pub mod categories;
pub mod channel_bookmarks;
pub mod channels;
pub mod commands;
mod consumers;
mod core;
pub mod data_exports;
pub mod database;
pub mod deliveries;
pub mod drafts;
pub mod emoji;
pub mod erasure;
pub mod files;
pub mod findings;
pub mod groups;
pub mod guest_links;
pub mod image_proxy;
pub mod integration_calls;
pub mod invitations;
pub mod jobs;
pub mod limits;
pub mod mail;
pub mod mcp;
pub mod monitoring;
pub mod notifications;
pub mod oauth;
pub mod passkeys;
mod passwords;
pub mod posts;
pub mod preferences;
pub mod profile_attributes;
pub mod projects;
pub mod reactions;
mod retry;
pub mod roles;
pub mod scheduled_posts;
pub mod schemes;
pub mod search;
pub mod second_factors;
pub mod security_alerts;
pub mod sessions;
mod startup;
pub mod statuses;
pub mod system;
pub mod teams;
pub mod terms_of_service;
pub mod threads;
mod token_key;
pub mod users;
pub mod webhooks;
mod window_counts;
mod worker;

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::{Arc, Weak};

use guildhall_model::id::NodeId;
use guildhall_model::ports::{
    BackupDrill, BackupStore, BlobStore, BreachedPasswords, ContinuousBackup, Examiner, Images, Machine, Mailer, OutgoingHttp,
    PasskeyVerifier, PasswordHasher, RecentLog, SecretSource, SyslogSender,
};
use guildhall_model::settings::Settings;
use guildhall_model::{Clock, IdSource};
use guildhall_storage::Database;
use parking_lot::RwLock;

/// Boxes the future of a use case, so that it is compiled once in this crate instead of into each caller.
pub(crate) use async_recursion::async_recursion as boxed;

use access::Access;
pub use core::Core;
pub use worker::Workers;

/// The dependencies of the use cases: wired once, in the binary and in the testkit.
pub struct Parts {
    pub db: Database,
    pub settings: Settings,
    /// Settings that the file or the environment fixes, as `section.name`.
    pub fixed_settings: Vec<String>,
    /// Identifies this process among all nodes on the same database; the same after a restart.
    pub node: NodeId,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn IdSource>,
    pub secrets: Arc<dyn SecretSource>,
    pub hasher: Arc<dyn PasswordHasher>,
    pub breached_passwords: Arc<dyn BreachedPasswords>,
    pub passkey_verifier: Arc<dyn PasskeyVerifier>,
    pub blobs: Arc<dyn BlobStore>,
    pub backup_store: Arc<dyn BackupStore>,
    pub backup_drill: Arc<dyn BackupDrill>,
    pub continuous_backup: Arc<dyn ContinuousBackup>,
    pub images: Arc<dyn Images>,
    pub outgoing: Arc<dyn OutgoingHttp>,
    pub mailer: Arc<dyn Mailer>,
    pub syslog: Arc<dyn SyslogSender>,
    pub machine: Arc<dyn Machine>,
    /// Its disk is watched.
    pub data_folder: PathBuf,
    pub examiner: Arc<dyn Examiner>,
    pub recent_log: Arc<dyn RecentLog>,
}

/// Every use case, by its noun: `services.posts()`, `services.channels()`.
pub struct Services {
    core: Core,
    states: States,
}

/// In-memory state of the nouns; private to the folder of each noun.
struct States {
    audits: audits::State,
    commands: commands::State,
    database: database::State,
    deliveries: deliveries::State,
    files: files::State,
    findings: findings::State,
    image_proxy: image_proxy::State,
    invitations: invitations::State,
    jobs: jobs::State,
    limits: limits::State,
    mail: mail::State,
    mcp: mcp::State,
    monitoring: monitoring::State,
    posts: posts::State,
    security_alerts: security_alerts::State,
    sessions: sessions::State,
    statuses: statuses::State,
    system: system::State,
    webhooks: webhooks::State,
}

impl Services {
    pub fn new(parts: Parts) -> Arc<Self> {
        let states = States {
            audits: audits::State::default(),
            commands: commands::State::default(),
            database: database::State::default(),
            deliveries: deliveries::State::default(),
            files: files::State::default(),
            findings: findings::State::default(),
            image_proxy: image_proxy::State::default(),
            invitations: invitations::State::default(),
            jobs: jobs::State::default(),
            limits: limits::State::default(),
            mail: mail::State::default(),
            mcp: mcp::State::default(),
            monitoring: monitoring::State::default(),
            posts: posts::State::default(),
            security_alerts: security_alerts::State::default(),
            sessions: sessions::State::default(),
            statuses: statuses::State::default(),
            system: system::State::new(parts.settings.clone()),
            webhooks: webhooks::State::default(),
        };
        let started_at = parts.clock.now();
        Arc::new_cyclic(|services| {
            let core = Core {
                access: Access::new(parts.db, Arc::clone(&parts.clock), Arc::clone(&parts.ids), Weak::clone(services)),
                node: parts.node,
                clock: parts.clock,
                ids: parts.ids,
                secrets: parts.secrets,
                hasher: parts.hasher,
                breached_passwords: parts.breached_passwords,
                passkey_verifier: parts.passkey_verifier,
                blobs: parts.blobs,
                backup_store: parts.backup_store,
                backup_drill: parts.backup_drill,
                continuous_backup: parts.continuous_backup,
                images: parts.images,
                outgoing: parts.outgoing,
                mailer: parts.mailer,
                syslog: parts.syslog,
                machine: parts.machine,
                data_folder: parts.data_folder,
                started_at,
                counters: monitoring::Counters::default(),
                examiner: parts.examiner,
                recent_log: parts.recent_log,
                fixed_settings: parts.fixed_settings,
                settings: RwLock::new(Arc::new(parts.settings.with_site_url_of_domain())),
            };
            Self { core, states }
        })
    }
}

impl Deref for Services {
    type Target = Core;
    fn deref(&self) -> &Core {
        &self.core
    }
}
