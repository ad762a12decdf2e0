//! What the server does by itself: once before it serves, and every so often after.

use guildhall_model::Result;

use crate::Services;
use crate::files::SweepLimits;

impl Services {
    /// To be called once the schema is up to date and before anybody is served.
    pub async fn prepare(&self) -> Result<()> {
        self.load_settings().await?;
        self.seed_roles().await?;
        self.reset_statuses().await?;
        self.load_roles().await
    }

    /// To be called every half a minute or so, and once more before the end.
    pub async fn sweep(&self) -> Result<()> {
        self.sweep_statuses().await?;
        self.sweep_sessions().await?;
        self.sweep_files(SweepLimits::default()).await.map(|_| ())
    }
}
