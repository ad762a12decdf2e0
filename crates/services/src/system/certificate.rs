//! The record of who had the certificate renewed: the renewal itself is the server's.

use guildhall_model::{Actor, Events, Permission, Result};

use crate::boxed;
use crate::system::System;

impl System<'_> {
    #[boxed]
    pub async fn record_certificate_renewal(&self, actor: &Actor) -> Result<()> {
        let grant = self.access.system_permission(actor, Permission::SysconsoleWriteEnvironmentWebServer)?;
        self.access.write(&grant, "system.renew_certificate").commit(Events::none("clients read the state on request")).await
    }
}
