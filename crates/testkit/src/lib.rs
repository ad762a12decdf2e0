//! A complete server within a test: wired like the binary, with SQLite in memory, called through its router.
//! The testkit panics to fail a test.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::missing_panics_doc)]

mod clock;
mod event_stream;
mod examiner;
mod hasher;
mod mailer;
mod response;
mod template;
mod user;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use guildhall::config::Config;
use guildhall::data_folder::{DataFolder, Purpose};
use guildhall::recent_log::LogRing;
use guildhall::wiring::{self, Overrides};
use guildhall_model::id::UserId;
use guildhall_model::settings::{Database, Server, Settings, Startup};
use guildhall_services::Services;
use guildhall_storage::testing::{TestDatabase, is_enabled};
use guildhall_storage::{DatabaseUrl, Statement, Value};
use tempfile::TempDir;
use tokio::task::JoinSet;

pub use clock::TickingClock;
pub use event_stream::{DroppedConnection, EventStream};
pub use examiner::TestExaminer;
pub use guildhall_storage::Dialect;
pub use guildhall_storage::personal_data::{Erased, Held, TABLES};
pub use hasher::CountingHasher;
pub use mailer::TestMailer;
pub use response::TestResponse;
pub use template::ServerTemplate;
pub use user::TestUser;

/// Elapses only when a test fails.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The password of all test users.
pub const PASSWORD: &str = "Passw0rd!longer";

pub struct TestServer {
    /// Makes deliveries as soon as they are written. Ends with the server.
    deliveries: JoinSet<()>,
    server: wiring::Server,
    pub clock: Arc<TickingClock>,
    pub examiner: Arc<TestExaminer>,
    /// Counts how often passwords are hashed.
    pub hasher: Arc<CountingHasher>,
    /// Keeps the mails that the server sends.
    pub mailer: Arc<TestMailer>,
    /// The lines of the log that the server shows.
    pub log: Arc<LogRing>,
    config: Config,
    folder: TempDir,
    /// Deleted with the server, after it.
    _database: Option<TestDatabase>,
}

impl TestServer {
    /// A server with open signup, without rate limits and without users.
    pub async fn start() -> Self {
        Self::start_with_settings(|_| {}).await
    }

    /// Like [`TestServer::start`], with changed settings.
    pub async fn start_with_settings(change_settings: impl FnOnce(&mut Settings)) -> Self {
        Self::start_on("sqlite::memory:", change_settings).await
    }

    /// Like [`TestServer::start_with_settings`], with a database that outlives a [`restart`](Self::restart).
    pub async fn start_on_disk(change_settings: impl FnOnce(&mut Settings)) -> Self {
        Self::start_on("", change_settings).await
    }

    /// Like [`TestServer::start`], on this kind of database; `None` where tests do not run on it.
    pub async fn start_on_dialect(dialect: Dialect) -> Option<Self> {
        if !is_enabled(dialect) {
            return None;
        }
        let database = TestDatabase::empty(dialect).await.expect("a database for the test");
        let url = match database.url() {
            DatabaseUrl::Postgres(url) | DatabaseUrl::Mysql(url) => url.to_string(),
            DatabaseUrl::SqliteFile(_) | DatabaseUrl::SqliteMemory => "sqlite::memory:".to_owned(),
        };
        let server = Self::start_on(&url, |_| {}).await;
        Some(Self { _database: Some(database), ..server })
    }

    async fn start_on(database: &str, change_settings: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().expect("a folder for the test");
        let mut settings = Settings::default();
        settings.signup.open = true;
        settings.limits.enabled = false;
        change_settings(&mut settings);
        let config = Config {
            startup: Startup {
                server: Server { data_dir: folder.path().to_owned(), ..Server::default() },
                database: Database { url: database.to_owned(), ..Database::default() },
                ..Startup::default()
            },
            settings,
            fixed: Vec::new(),
            file: None,
        };
        Self::open(config, Arc::default(), folder).await
    }

