//! PostgreSQL's databases for tests are copies of one that was migrated once.

use sha2::{Digest, Sha256};
use tokio_postgres::{Client, NoTls};
use url::Url;

use super::environment::{explain, with_database};
use crate::{Database, DatabaseUrl, Dialect, OpenOptions, STEPS};

/// The name of a migrated database to copy; the first caller creates it.
pub(super) async fn template(admin: &Url) -> Result<String, String> {
    let name = template_name();
    let client = connect(admin).await?;
    if !exists(&client, &name).await? {
        run(&client, "SELECT pg_advisory_lock(20010101)").await?;
        if !exists(&client, &name).await? {
            make_template(admin, &client, &name).await?;
        }
        run(&client, "SELECT pg_advisory_unlock(20010101)").await?;
    }
    Ok(name)
}

/// Each version of the schema has its own template.
fn template_name() -> String {
    let mut digest = Sha256::new();
    for step in STEPS {
        digest.update(step.checksum(Dialect::Postgres));
    }
    let digest = digest.finalize();
    format!("guildhall_template_{:02x}{:02x}{:02x}{:02x}", digest[0], digest[1], digest[2], digest[3])
}

async fn make_template(admin: &Url, client: &Client, name: &str) -> Result<(), String> {
    let unfinished = format!("{name}_unfinished");
    run(client, &format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)")).await?;
    run(client, &format!("CREATE DATABASE {unfinished} TEMPLATE template0")).await?;
    let url = DatabaseUrl::parse(with_database(admin, &unfinished).as_str()).map_err(|error| explain(&error))?;
    let db = Database::open(&url, OpenOptions::default()).await.map_err(|error| explain(&error))?;
    db.migrate().await.map_err(|error| explain(&error))?;
    db.close().await;
    let disconnect_all = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{unfinished}'");
    run(client, &disconnect_all).await?;
    run(client, &format!("ALTER DATABASE {unfinished} RENAME TO {name}")).await
}

pub(super) async fn create(admin: &Url, name: &str, template: Option<&str>) -> Result<(), String> {
    let client = connect(admin).await?;
    run(&client, &format!("CREATE DATABASE {name} TEMPLATE {}", template.unwrap_or("template0"))).await
}

pub(super) async fn drop(admin: &Url, name: &str) -> Result<(), String> {
    let client = connect(admin).await?;
    run(&client, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await
}

pub(super) async fn load(url: &Url, dump: &str) -> Result<(), String> {
    run(&connect(url).await?, dump).await
}

async fn connect(admin: &Url) -> Result<Client, String> {
    let (client, connection) = tokio_postgres::connect(admin.as_str(), NoTls).await.map_err(|error| describe(&error))?;
    tokio::spawn(connection);
    Ok(client)
}

async fn exists(client: &Client, name: &str) -> Result<bool, String> {
    let row = client.query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&name]).await;
    Ok(row.map_err(|error| describe(&error))?.is_some())
}

async fn run(client: &Client, sql: &str) -> Result<(), String> {
    client.batch_execute(sql).await.map_err(|error| describe(&error))
}

fn describe(error: &tokio_postgres::Error) -> String {
    let cause = std::error::Error::source(error).map(ToString::to_string).unwrap_or_default();
    format!("PostgreSQL for tests: {error}: {cause}")
}
