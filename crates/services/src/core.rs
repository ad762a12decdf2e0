//! The dependencies of every use case: access to the database, the clock, ids, and the ports to external systems.

use std::path::PathBuf;
use std::sync::Arc;

use bytes::Bytes;
use guildhall_model::id::{NodeId, RequestId};
use guildhall_model::ports::{
    BackupDrill, BackupStore, BlobKey, BlobStore, BreachedPasswords, ContinuousBackup, Examiner, Images, Machine, Mailer, OutgoingHttp,
    PasskeyVerifier, PasswordHasher, RecentLog, SecretSource, SyslogSender, stream_from_bytes,
};
use guildhall_model::settings::Settings;
use guildhall_model::{Clock, Events, IdSource, Millis, Result};
use guildhall_storage::blobs;
use parking_lot::RwLock;

use crate::access::Access;
use crate::monitoring::Counters;

pub struct Core {
    pub access: Access,
    /// This process among all that work on the database.
    pub(crate) node: NodeId,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<dyn IdSource>,
    pub(crate) secrets: Arc<dyn SecretSource>,
    pub(crate) hasher: Arc<dyn PasswordHasher>,
    pub(crate) breached_passwords: Arc<dyn BreachedPasswords>,
    pub(crate) passkey_verifier: Arc<dyn PasskeyVerifier>,
    pub(crate) blobs: Arc<dyn BlobStore>,
    pub(crate) backup_store: Arc<dyn BackupStore>,
    pub(crate) backup_drill: Arc<dyn BackupDrill>,
    pub(crate) continuous_backup: Arc<dyn ContinuousBackup>,
    pub(crate) images: Arc<dyn Images>,
    pub(crate) outgoing: Arc<dyn OutgoingHttp>,
    pub(crate) mailer: Arc<dyn Mailer>,
    pub(crate) syslog: Arc<dyn SyslogSender>,
    pub(crate) examiner: Arc<dyn Examiner>,
    pub(crate) recent_log: Arc<dyn RecentLog>,
    pub(crate) fixed_settings: Vec<String>,
    pub(crate) machine: Arc<dyn Machine>,
    pub(crate) data_folder: PathBuf,
    pub(crate) started_at: Millis,
    /// What the use cases count.
    pub counters: Counters,
    pub(crate) settings: RwLock<Arc<Settings>>,
}

impl Core {
    /// A snapshot of the settings, which can change at any time.
    pub fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.settings.read())
    }

    pub fn now(&self) -> Millis {
        self.clock.now()
    }

    /// Replaces the settings for all use cases.
    pub(crate) fn set_settings(&self, settings: Arc<Settings>) {
        *self.settings.write() = settings;
    }

    /// The current time, but at least 1 ms after `before`: clients keep the newer of two versions.
    pub(crate) fn now_after(&self, before: Millis) -> Millis {
        self.now().max(before.plus_ms(1))
    }

    pub fn new_request_id(&self) -> RequestId {
        self.ids.next()
    }

    /// Stores a picture for a row that is written next. It is released to the sweep at once, which keeps it once a row
    /// references it: if that row cannot be written, the picture does not stay for ever.
    pub(crate) async fn put_picture(&self, bytes: Bytes) -> Result<BlobKey> {
        let size_bytes = bytes.len() as u64;
        let key = self.blobs.put(stream_from_bytes(bytes), size_bytes).await?.key;
        let grant = self.access.system("a blob without a row is released to the sweep");
        let mut write = self.access.write(&grant, "blobs.release");
        write.push(blobs::release(&key.to_string(), self.clock.now()));
        write.commit(Events::none("no row references the blob yet")).await?;
        Ok(key)
    }
}
