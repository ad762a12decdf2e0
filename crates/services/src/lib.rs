//! What people can do: a folder a noun, a file a use case. Each is a method of [`Services`], called alike by
//! REST, WebSocket actions, slash commands, webhooks, jobs and the command line; only the actor differs.

pub mod access;
pub mod audits;
pub mod bots;
pub mod categories;
pub mod channels;
pub mod commands;
pub mod emoji;
pub mod files;
pub mod oauth;
pub mod posts;
pub mod preferences;
pub mod reactions;
mod retry;
pub mod roles;
pub mod search;
pub mod sessions;
pub mod statuses;
pub mod system;
pub mod teams;
pub mod threads;
mod upkeep;
pub mod users;
pub mod webhooks;

use std::sync::Arc;

use guildhall_model::id::RequestId;
use guildhall_model::ports::{BlobStore, Images, OutgoingHttp, PasswordHasher, SecretSource};
use guildhall_model::settings::Settings;
use guildhall_model::{Clock, IdSource, Millis};
use guildhall_storage::Database;
use parking_lot::RwLock;

use access::Access;

/// What the use cases stand on: wired once, in the binary and in the testkit.
pub struct Parts {
    pub db: Database,
    pub settings: Settings,
    /// Settings that the file or the environment fixes, as `section.name`.
    pub fixed_settings: Vec<String>,
    pub clock: Arc<dyn Clock>,
    pub ids: Arc<dyn IdSource>,
    pub secrets: Arc<dyn SecretSource>,
    pub hasher: Arc<dyn PasswordHasher>,
    pub blobs: Arc<dyn BlobStore>,
    pub images: Arc<dyn Images>,
    pub outgoing: Arc<dyn OutgoingHttp>,
}

pub struct Services {
    pub access: Access,
    settings: RwLock<Arc<Settings>>,
    pub(crate) fixed_settings: Vec<String>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
    pub(crate) secrets: Arc<dyn SecretSource>,
    pub(crate) hasher: Arc<dyn PasswordHasher>,
    pub(crate) blobs: Arc<dyn BlobStore>,
    pub(crate) images: Arc<dyn Images>,
    pub(crate) outgoing: Arc<dyn OutgoingHttp>,
    pub(crate) files: files::FilesState,
    pub(crate) system: system::SystemState,
    pub(crate) known_tokens: sessions::KnownTokens,
    pub(crate) throttle: sessions::Throttle,
    pub(crate) later_answers: commands::LaterAnswers,
    pub(crate) outgoing_webhooks: webhooks::OutgoingState,
    pub(crate) presence: statuses::PresenceTable,
    pub(crate) roles_loading: tokio::sync::Mutex<()>,
}

impl Services {
    pub fn new(parts: Parts) -> Self {
        Self {
            access: Access::new(parts.db),
            system: system::SystemState::new(parts.settings.clone()),
            settings: RwLock::new(Arc::new(parts.settings)),
            fixed_settings: parts.fixed_settings,
            clock: parts.clock,
            ids: parts.ids,
            secrets: parts.secrets,
            hasher: parts.hasher,
            blobs: parts.blobs,
            images: parts.images,
            outgoing: parts.outgoing,
            files: files::FilesState::default(),
            known_tokens: sessions::KnownTokens::default(),
            throttle: sessions::Throttle::default(),
            later_answers: commands::LaterAnswers::default(),
            outgoing_webhooks: webhooks::OutgoingState::default(),
            presence: statuses::PresenceTable::default(),
            roles_loading: tokio::sync::Mutex::default(),
        }
    }

    /// The settings as they are now; they can change at any time.
    pub fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings.read())
    }

    pub fn now(&self) -> Millis {
        self.clock.now()
    }

    /// What every use case reads from now on.
    pub(crate) fn set_settings(&self, settings: Settings) {
        *self.settings.write() = Arc::new(settings);
    }

    pub fn new_request_id(&self) -> RequestId {
        self.ids.next()
    }
}
