//! `guildhall backup create|list|verify`: operations with a target, which the server's jobs perform.

use std::io::{self, IsTerminal as _};
use std::time::Duration;

use http::Method;
use serde_json::{Value, json};

use super::access::{format_bytes, format_time};
use super::target;
use crate::config::Config;
use crate::local_api::LocalApi;

/// How often a job is looked at.
const POLL_INTERVAL: Duration = Duration::from_millis(500);

pub async fn create(config: Config, target: Option<String>) -> Result<(), String> {
    LocalApi::with(config, async |api| {
        let id = target::find(api, target).await?;
        let job = perform(api, &format!("/backups/targets/{id}/backups"), json!({})).await?;
        let number = |name: &str| job["data"][name].as_str().and_then(|number| number.parse::<u64>().ok()).unwrap_or_default();
        let snapshot: String = job["data"]["snapshot"].as_str().unwrap_or_default().chars().take(10).collect();
        let (bytes, added) = (format_bytes(number("bytes")), format_bytes(number("bytes_added")));
        println!("Backup {snapshot}: {} files, {bytes}, of which {added} are new.", number("files"));
        if number("missing_files") > 0 {
            println!("{} files of messages are not on the disk of this server, and so not in the backup.", number("missing_files"));
        }
        Ok(())
    })
    .await
}

pub async fn list(config: Config, target: Option<String>) -> Result<(), String> {
    LocalApi::with(config, async |api| {
        let id = target::find(api, target).await?;
        let backups = api.call(Method::GET, &format!("/backups/targets/{id}/backups"), None).await?;
        for backup in backups.as_array().into_iter().flatten() {
            let snapshot: String = backup["snapshot"].as_str().unwrap_or_default().chars().take(10).collect();
            let (at, bytes) = (format_time(backup["create_at"].as_i64().unwrap_or_default()), backup["bytes"].as_u64().unwrap_or_default());
            println!("{snapshot} {at} {} files, {}", backup["files"], format_bytes(bytes));
        }
        let targets = api.call(Method::GET, "/backups/targets", None).await?;
        let target = targets.as_array().into_iter().flatten().find(|target| target["id"] == json!(id));
        if let Some(line) = target.and_then(target::continuous_line) {
            println!("{line}");
        }
        Ok(())
    })
    .await
}

pub async fn verify(config: Config, target: Option<String>, percent: u8) -> Result<(), String> {
    LocalApi::with(config, async |api| {
        let id = target::find(api, target).await?;
        perform(api, &format!("/backups/targets/{id}/check"), json!({"percent": percent})).await?;
        println!("The backups are whole ({percent} % of the data was read).");
        Ok(())
    })
    .await
}

/// Creates the job, shows its progress, and waits for its end.
async fn perform(api: &mut LocalApi, path: &str, body: Value) -> Result<Value, String> {
    let mut job = api.call(Method::POST, path, Some(body)).await?;
    let id = job["id"].as_str().unwrap_or_default().to_owned();
    loop {
        api.run_due_jobs().await?;
        job = api.call(Method::GET, &format!("/jobs/{id}"), None).await?;
        match job["status"].as_str().unwrap_or_default() {
            "success" => break,
            "error" | "canceled" => {
                clear_progress();
                return Err(sentence(job["data"]["error"].as_str().unwrap_or("It was canceled.")).to_owned());
            }
            // An attempt has failed; the server tries again later, and a person should know now.
            "pending" if job["data"]["error"].is_string() => {
                clear_progress();
                let error = sentence(job["data"]["error"].as_str().unwrap_or_default());
                return Err(format!("{error} The server will try again; guildhall job list shows it."));
            }
            _ if io::stderr().is_terminal() => eprint!("\r\x1b[K{} %", job["progress"]),
            _ => {}
        }
        tokio::time::sleep(POLL_INTERVAL).await;
    }
    clear_progress();
    Ok(job)
}

fn clear_progress() {
    if io::stderr().is_terminal() {
        eprint!("\r\x1b[K");
    }
}

/// An error of a job without its id, which is for programs.
fn sentence(error: &str) -> &str {
    match error.split_once(": ") {
        Some((id, sentence)) if id.ends_with(".app_error") => sentence,
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_sentences() {
        assert_eq!(sentence("app.backups.failed.app_error: s3:x has no space left."), "s3:x has no space left.");
        assert_eq!(sentence("It failed: x"), "It failed: x");
    }
}
