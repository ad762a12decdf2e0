//! Databases for tests: a fresh one each, on every kind of database. Behind the feature `testing`.

mod environment;
mod mysql;
mod postgres;
mod servers;

use std::ops::Deref;

use guildhall_model::Result;

pub use environment::explain;
pub use servers::Servers;

use environment::{admin_url, unique_name, with_database};

use crate::{Database, DatabaseUrl, Dialect, OpenOptions, Step};

/// Limits the tests to some databases, such as `sqlite` or `sqlite,postgres`.
pub const DATABASES: &str = "GUILDHALL_TEST_DATABASES";

/// A database of one test, deleted with it.
pub struct TestDatabase {
    db: Database,
    url: DatabaseUrl,
    // Dropped after `db`, the field above.
    _server: Option<Server>,
}

struct Server {
    dialect: Dialect,
    admin: url::Url,
    name: String,
}

impl TestDatabase {
    /// A database with the whole schema.
    pub async fn migrated(dialect: Dialect) -> Result<Self, String> {
        Self::migrated_with(dialect, small_options()).await
    }

    pub async fn migrated_with(dialect: Dialect, options: OpenOptions) -> Result<Self, String> {
        let (test, ready) = match dialect {
            Dialect::Postgres => (Self::open(dialect, Some(postgres::template(&admin_url(dialect)?).await?), options).await?, true),
            Dialect::Sqlite | Dialect::Mysql => (Self::open(dialect, None, options).await?, false),
        };
        if !ready {
            test.db.migrate().await.map_err(|error| explain(&error))?;
        }
        Ok(test)
    }

    /// A database with nothing in it.
    pub async fn empty(dialect: Dialect) -> Result<Self, String> {
        Self::open(dialect, None, small_options()).await
    }

    /// A database from a dump of `pg_dump` or `mariadb-dump`.
    pub async fn loaded(dialect: Dialect, dump: &str) -> Result<Self, String> {
        let test = Self::empty(dialect).await?;
        if let Some(server) = &test._server {
            let url = with_database(&server.admin, &server.name);
            match dialect {
                Dialect::Mysql => mysql::run(&url, dump.to_owned()).await?,
                _ => postgres::load(&url, dump).await?,
            }
        }
        Ok(test)
    }

    pub async fn empty_with(dialect: Dialect, options: OpenOptions) -> Result<Self, String> {
        Self::open(dialect, None, options).await
    }

    async fn open(dialect: Dialect, template: Option<String>, options: OpenOptions) -> Result<Self, String> {
        let (url, server) = match dialect {
            Dialect::Sqlite => (DatabaseUrl::SqliteMemory, None),
            Dialect::Postgres | Dialect::Mysql => {
                let server = Server { dialect, admin: admin_url(dialect)?, name: unique_name() };
                server.create(template).await?;
                (server.url()?, Some(server))
            }
        };
        let db = Database::open(&url, options).await.map_err(|error| explain(&error))?;
        Ok(Self { db, url, _server: server })
    }

    /// The address, for a second `Database` on the same data (not for SQLite in memory, which cannot be shared).
    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }
}

impl Deref for TestDatabase {
    type Target = Database;

    fn deref(&self) -> &Database {
        &self.db
    }
}

impl Server {
    async fn create(&self, template: Option<String>) -> Result<(), String> {
        match self.dialect {
            Dialect::Mysql => mysql::create(&self.admin, &self.name).await,
            _ => postgres::create(&self.admin, &self.name, template.as_deref()).await,
        }
    }

    fn url(&self) -> Result<DatabaseUrl, String> {
        DatabaseUrl::parse(with_database(&self.admin, &self.name).as_str()).map_err(|error| explain(&error))
    }
}

impl Drop for Server {
    /// Also after a panic. Blocking in `drop` needs a thread and a runtime of its own.
    fn drop(&mut self) {
        let (dialect, admin, name) = (self.dialect, self.admin.clone(), self.name.clone());
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let Ok(runtime) = runtime else { return };
            runtime.block_on(async {
                let _ = match dialect {
                    Dialect::Mysql => mysql::drop(&admin, &name).await,
                    _ => postgres::drop(&admin, &name).await,
                };
            });
        });
        let _ = dropped.join();
    }
}

/// Few threads and connections, as many tests run concurrently.
pub fn small_options() -> OpenOptions {
    OpenOptions { readers: 2, writers: 2, ..OpenOptions::default() }
}

/// Runs steps that are not the program's own, for tests of migrating itself.
pub async fn migrate_to(db: &Database, steps: &'static [Step]) -> Result<()> {
    db.migrate_to(steps).await
}

/// Whether tests run on this kind of database.
pub fn is_enabled(dialect: Dialect) -> bool {
    std::env::var(DATABASES).map_or(true, |names| names.split(',').any(|name| name.trim() == dialect.name()))
}

/// A test for each kind of database, from one body:
///
/// ```ignore
/// guildhall_storage::on_every_database! {
///     async fn a_team_is_found_by_name(db) {
///         db.commit(team.insert()).await.unwrap();
///         assert_eq!(teams::by_name(&db, "a").await.unwrap(), Some(team));
///     }
/// }
/// ```
///
/// makes `a_team_is_found_by_name::{sqlite, postgres, mysql}`. `db` is a [`TestDatabase`] with the whole schema; write
/// `(db: empty)` for one with nothing in it.
#[macro_export]
macro_rules! on_every_database {
    (@open $dialect:ident) => { $crate::testing::TestDatabase::migrated($dialect) };
    (@open $dialect:ident empty) => { $crate::testing::TestDatabase::empty($dialect) };
    ($($(#[$meta:meta])* async fn $name:ident($db:ident $(: $kind:ident)?) $body:block)+) => {$(
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn test($db: $crate::testing::TestDatabase) $body

            async fn on(dialect: $crate::Dialect) {
                if $crate::testing::is_enabled(dialect) {
                    match $crate::on_every_database!(@open dialect $($kind)?).await {
                        Ok(db) => test(db).await,
                        Err(reason) => panic!("{reason}"),
                    }
                }
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                on($crate::Dialect::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                on($crate::Dialect::Postgres).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn mysql() {
                on($crate::Dialect::Mysql).await;
            }
        }
    )+};
}
