//! `guildhall health`: whether the running server can serve. Health checks of containers call it, which have no other client.

use crate::config::Config;
use crate::local_api::LocalApi;

/// Database and files are examined, too.
const PATH: &str = "/system/ping?get_server_status=true";

pub async fn run(config: &Config) -> Result<(), String> {
    LocalApi::call_running_server(config, PATH).await?;
    println!("The server is healthy.");
    Ok(())
}
