//! `guildhall backup resume`: a restored server makes backups again.

use http::Method;

use super::access::format_time;
use crate::config::Config;
use crate::local_api::LocalApi;

/// What a restored server says until backups are resumed.
pub const HINT: &str = "Backups of this server are paused: the server that it was restored from may still write to the same targets.\n\
                        If this server goes on in its place, run: guildhall backup resume";

pub async fn run(config: Config) -> Result<(), String> {
    LocalApi::with(config, async |api| {
        if line(api).await?.is_none() {
            println!("Backups are not paused.");
            return Ok(());
        }
        api.call(Method::DELETE, "/backups/pause", None).await?;
        let targets = api.call(Method::GET, "/backups/targets", None).await?;
        let names: Vec<&str> = targets.as_array().into_iter().flatten().filter_map(|target| target["name"].as_str()).collect();
        println!("Backups are made again, to {}.", names.join(", "));
        Ok(())
    })
    .await
}

/// A line for lists; `None` if backups are not paused.
pub async fn line(api: &mut LocalApi) -> Result<Option<String>, String> {
    let pause = api.call(Method::GET, "/backups/pause", None).await?;
    let at = format_time(pause["restored_at"].as_i64().unwrap_or_default());
    Ok((pause["is_paused"] == true).then(|| format!("Backups are paused since the restore of {at}; guildhall backup resume ends that.")))
}