    async fn open(config: Config, clock: Arc<TickingClock>, folder: TempDir) -> Self {
        let hasher = Arc::new(CountingHasher::start());
        let examiner = Arc::new(TestExaminer::new(&config));
        let clock_port = Arc::clone(&clock) as Arc<dyn guildhall_model::Clock>;
        let mailer = Arc::new(TestMailer::default());
        let log = Arc::new(LogRing::default());
        let overrides = Overrides {
            clock: clock_port,
            hasher: Some(Arc::clone(&hasher) as _),
            examiner: Some(Arc::clone(&examiner) as _),
            mailer: Some(Arc::clone(&mailer) as _),
            recent_log: Some(Arc::clone(&log) as _),
        };
        let data_folder = DataFolder::try_lock(folder.path(), Purpose::Server).expect("a data folder for the test");
        let server = wiring::Server::open_with(config.clone(), data_folder, overrides).await.expect("a server for the test");
        // What a server is after its start, which tests do without.
        server.app.monitoring.set_phase(guildhall_api::monitoring::Phase::Running);
        let mut deliveries = JoinSet::new();
        deliveries.spawn(make_deliveries(Arc::clone(&server.app.services)));
        Self { deliveries, server, clock, examiner, hasher, mailer, log, config, folder, _database: None }
    }

    /// Stops the server and starts another one on the same data. Users of the former one continue by
    /// [`reconnect`](Self::reconnect).
    pub async fn restart(self) -> Self {
        let (clock, config, folder, _database) = self.stop().await;
        Self { _database, ..Self::open(config, clock, folder).await }
    }

    async fn stop(self) -> (Arc<TickingClock>, Config, TempDir, Option<TestDatabase>) {
        let Self { mut deliveries, server, clock, config, folder, _database, .. } = self;
        deliveries.shutdown().await;
        server.close().await;
        (clock, config, folder, _database)
    }

    /// A user of the server before the restart, with the same token.
    pub fn reconnect(&self, former: &TestUser) -> TestUser {
        let mut user = self.anonymous();
        (user.token, user.id, user.username) = (former.token.clone(), former.id, former.username.clone());
        user
    }

    /// Closes the database below the server, as if it were gone.
    pub async fn close_database(&self) {
        self.server.database().close().await;
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

    /// Executes a statement for which there is no operation.
    pub async fn execute(&self, sql: &'static str) {
        self.server.database().commit(Statement::raw(sql, Vec::new())).await.expect("a statement");
    }

    /// A number that no operation returns.
    pub async fn count(&self, sql: &'static str) -> i64 {
        self.server.database().one(sql, Vec::new()).await.expect("a number")
    }

    /// Repeats the query until it returns this number.
    pub async fn until_count(&self, sql: &'static str, number: i64) {
        let waiting = async {
            while self.count(sql).await != number {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(TIMEOUT, waiting).await.unwrap_or_else(|_| panic!("never {number}: {sql}"));
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
        self.columns_with(id.bytes().to_vec(), id.to_string()).await
    }

    /// Every `table.column` of the database that contains the text.
    pub async fn columns_containing_text(&self, text: &str) -> Vec<String> {
        self.columns_with(text.as_bytes().to_vec(), text.to_owned()).await
    }

    /// Those that are these bytes, or contain this text.
    async fn columns_with(&self, bytes: Vec<u8>, text: String) -> Vec<String> {
        let db = self.server.database();
        let columns = "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table' ORDER BY 1, 2";
        let columns: Vec<(String, String)> = db.all(columns, Vec::new()).await.expect("the schema");
        let mut matches = Vec::new();
        for (table, column) in columns {
            let sql = format!("SELECT COUNT(*) FROM \"{table}\" WHERE \"{column}\" = ? OR INSTR(\"{column}\", ?) > 0");
            let params = vec![Value::from(bytes.clone()), Value::from(text.clone())];
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

/// What the worker does, but only when something was written: a test moves the clock itself.
async fn make_deliveries(services: Arc<Services>) {
    loop {
        services.deliveries().wait_until_queued().await;
        services.make_due_deliveries().await.expect("deliveries");
    }
}
