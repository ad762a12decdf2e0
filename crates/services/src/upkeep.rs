//! What the server does by itself: once before it serves, and every so often after.

use guildhall_model::Result;

use crate::Services;
use crate::files::SweepLimits;

impl Services {
    /// To be called once the schema is up to date and before anybody is served.
    pub async fn prepare(&self) -> Result<()> {
        self.system().load_settings().await?;
        self.roles().seed_roles().await?;
        self.statuses().reset_statuses().await?;
        self.roles().load_roles().await
    }

    /// To be called every half a minute or so, and once more before the end.
    pub async fn sweep(&self) -> Result<()> {
        self.statuses().sweep_statuses().await?;
        self.sessions().sweep_sessions().await?;
        self.files().sweep_files(SweepLimits::default()).await.map(|_| ())
    }
}
