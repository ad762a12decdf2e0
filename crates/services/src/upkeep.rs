//! What the use cases do once before anybody is served.

use guildhall_model::Result;

use crate::Services;

impl Services {
    /// To be called once the schema is up to date and before anything else.
    pub async fn prepare(&self) -> Result<()> {
        self.system().load_settings().await?;
        self.roles().seed_roles().await?;
        self.roles().load_roles().await
    }
}
