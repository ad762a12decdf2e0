//! `guildhall backup target ...`: the places that backups are made to. Each verb is an operation of the API.

use std::path::PathBuf;

use clap::Subcommand;
use guildhall_adapters::tokens::OsSecrets;
use guildhall_model::ports::SecretSource as _;
use http::Method;
use serde_json::{Value, json};

use super::access::{BucketKeys, format_time, password};
use super::resume;
use crate::config::Config;
use crate::local_api::LocalApi;

#[derive(Debug, Subcommand)]
pub enum Target {
    /// Add a target; its repository is created where there is none
    Add {
        /// For example usb-disk
        name: String,
        /// The address of the repository: /mnt/backup, sftp:user@host:/folder or s3:https://host/bucket/folder
        location: String,
        /// A file with the password of the repository; without it, GUILDHALL_BACKUP_PASSWORD, or a new password that is printed
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
        #[command(flatten)]
        bucket_keys: BucketKeys,
        /// Hours between two backups; 0 for none but those that are asked for
        #[arg(long, default_value_t = 24)]
        interval_hours: u32,
        /// Bytes of data that a backup, check or restore of this target moves in a second; 0 for no limit
        #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(i64).range(0..))]
        bytes_per_second: i64,
        /// Also send what changes in the database there within seconds (built-in database only)
        #[arg(long)]
        continuous: bool,
    },
    /// Change a target
    Change {
        name: String,
        /// Whether what changes in the database is sent there within seconds (built-in database only)
        #[arg(long, action = clap::ArgAction::Set)]
        continuous: bool,
    },
    /// List the targets, and what has happened there
    List,
    /// Forget a target; the backups that are there stay
    Remove { name: String },
}

pub async fn run(config: Config, verb: Target) -> Result<(), String> {
    LocalApi::with(config, async |api| perform(api, verb).await).await
}

async fn perform(api: &mut LocalApi, verb: Target) -> Result<(), String> {
    match verb {
        Target::Add { name, location, password_file, bucket_keys, interval_hours, bytes_per_second, continuous } => {
            let is_new = password_file.is_none() && std::env::var_os("GUILDHALL_BACKUP_PASSWORD").is_none();
            let password = if is_new { OsSecrets.generate_token() } else { password(password_file.as_deref())? };
            let (access_key, secret_key) = bucket_keys.read(&location)?;
            let new = json!({
                "name": name, "location": location, "password": password.expose(), "access_key": access_key,
                "secret_key": secret_key.expose(), "interval_hours": interval_hours, "bytes_per_second": bytes_per_second, "is_continuous": continuous,
            });
            api.call(Method::POST, "/backups/targets", Some(new)).await?;
            println!("Backups can be made to {name}, at {location}.");
            if is_new {
                println!("The password of its repository is {}", password.expose());
                println!("Keep it where this machine is not: without it, nobody can read these backups, you neither.");
            }
        }
        Target::Change { name, continuous } => {
            let id = find(api, Some(name.clone())).await?;
            api.call(Method::PUT, &format!("/backups/targets/{id}"), Some(json!({"is_continuous": continuous}))).await?;
            println!("Changes are {} sent to {name} within seconds.", if continuous { "now" } else { "not" });
        }
        Target::List => {
            let targets = api.call(Method::GET, "/backups/targets", None).await?;
            targets.as_array().into_iter().flatten().for_each(|target| println!("{}", line(target)));
            if let Some(line) = resume::line(api).await? {
                println!("{line}");
            }
        }
        Target::Remove { name } => {
            let id = find(api, Some(name.clone())).await?;
            api.call(Method::DELETE, &format!("/backups/targets/{id}"), None).await?;
            println!("{name} is no target any more. The backups that are there stay.");
        }
    }
    Ok(())
}

/// The id of the target with this name, or of the only one.
pub async fn find(api: &mut LocalApi, name: Option<String>) -> Result<String, String> {
    let targets = api.call(Method::GET, "/backups/targets", None).await?;
    let targets = targets.as_array().cloned().unwrap_or_default();
    let id = |target: &Value| target["id"].as_str().unwrap_or_default().to_owned();
    match (name, targets.as_slice()) {
        (_, []) => Err("There is no backup target yet. Add one: guildhall backup target add NAME LOCATION.".to_owned()),
        (None, [target]) => Ok(id(target)),
        (None, _) => Err("There are several backup targets: name one of those that guildhall backup target list shows.".to_owned()),
        (Some(name), targets) => {
            let target = targets.iter().find(|target| target["name"] == json!(name));
            target.map(id).ok_or_else(|| format!("There is no backup target {name}."))
        }
    }
}

/// How far the continuous backup is; `None` if the target has none.
pub fn continuous_line(target: &Value) -> Option<String> {
    let error = match target["continuous_error"].as_str() {
        None | Some("") => String::new(),
        Some(error) => format!(", the last attempt failed: {error}"),
    };
    let reached = match target["continuous_reached_at"].as_i64() {
        None | Some(0) => "is not complete yet".to_owned(),
        Some(at) => format!("has everything until {}", format_time(at)),
    };
    (target["is_continuous"] == json!(true)).then(|| format!("The continuous backup {reached}{error}"))
}

fn line(target: &Value) -> String {
    let text = |name: &str| target[name].as_str().unwrap_or_default().to_owned();
    let time = |name: &str| match target[name].as_i64() {
        None | Some(0) => "never".to_owned(),
        Some(at) => format_time(at),
    };
    let failure = match text("last_error") {
        error if error.is_empty() => String::new(),
        error => format!(", the last attempt failed: {error}"),
    };
    format!(
        "{} {} every {} h, last backup {}, last check {}, last drill {}{failure}",
        text("name"),
        text("location"),
        target["interval_hours"],
        time("last_success_at"),
        time("last_check_at"),
        time("last_drill_at"),
    )
}
