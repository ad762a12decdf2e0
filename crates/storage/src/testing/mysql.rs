//! MySQL's databases for tests: created empty, as MySQL cannot copy a database.

use mysql_async::Conn;
use mysql_async::prelude::Queryable;
use url::Url;

pub(super) async fn create(admin: &Url, name: &str) -> Result<(), String> {
    run(admin, format!("CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")).await
}

/// Ends the database's connections first: a test that is over no longer drives their transactions, for which this would wait.
pub(super) async fn drop(admin: &Url, name: &str) -> Result<(), String> {
    let mut connection = Conn::from_url(admin.as_str()).await.map_err(describe)?;
    let connections = "SELECT id FROM information_schema.processlist WHERE db = ?";
    let ids: Vec<u64> = connection.exec(connections, (name,)).await.map_err(describe)?;
    for id in ids {
        // It may have ended by itself.
        let _ = connection.query_drop(format!("KILL {id}")).await;
    }
    connection.query_drop(format!("DROP DATABASE IF EXISTS {name}")).await.map_err(describe)?;
    connection.disconnect().await.map_err(describe)
}

pub(super) async fn run(admin: &Url, sql: String) -> Result<(), String> {
    let mut connection = Conn::from_url(admin.as_str()).await.map_err(describe)?;
    connection.query_drop(sql).await.map_err(describe)?;
    connection.disconnect().await.map_err(describe)
}

#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
fn describe(error: mysql_async::Error) -> String {
    format!("MySQL for tests: {error}")
}
