//! What the command line tells the checks: it works beside a running server, while it is stopped, and before its first start,
//! and creates nothing.

use std::path::Path;
use std::time::Duration;

use guildhall_model::disk_forecast::DiskForecast;
use guildhall_model::finding::{DatabaseFacts, DatabaseState, Facts, MailFacts, ProcessState, SchemaState};
use guildhall_model::sample::{COARSE_INTERVAL_MS, COARSE_RETENTION_MS};
use guildhall_model::settings::Settings;
use guildhall_model::time::SystemClock;
use guildhall_model::{Clock, Error, Result};
use guildhall_storage::{Database, DatabaseUrl, Server, backup_pause, backup_targets, diagnosis, findings, samples, settings};
use guildhall_wire::proxy::UntrustedProxy;
use guildhall_wire::tls::TlsStatus;

use super::examiner::base_facts;
use crate::config::Config;
use crate::data_folder::{self, DataFolder, Purpose};
use crate::local_api::{self, LocalApi};
use crate::wiring;

/// How long the server may take to answer at its local socket.
const SOCKET_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the database may take.
const DATABASE_TIMEOUT: Duration = Duration::from_secs(15);
/// A person waits; a larger file is checked by the server once a day.
const STRUCTURE_TIMEOUT: Duration = Duration::from_secs(60);
const DAY_MS: i64 = 24 * 60 * 60 * 1000;
/// Keys of the table of settings.
const SERVER_ID: &str = "server_id";
const CHANGES: &str = "settings";

pub struct Collected {
    pub facts: Facts,
    /// The ids that administrators have muted.
    pub muted: Vec<String>,
    /// Open, if it could be opened.
    pub database: Option<Database>,
}

/// The error is one sentence.
pub async fn collect(config: &Config) -> Result<Collected, String> {
    let folder = &config.startup.server.data_dir;
    let process = process_state(folder).await?;
    let mut facts = base_facts(config, process);
    if matches!(process, ProcessState::Running { .. }) {
        ask_server(config, &mut facts).await;
    }
    let mut collected = Collected { muted: Vec::new(), database: None, facts: facts.clone() };
    if let Some(file) = &facts.database_file
        && matches!(file.try_exists(), Ok(false))
    {
        return Ok(collected);
    }
    match tokio::time::timeout(DATABASE_TIMEOUT, open(config)).await {
        Ok(Ok(opened)) => {
            let Opened { database, mut database_facts, muted, stored } = opened;
            if database_facts.schema == SchemaState::Current {
                facts.disk_forecast = disk_forecast(&database, folder).await;
            }
            apply_stored(&mut facts, &mut database_facts, config, stored.as_deref());
            database_facts.structure = structure(&database).await;
            facts.database = DatabaseState::Reached(Box::new(database_facts));
            collected = Collected { facts, muted, database: Some(database) };
        }
        Ok(Err(reason)) => collected.facts.database = DatabaseState::Unreachable(reason),
        Err(_elapsed) => {
            let seconds = DATABASE_TIMEOUT.as_secs();
            collected.facts.database = DatabaseState::Unreachable(format!("no answer within {seconds} seconds"));
        }
    }
    Ok(collected)
}

async fn process_state(folder: &Path) -> Result<ProcessState, String> {
    let holder = DataFolder::holder(folder).map_err(|error| {
        format!("The data folder {} cannot be looked at: {error}. Run it as root, or as the server's user.", folder.display())
    })?;
    Ok(match holder {
        Some(holder) if holder.purpose == Purpose::Server => match holder.process {
            Some(process) if local_api::answers(folder, SOCKET_TIMEOUT).await => ProcessState::Running { process },
            process => ProcessState::Unresponsive { process },
        },
        // Another command is short.
        _ => ProcessState::Stopped,
    })
}

/// What only the running server knows. An older one that does not say it is no error.
async fn ask_server(config: &Config, facts: &mut Facts) {
    let tls: Option<TlsStatus> = ask(config, "/system/tls").await;
    facts.tls = tls.map(Into::into);
    let proxies: Option<Vec<UntrustedProxy>> = ask(config, "/system/untrusted_proxies").await;
    facts.untrusted_proxies = proxies.unwrap_or_default().into_iter().map(Into::into).collect();
}

