//! What every use case stands on: the door to the database, the clock, ids, and the ports to the outside world.

use std::sync::Arc;

use guildhall_model::id::RequestId;
use guildhall_model::ports::{BlobStore, Images, OutgoingHttp, PasswordHasher, SecretSource};
use guildhall_model::settings::Settings;
use guildhall_model::{Clock, IdSource, Millis};
use parking_lot::RwLock;

use crate::access::Access;

pub struct Core {
    pub access: Access,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
    pub(crate) secrets: Arc<dyn SecretSource>,
    pub(crate) hasher: Arc<dyn PasswordHasher>,
    pub(crate) blobs: Arc<dyn BlobStore>,
    pub(crate) images: Arc<dyn Images>,
    pub(crate) outgoing: Arc<dyn OutgoingHttp>,
    pub(crate) fixed_settings: Vec<String>,
    pub(crate) settings: RwLock<Arc<Settings>>,
}

impl Core {
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

    /// Now, and later than `before`: clients keep the newer of two versions.
    pub(crate) fn later_than(&self, before: Millis) -> Millis {
        self.now().max(before.plus_ms(1))
    }

    pub fn new_request_id(&self) -> RequestId {
        self.ids.next()
    }
}
