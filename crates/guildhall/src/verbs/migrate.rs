//! `guildhall migrate`: the schema, without the server.

use crate::config::Config;
use crate::wiring;

pub async fn run(config: &Config) -> Result<(), String> {
    let db = wiring::open_database(config).await?;
    let pending = db.pending_migrations().await.map_err(|error| wiring::error_message("The schema could not be read", &error))?;
    for step in &pending {
        println!("{}", step.name);
    }
    db.migrate().await.map_err(|error| wiring::error_message("The schema could not be brought up to date", &error))?;
    db.close().await;
    match pending.len() {
        0 => println!("The schema is up to date."),
        1 => println!("1 step done."),
        steps => println!("{steps} steps done."),
    }
    Ok(())
}
