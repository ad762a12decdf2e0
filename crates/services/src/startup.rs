//! Loading of settings, roles and limits at startup, before the first request.

use guildhall_model::Result;

use crate::Services;

impl Services {
    /// To be called after the migrations and before any other use case.
    pub async fn prepare(&self) -> Result<()> {
        self.system().load_settings().await?;
        self.second_factors().record_requirement_at_start().await?;
        self.roles().seed_roles().await?;
        self.roles().load_roles().await?;
        self.limits().load_limits().await
    }
}
