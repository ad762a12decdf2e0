//! Storages in a folder, on an SSH server and in an object storage: one contract, repositories on each, and what goes wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "the helpers of tests are tests")]

mod contract;
mod far;
mod repositories;
mod s3;
#[path = "../support/servers.rs"]
mod servers;
mod sftp;
#[path = "../support/mod.rs"]
mod support;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use guildhall_adapters::outgoing::{GuardedHttp, SystemResolver};
use guildhall_backup::storage::{HttpFactory, Timing};
use guildhall_backup::{Connector, Location, Storage};
use guildhall_model::backup::TargetKeys;
use guildhall_model::ports::{OutgoingHttp, Secret};

/// Short, since the failures of these tests are on purpose; long enough for a busy machine.
const TIMING: Timing = Timing { answer: Duration::from_secs(20), pause: Duration::from_millis(10), repetitions: 3 };

fn keys(access_key: &str, secret_key: &str) -> TargetKeys {
    TargetKeys { password: Secret::new(support::PASSWORD), access_key: access_key.to_owned(), secret_key: Secret::new(secret_key) }
}

fn connector(ssh_config: Option<PathBuf>, timing: Timing) -> Connector {
    let http: HttpFactory = Arc::new(|host| {
        let allowed = host.parse().map_err(|_| "no host".to_owned())?;
        let http = GuardedHttp::new(allowed, Arc::new(SystemResolver)).map_err(|error| error.to_string())?;
        Ok(Arc::new(http) as Arc<dyn OutgoingHttp>)
    });
    Connector { timing, ..Connector::new(http, ssh_config) }
}

fn open(location: &str, keys: &TargetKeys, connector: &Connector) -> Arc<dyn Storage> {
    location.parse::<Location>().unwrap().open(keys, connector).unwrap()
}
