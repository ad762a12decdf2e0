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
use guildhall::wiring::{self, House, Replaceable};
use guildhall_adapters::passwords::PasswordSettings;
use guildhall_model::settings::Settings;
use tempfile::TempDir;

pub use answer::Answer;
pub use clock::TickingClock;
pub use ears::{BrokenOff, Ears};
pub use people::Person;

/// What everybody's password is.
pub const PASSWORD: &str = "Passw0rd!longer";

pub struct TestServer {
    house: House,
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
        let house = wiring::build_with(config, replaceable).await.expect("a server for the test");
        Self { house, clock, _folder: folder }
    }

    pub fn router(&self) -> Router {
        self.house.router.clone()
    }

    pub fn routes(&self) -> &[guildhall_api::Route] {
        &self.house.routes
    }

    pub fn app(&self) -> &guildhall_api::App {
        &self.house.app
    }

    /// Somebody without an account.
    pub fn nobody(&self) -> Person {
        Person::nobody(self.house.app.clone(), self.router())
    }

    /// A new account, logged in. The first one on a server is its administrator.
    pub async fn person(&self, username: &str) -> Person {
        Person::sign_up(self.house.app.clone(), self.router(), username).await
    }
}