async fn ask<T: serde::de::DeserializeOwned>(config: &Config, path: &str) -> Option<T> {
    let answer = tokio::time::timeout(SOCKET_TIMEOUT, LocalApi::call_running_server(config, path)).await.ok()?.ok()?;
    serde_json::from_value(answer).ok()
}

/// By what this node has measured.
async fn disk_forecast(database: &Database, folder: &Path) -> DiskForecast {
    let Some(node) = data_folder::stored_node_id(folder) else { return DiskForecast::Unknown };
    let since = SystemClock.now().minus_ms(COARSE_RETENTION_MS);
    let samples = samples::of_node(database, database.grant(Server), COARSE_INTERVAL_MS, since, node).await;
    samples.map_or(DiskForecast::Unknown, |samples| DiskForecast::of_samples(&samples))
}

struct Opened {
    database: Database,
    database_facts: DatabaseFacts,
    muted: Vec<String>,
    /// The changes of administrators to the settings, as JSON.
    stored: Option<String>,
}

async fn open(config: &Config) -> Result<Opened, String> {
    let describe = |error: Error| match &error.source {
        Some(source) => source.to_string(),
        None => error.message(),
    };
    DatabaseUrl::parse(&config.database_url()).map_err(describe)?;
    let database = wiring::open_database(config).await?;
    let mut database_facts = DatabaseFacts {
        kind: database.dialect().name(),
        values: diagnosis::values(&database, database.grant(Server)).await.map_err(describe)?,
        read_at: SystemClock.now(),
        ..DatabaseFacts::default()
    };
    database_facts.schema = match database.pending_migrations().await {
        Ok(pending) if pending.is_empty() => SchemaState::Current,
        Ok(pending) => SchemaState::Pending(pending.len()),
        Err(error) => SchemaState::Unusable(error.message()),
    };
    let (mut muted, mut stored) = (Vec::new(), None);
    // Of another schema, only what every version had is read.
    if database_facts.schema == SchemaState::Current {
        let since = database_facts.read_at.minus_ms(DAY_MS);
        database_facts.work = Some(diagnosis::work(&database, database.grant(Server), since).await.map_err(describe)?);
        database_facts.backups = Some(backup_targets::facts(&database, database.grant(Server), &[]).await.map_err(describe)?);
        database_facts.backup_pause = backup_pause::get(&database, database.grant(Server)).await.map_err(describe)?;
        database_facts.server_id = settings::get(&database, database.grant(Server), SERVER_ID).await.map_err(describe)?;
        stored = settings::get(&database, database.grant(Server), CHANGES).await.map_err(describe)?;
        muted = findings::muted(&database, database.grant(Server)).await.map_err(describe)?;
    }
    Ok(Opened { database, database_facts, muted, stored })
}

/// Settings that administrators have changed, unless the file or the environment fixes them.
fn apply_stored(facts: &mut Facts, database_facts: &mut DatabaseFacts, config: &Config, stored: Option<&str>) {
    let changes: serde_json::Map<String, serde_json::Value> = stored.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let mut settings: Settings = config.settings.clone();
    for (path, value) in changes {
        if !config.fixed.contains(&path)
            && let Some(changed) = settings.with_value(&path, value)
        {
            settings = changed;
        }
    }
    if let Some(work) = database_facts.work.as_mut().filter(|_| settings.syslog_server().is_none()) {
        work.audit_export = None;
    }
    facts.mail = MailFacts::of(&settings);
    facts.site_url = settings.site.url;
    facts.free_space_reserve_bytes = settings.files.free_space_reserve_bytes;
    facts.public_addresses = guildhall_model::AddressList::parse_networks(&settings.doctor.public_addresses).unwrap_or_default();
}

async fn structure(database: &Database) -> Option<Vec<String>> {
    match tokio::time::timeout(STRUCTURE_TIMEOUT, diagnosis::structure(database, database.grant(Server))).await {
        Ok(Ok(lines)) => lines,
        Ok(Err(error)) => Some(vec![error.source.as_ref().map_or_else(|| error.message(), ToString::to_string)]),
        Err(_elapsed) => None,
    }
}
