//! `guildhall config check|show|reference`.

use guildhall_model::settings::{Settings, Startup};

use crate::config::Config;
use crate::{reference, wiring};

pub async fn check(config: &Config) -> Result<(), String> {
    let db = wiring::open_database(config).await?;
    db.ping().await.map_err(|error| wiring::error_message("The database does not answer", &error))?;
    db.close().await;
    println!("The configuration is good.");
    Ok(())
}

pub fn show(config: &Config) -> Result<(), String> {
    #[derive(serde::Serialize)]
    struct Output {
        #[serde(flatten)]
        startup: Startup,
        #[serde(flatten)]
        settings: Settings,
    }
    let mut startup = config.startup.clone();
    startup.database.url = config.database_url();
    let output = Output { startup: startup.masked(), settings: config.settings.masked() };
    println!("{}", serde_json::to_string_pretty(&output).map_err(|error| error.to_string())?);
    Ok(())
}

/// Prints a configuration file of all defaults, with a description of each setting.
pub fn reference() {
    print!("{}", reference::toml());
}
