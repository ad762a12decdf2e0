//! How this server reaches the targets of backups, and the programs that are run before a backup and after a restore.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use guildhall_adapters::outgoing::{GuardedHttp, SystemResolver};
use guildhall_backup::storage::HttpFactory;
use guildhall_backup::{Connector, Hook};
use guildhall_model::AddressList;
use guildhall_model::ports::OutgoingHttp;

use crate::config::Config;

pub fn connector(config: &Config) -> Connector {
    // A client for the host of each target alone, so that it may be at a private address without others being so.
    let http: HttpFactory = Arc::new(|host| {
        let allowed = host.parse::<AddressList>().map_err(|error| error.to_string())?;
        let http = GuardedHttp::new(allowed, Arc::new(SystemResolver)).map_err(|error| error.to_string())?;
        Ok(Arc::new(http) as Arc<dyn OutgoingHttp>)
    });
    let ssh_config = &config.startup.backups.ssh_config;
    Connector::new(http, (!ssh_config.as_os_str().is_empty()).then(|| ssh_config.clone()))
}

pub fn before_hook(config: &Config) -> Option<Hook> {
    hook(config, "backups.before_hook", &config.startup.backups.before_hook)
}

pub fn after_restore_hook(config: &Config) -> Option<Hook> {
    hook(config, "backups.after_restore_hook", &config.startup.backups.after_restore_hook)
}

fn hook(config: &Config, setting: &'static str, program: &Path) -> Option<Hook> {
    let minutes = u64::from(config.startup.backups.hook_minutes_max);
    Hook::new(setting, program.to_owned(), Duration::from_secs(minutes * 60))
}
