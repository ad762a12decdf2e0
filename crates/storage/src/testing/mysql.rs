//! MySQL's databases for tests: created empty, as MySQL cannot copy a database.

use mysql_async::Conn;
use mysql_async::prelude::Queryable;
use url::Url;

pub(super) async fn create(admin: &Url, name: &str) -> Result<(), String> {
    run(admin, format!("CREATE DATABASE {name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")).await
}

pub(super) async fn drop(admin: &Url, name: &str) -> Result<(), String> {
    run(admin, format!("DROP DATABASE IF EXISTS {name}")).await
}

pub(super) async fn run(admin: &Url, sql: String) -> Result<(), String> {
    let describe = |error: mysql_async::Error| format!("MySQL for tests: {error}");
    let mut connection = Conn::from_url(admin.as_str()).await.map_err(describe)?;
    connection.query_drop(sql).await.map_err(describe)?;
    connection.disconnect().await.map_err(describe)
}
