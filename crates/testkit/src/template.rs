//! The data of a server that was set up once, from which any number of servers start.

use std::path::Path;
use std::sync::Arc;

use guildhall::config::Config;
use guildhall_model::{Clock as _, Millis};
use tempfile::TempDir;

use crate::{TestServer, TickingClock};

/// The folder of a server that was stopped.
pub struct ServerTemplate {
    config: Config,
    folder: TempDir,
    stopped_at: Millis,
}

impl TestServer {
    /// Stops the server, which must have [started on disk](Self::start_on_disk).
    pub async fn into_template(self) -> ServerTemplate {
        let stopped_at = self.clock.now();
        let (_, config, folder, _) = self.stop().await;
        ServerTemplate { config, folder, stopped_at }
    }

    /// A server with a copy of the data. Its users are [reconnected](Self::reconnect).
    pub async fn start_from(template: &ServerTemplate) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        copy(template.folder.path(), folder.path()).expect("a copy of the data");
        let mut config = template.config.clone();
        config.startup.server.data_dir = folder.path().to_owned();
        Self::open(config, Arc::new(TickingClock::starting_at(template.stopped_at)), folder).await
    }
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            std::fs::create_dir(&target)?;
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), &target)?;
        }
    }
    Ok(())
}
