//! A whole server within a test: wired as the binary wires it, on SQLite in memory, spoken to through its router.
//! Tests may panic: that is how they fail.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::missing_panics_doc)]

mod answer;
mod clock;
mod ears;
mod people;

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

pub use answer::Answer;
pub use clock::TickingClock;
pub use ears::{BrokenOff, Ears};
pub use people::Person;

/// What everybody's password is.
pub const PASSWORD: &str = "Passw0rd!longer";

pub struct TestServer {
    server: wiring::Server,
    pub clock: Arc<TickingClock>,
    _folder: TempDir,
}

impl TestServer {
    /// An open server without limits, and nobody on it yet.
    pub async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// The same, with settings to taste.
    pub async fn start_with(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let mut settings = Settings::default();
        settings.signup.open = true;
        settings.limits.enabled = false;
        change(&mut settings);
        let config = Config {
            server: Server { data_dir: folder.path().to_owned(), ..Server::default() },
            database: DatabaseSection { url: "sqlite::memory:".to_owned() },
            settings,
            fixed: Vec::new(),
        };
        let clock = Arc::new(TickingClock::default());
        let passwords = PasswordSettings { memory_kib: 64, ..PasswordSettings::default() };
        let replaceable = Replaceable { clock: Arc::clone(&clock) as Arc<dyn guildhall_model::Clock>, passwords };
        let held = DataFolder::try_lock(folder.path(), Purpose::Server).expect("a data folder for the test");
        let server = wiring::Server::open_with(config, held, replaceable).await.expect("a server for the test");
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

    /// How many reads and statements the database has been sent.
    pub fn queries(&self) -> u64 {
        self.server.database().queries()
    }

    /// Somebody without an account.
    pub fn nobody(&self) -> Person {
        Person::nobody(self.server.app.clone(), self.router())
    }

    /// Whoever speaks over the local socket.
    pub fn local_administrator(&self) -> Person {
        let mut local = self.nobody();
        local.peer = guildhall_api::Peer::LOCAL;
        local
    }

    /// Every place in the database where the id stands, as itself or within a text.
    pub async fn places_of(&self, id: UserId) -> Vec<String> {
        let db = self.server.database();
        let columns = "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table' ORDER BY 1, 2";
        let columns: Vec<(String, String)> = db.all(columns, Vec::new()).await.expect("the schema");
        let mut places = Vec::new();
        for (table, column) in columns {
            let sql = format!("SELECT COUNT(*) FROM \"{table}\" WHERE \"{column}\" = ? OR INSTR(\"{column}\", ?) > 0");
            let params = vec![Value::from(id.bytes().to_vec()), Value::from(id.to_string())];
            if db.one::<i64>(sql, params).await.expect("a count") > 0 {
                places.push(format!("{table}.{column}"));
            }
        }
        places
    }

    /// A new account, logged in. The first one on a server is its administrator.
    pub async fn person(&self, username: &str) -> Person {
        Person::sign_up(self.server.app.clone(), self.router(), username).await
    }
}
