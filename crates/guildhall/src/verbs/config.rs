//! `guildhall config check|show`.

use crate::config::Config;
use crate::wiring;

pub async fn check(config: &Config) -> Result<(), String> {
    config
        .settings
        .limits
        .trusted_proxies
        .parse::<guildhall_api::Networks>()
        .map_err(|part| format!("limits.trusted_proxies names {part:?}, which is neither an address nor a network."))?;
    let db = wiring::open_database(config).await?;
    db.ping().await.map_err(|error| wiring::sentence("The database does not answer", &error))?;
    db.close().await;
    println!("The configuration is good.");
    Ok(())
}

pub fn show(config: &Config) -> Result<(), String> {
    #[derive(serde::Serialize)]
    struct Shown<'a> {
        server: &'a crate::config::Server,
        database: Database,
        #[serde(flatten)]
        settings: &'a guildhall_model::settings::Settings,
    }
    #[derive(serde::Serialize)]
    struct Database {
        url: String,
    }
    let shown =
        Shown { server: &config.server, database: Database { url: without_password(&config.database_url()) }, settings: &config.settings };
    let json = serde_json::to_string_pretty(&shown).map_err(|error| error.to_string())?;
    println!("{json}");
    Ok(())
}

/// A URL that may be printed: what stands between the user's name and the host is starred out.
fn without_password(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let Some((userinfo, host)) = rest.rsplit_once('@') else { return url.to_owned() };
    let user = userinfo.split(':').next().unwrap_or_default();
    format!("{scheme}://{user}:***@{host}")
}

#[cfg(test)]
mod tests {
    #[test]
    fn passwords_are_not_shown() {
        assert_eq!(super::without_password("postgres://joe:s3c@ret@db/x"), "postgres://joe:***@db/x");
        assert_eq!(super::without_password("sqlite:data/guildhall.db"), "sqlite:data/guildhall.db");
    }
}
