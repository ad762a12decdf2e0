//! A complete server within a test: wired like the binary, with SQLite in memory, called through its router.
//! The testkit panics to fail a test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::missing_panics_doc)]

mod clock;
mod event_stream;
mod response;
mod user;

use std::sync::Arc;

use axum::Router;
use guildhall::config::{Config, DatabaseSection, Server};
use guildhall::data_folder::{DataFolder, Purpose};
use guildhall::wiring::{self, Replaceable};
use guildhall_adapters::passwords::PasswordSettings;
use guildhall_model::id::UserId;
use guildhall_model::settings::Settings;
use guildhall_storage::Value;
use tempfile::TempDir;

pub use clock::TickingClock;
pub use event_stream::{DroppedConnection, EventStream};
pub use response::TestResponse;
pub use user::TestUser;

/// The password of all test users.
pub const PASSWORD: &str = "Passw0rd!longer";

pub struct TestServer {
    server: wiring::Server,
    pub clock: Arc<TickingClock>,
    _folder: TempDir,
}

impl TestServer {
    /// A server with open signup, without rate limits and without users.
    pub async fn start() -> Self {
        Self::start_with_settings(|_| {}).await
    }

    /// Like [`TestServer::start`], with changed settings.
    pub async fn start_with_settings(change_settings: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let mut settings = Settings::default();
        settings.signup.open = true;
        settings.limits.enabled = false;
        change_settings(&mut settings);
        let config = Config {
            server: Server { data_dir: folder.path().to_owned(), ..Server::default() },
            database: DatabaseSection { url: "sqlite::memory:".to_owned() },
            settings,
            fixed: Vec::new(),
        };
        let clock = Arc::new(TickingClock::default());
        let passwords = PasswordSettings { memory_kib: 64, ..PasswordSettings::default() };
        let replaceable = Replaceable { clock: Arc::clone(&clock) as Arc<dyn guildhall_model::Clock>, passwords };
        let data_folder = DataFolder::try_lock(folder.path(), Purpose::Server).expect("a data folder for the test");
        let server = wiring::Server::open_with(config, data_folder, replaceable).await.expect("a server for the test");
        Self { server, clock, _folder: folder }
    }

    pub fn router(&self) -> Router {
        self.server.router.clone()
    }

    pub fn routes(&self) -> &[guildhall_api::Route] {
        &self.server.routes
    }

    pub fn app(&self) -> &guildhall_api::App {
        &self.server.app
    }

    /// The number of reads and statements sent to the database so far.
    pub fn queries(&self) -> u64 {
        self.server.database().queries()
    }

    /// A client without an account.
    pub fn anonymous(&self) -> TestUser {
        TestUser::anonymous(self.server.app.clone(), self.router())
    }

    /// A client that is connected by the local socket.
    pub fn local_administrator(&self) -> TestUser {
        let mut local = self.anonymous();
        local.peer = guildhall_api::Peer::LOCAL;
        local
    }

    /// Every `table.column` of the database that contains the id, as bytes or within a text.
    pub async fn columns_containing(&self, id: UserId) -> Vec<String> {
        let db = self.server.database();
        let columns = "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table' ORDER BY 1, 2";
        let columns: Vec<(String, String)> = db.all(columns, Vec::new()).await.expect("the schema");
        let mut matches = Vec::new();
        for (table, column) in columns {
            let sql = format!("SELECT COUNT(*) FROM \"{table}\" WHERE \"{column}\" = ? OR INSTR(\"{column}\", ?) > 0");
            let params = vec![Value::from(id.bytes().to_vec()), Value::from(id.to_string())];
            if db.one::<i64>(sql, params).await.expect("a count") > 0 {
                matches.push(format!("{table}.{column}"));
            }
        }
        matches
    }

    /// A new user, logged in. The first user of a server is its administrator.
    pub async fn create_user(&self, username: &str) -> TestUser {
        TestUser::sign_up(self.server.app.clone(), self.router(), username).await
    }
}
