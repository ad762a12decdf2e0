//! What people can do: a folder a noun, a file a use case. Each is a method of its noun's handle
//! (`services.posts().create_post(..)`), called alike by REST, WebSocket actions, slash commands, webhooks, jobs and the
//! command line; only the actor differs.

#[macro_use]
mod noun;

pub mod access;
pub mod audits;
pub mod bots;
pub mod categories;
pub mod channels;
pub mod commands;
mod consumers;
mod core;
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

use std::ops::Deref;
use std::sync::Arc;

use guildhall_model::ports::{BlobStore, Images, OutgoingHttp, PasswordHasher, SecretSource};
use guildhall_model::settings::Settings;
use guildhall_model::{Clock, IdSource};
use guildhall_storage::Database;
use parking_lot::RwLock;

/// Gives a use case's future a place of its own on the heap, so that it is compiled here once instead of into each caller.
pub(crate) use async_recursion::async_recursion as boxed;

use access::Access;
pub use core::Core;

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

/// Every use case, by its noun: `services.posts()`, `services.channels()`.
pub struct Services {
    core: Core,
    states: States,
}

/// What the nouns remember while the server runs; only the noun's own folder can look inside.
struct States {
    commands: commands::State,
    files: files::State,
    sessions: sessions::State,
    statuses: statuses::State,
    system: system::State,
    webhooks: webhooks::State,
}

impl Services {
    pub fn new(parts: Parts) -> Self {
        let states = States {
            commands: commands::State::default(),
            files: files::State::default(),
            sessions: sessions::State::default(),
            statuses: statuses::State::default(),
            system: system::State::new(parts.settings.clone()),
            webhooks: webhooks::State::default(),
        };
        let core = Core {
            access: Access::new(parts.db),
            clock: parts.clock,
            ids: parts.ids,
            secrets: parts.secrets,
            hasher: parts.hasher,
            blobs: parts.blobs,
            images: parts.images,
            outgoing: parts.outgoing,
            fixed_settings: parts.fixed_settings,
            settings: RwLock::new(Arc::new(parts.settings)),
        };
        Self { core, states }
    }
}

impl Deref for Services {
    type Target = Core;
    fn deref(&self) -> &Core {
        &self.core
    }
}
