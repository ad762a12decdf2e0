//! Health check: whether the database and the blob store respond.

use guildhall_model::ports::BlobKey;

use crate::boxed;
use crate::system::System;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    pub database: bool,
    pub files: bool,
}

impl Health {
    pub const fn is_healthy(self) -> bool {
        self.database && self.files
    }
}

impl System<'_> {
    #[boxed]
    pub async fn health(&self) -> Health {
        let grant = self.access.system("a ping reads no data");
        let absent_key = BlobKey::from_sha256([0; 32]);
        let (database, files) = tokio::join!(self.access.read(&grant).ping(), self.blobs.exists(&absent_key));
        Health { database: database.is_ok(), files: files.is_ok() }
    }
}
