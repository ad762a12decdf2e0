//! The one place where everything is wired: database, adapters, use cases, hub and HTTP.

use std::sync::{Arc, OnceLock};

use axum::Router;
use guildhall_adapters::blobs::LocalBlobs;
use guildhall_adapters::breached_passwords::PasswordFilters;
use guildhall_adapters::ids::TimeOrderedIds;
use guildhall_adapters::images::{ImageSettings, ImageWorker};
use guildhall_adapters::machine::LocalMachine;
use guildhall_adapters::outgoing::{GuardedHttp, SystemResolver};
use guildhall_adapters::passkeys::WebauthnVerifier;
use guildhall_adapters::passwords::{Argon2Passwords, PasswordSettings};
use guildhall_adapters::smtp::SmtpMailer;
use guildhall_adapters::syslog::Syslog;
use guildhall_adapters::tokens::OsSecrets;
use guildhall_api::live::TaskPerSocket;
use guildhall_api::live::encode::BusPublisher;
use guildhall_api::{App, AppParts, Limiter, Route, TrustedProxies, WeakApp};
use guildhall_backup::{BackupFolders, ContinuousCopies, RepositoryStore};
use guildhall_model::id::UserId;
use guildhall_model::ports::{ContinuousBackup as _, Examiner, Mailer, PasswordHasher, RecentLog};
use guildhall_model::settings::Startup;
use guildhall_model::time::SystemClock;
use guildhall_model::{AddressList, Clock, Error, Event, EventSink, IdSource};
use guildhall_realtime::{Bus, Hub, HubConfig, MemoryBus, PresenceSink};
use guildhall_services::{Parts, Services};
use guildhall_storage::{Database, DatabaseUrl, OpenOptions};

use crate::backup_parts;
use crate::config::Config;
use crate::data_folder::{self, DataFolder, LockError, Purpose};
use crate::database_move::check_not_left;
use crate::doctor::LocalExaminer;
use crate::recent_log;
use crate::restore::{self, Destination, LocalDrill};
use crate::tls::Tls;
use crate::upgrade::Upgrade;

/// A server that was opened: its database, its use cases and their router. It runs no background work, and opening it
/// changes nothing but the schema; [`boot`](Self::boot) starts it.
pub struct Server {
    pub router: Router,
    pub routes: Vec<Route>,
    pub app: App,
    pub hub: Hub,
    pub(crate) blobs: Arc<LocalBlobs>,
    pub(crate) tls: Arc<Tls>,
    /// What to tell the administrator, if the schema was brought up to date.
    pub(crate) upgraded: Option<String>,
    pub(crate) continuous_backup: Arc<ContinuousCopies>,
    db: Database,
    /// Dropped last: its lock is held until everything else is closed.
    _folder: DataFolder,
}

/// Dependencies that tests replace.
pub struct Overrides {
    pub clock: Arc<dyn Clock>,
    /// What hashes passwords; `None` for argon2 with the costs of the settings.
    pub hasher: Option<Arc<dyn PasswordHasher>>,
    /// The checks of the machine; `None` for the real ones.
    pub examiner: Option<Arc<dyn Examiner>>,
    /// The lines of the log; `None` for those of the process.
    pub recent_log: Option<Arc<dyn RecentLog>>,
    /// What sends mail; `None` for SMTP.
    pub mailer: Option<Arc<dyn Mailer>>,
}

impl Overrides {
    fn none() -> Self {
        Self { clock: Arc::new(SystemClock), hasher: None, examiner: None, mailer: None, recent_log: None }
    }
}

/// `what`, and the error's cause or message.
pub(crate) fn error_message(what: &str, error: &Error) -> String {
    match &error.source {
        Some(source) => format!("{what}: {source}."),
        None => format!("{what}: {}", error.message()),
    }
}

pub async fn open_database(config: &Config) -> Result<Database, String> {
    let folder = &config.startup.server.data_dir;
    data_folder::create_private(folder).map_err(|error| LockError::Io(error).message(folder))?;
    let url = DatabaseUrl::parse(&config.database_url()).map_err(|error| error_message("The database's URL is not valid", &error))?;
    let Startup { database, traces, .. } = &config.startup;
    let options = OpenOptions {
        slow_query_ms: database.slow_query_ms,
        is_traced: !traces.endpoint.is_empty(),
        change_log: Some(folder.join(guildhall_backup::CONTINUOUS_FOLDER)),
        ..OpenOptions::default()
    };
    Database::open(&url, options).await.map_err(|error| error_message("The database could not be opened", &error))
}

impl Server {
    /// Opens the server of this configuration; the process holds the lock of the data folder.
    pub async fn open(config: Config, folder: DataFolder) -> Result<Self, String> {
        let parts = Overrides::none();
        Self::open_with(config, folder, parts).await
    }

    pub async fn open_with(config: Config, folder: DataFolder, overrides: Overrides) -> Result<Self, String> {
        restore::check_complete(folder.path())?;
        Destination::check_not_moving(folder.path(), &config.database_url())?;
        check_not_left(folder.path(), &config.database_url())?;
        let db = open_database(&config).await?;
        let upgraded = match Upgrade::plan(&config, &db).await {
            Ok(upgrade) => upgrade.run(&config, &db).await,
            Err(message) => Err(message),
        };
        let upgraded = match upgraded {
            Ok(upgraded) => upgraded,
            Err(message) => {
                db.close().await;
                return Err(message);
            }
        };
        let server = Self { upgraded, ..assemble(config, folder, db, overrides)? };
        server.app.services.prepare().await.map_err(|error| error_message("The server could not be prepared", &error))?;
        Ok(server)
    }

    /// For tests that count queries.
    pub fn database(&self) -> &Database {
        &self.db
    }

    /// Closes the database, and then releases the data folder.
    pub async fn close(self) {
        self.continuous_backup.finish().await;
        self.db.close().await;
    }
}

/// The route table alone, from a server on an empty database that gets no requests.
pub async fn route_table(mut config: Config) -> Result<Vec<Route>, String> {
    let temporary = tempfile::tempdir().map_err(|error| format!("A temporary folder cannot be created: {error}."))?;
    let folder = DataFolder::try_lock(temporary.path(), Purpose::Command).map_err(|error| error.message(temporary.path()))?;
    config.startup.server.data_dir = temporary.path().to_owned();
    config.startup.database.url = "sqlite::memory:".to_owned();
    let db = open_database(&config).await?;
    let overrides = Overrides::none();
    Ok(assemble(config, folder, db, overrides)?.routes)
}

fn assemble(config: Config, folder: DataFolder, db: Database, overrides: Overrides) -> Result<Server, String> {
    let Overrides { clock, hasher, examiner, mailer, recent_log } = overrides;
    let recent_log = recent_log.unwrap_or_else(|| Arc::clone(&recent_log::PROCESS) as _);
    let presence = Arc::new(PresenceForwarder::default());
    let hub = Hub::new(HubConfig::default(), Arc::clone(&clock), Arc::clone(&presence) as Arc<dyn PresenceSink>);
    let bus: Arc<dyn Bus> = Arc::new(MemoryBus::new(hub.clone()));
    let tls = Tls::new(&config.settings.clone().with_site_url_of_domain(), folder.path(), Arc::clone(&clock));
    let event_consumers = Arc::new(EventConsumers { bus_publisher: BusPublisher::new(bus), tls: Arc::clone(&tls), app: OnceLock::new() });

    let trusted_proxies = AddressList::parse_networks(&config.settings.limits.trusted_proxies);
    let trusted_proxies = trusted_proxies.map_err(|error| format!("limits.trusted_proxies is not valid: {error}."))?;
    let trusted_proxies = TrustedProxies::new(trusted_proxies, &config.settings.limits.forwarded_header);
    let examiner = examiner.unwrap_or_else(|| {
        let untrusted_proxies = Arc::clone(&trusted_proxies.untrusted);
        Arc::new(LocalExaminer::new(&config, Arc::clone(&tls), untrusted_proxies, Arc::clone(&clock)))
    });
    let limiter = Limiter::new(&config.settings.limits);
    let with_cause = |what: &'static str| move |error: std::io::Error| format!("{what}: {error}.");
    let reserve_bytes = config.settings.files.free_space_reserve_bytes;
    let blobs = LocalBlobs::open(&folder.path().join("files"), Arc::clone(&clock), reserve_bytes);
    let blobs = Arc::new(blobs.map_err(with_cause("The folder for files cannot be used"))?);
    let hasher = match hasher {
        Some(hasher) => hasher,
        None => {
            let passwords = PasswordSettings { memory_kib: config.startup.server.password_memory_kib, ..PasswordSettings::default() };
            let hasher = Argon2Passwords::start(&passwords).map_err(with_cause("The threads for passwords cannot be started"))?;
            Arc::new(hasher) as Arc<dyn PasswordHasher>
        }
    };
    let breached_passwords = PasswordFilters::open(&config.settings.signup.breached_passwords_file)?;
    let images = ImageWorker::start(ImageSettings::default(), Arc::clone(&blobs) as _);
    let images = images.map_err(with_cause("The threads for pictures cannot be started"))?;
    let allowed = config.settings.integrations.allowed_addresses.parse();
    let allowed = allowed.map_err(|error| format!("integrations.allowed_addresses is not valid: {error}."))?;
    let outgoing = GuardedHttp::new(allowed, Arc::new(SystemResolver)).map_err(with_cause("Outgoing calls cannot be made"))?;
    let ids: Arc<dyn IdSource> = Arc::new(TimeOrderedIds::new(Arc::clone(&clock)));
    let node = folder.node_id(|| ids.next()).map_err(with_cause("The data folder's file node.id cannot be used"))?;
    let backup_folders = BackupFolders { data: folder.path().to_owned(), config_file: config.file.clone(), host: host_name() };
    let backup_store = RepositoryStore::new(backup_folders, backup_parts::connector(&config), backup_parts::before_hook(&config));
    let continuous_backup =
        Arc::new(ContinuousCopies::new(db.change_capture(), Arc::clone(&clock), folder.path(), backup_parts::connector(&config)));
    let backup_drill = LocalDrill::new(config.clone());
    let services = Services::new(Parts {
        db: db.clone(),
        fixed_settings: config.fixed,
        settings: config.settings,
        ids,
        clock,
        node,
        secrets: Arc::new(OsSecrets),
        hasher,
        breached_passwords: Arc::new(breached_passwords),
        passkey_verifier: Arc::new(WebauthnVerifier),
        blobs: Arc::clone(&blobs) as _,
        backup_store: Arc::new(backup_store),
        backup_drill: Arc::new(backup_drill),
        continuous_backup: Arc::clone(&continuous_backup) as _,
        images: Arc::new(images),
        outgoing: Arc::new(outgoing),
        mailer: mailer.unwrap_or_else(|| Arc::new(SmtpMailer::default())),
        syslog: Arc::new(Syslog),
        machine: Arc::new(LocalMachine),
        data_folder: folder.path().to_owned(),
        examiner,
        recent_log,
    });
    let sockets = Arc::new(TaskPerSocket::default());
    let app = App::new(AppParts::new(services, hub.clone(), limiter, trusted_proxies, sockets, Arc::clone(&tls) as _));
    // The rule of the setting allows no other names.
    app.monitoring.set_access_level(config.startup.log.access_level.parse().unwrap_or_default());
    let _ = presence.0.set(app.downgrade());
    let _ = event_consumers.app.set(app.downgrade());
    db.publish_to(event_consumers);
    let (router, routes) = guildhall_api::router(app.clone());
    Ok(Server { router, routes, app, hub, blobs, tls, upgraded: None, continuous_backup, db, _folder: folder })
}

fn host_name() -> String {
    rustix::system::uname().nodename().to_string_lossy().into_owned()
}

/// Applies committed events to the state in memory, and then publishes them to live connections.
struct EventConsumers {
    bus_publisher: BusPublisher,
    tls: Arc<Tls>,
    /// Weak, as in [`PresenceForwarder`]: the app owns this value, and a strong reference would keep both alive.
    app: OnceLock<WeakApp>,
}

impl EventSink for EventConsumers {
    fn publish(&self, events: Vec<Event>) {
        for event in &events {
            if let Event::ConfigChanged { settings, .. } = event {
                self.tls.configure(settings);
            }
        }
        if let Some(app) = self.app.get().and_then(WeakApp::upgrade) {
            for event in &events {
                app.services.consume(event);
                app.consume(event);
            }
        }
        self.bus_publisher.publish(events);
    }
}

/// Forwards presence changes of the hub to the statuses.
#[derive(Default)]
struct PresenceForwarder(OnceLock<WeakApp>);

impl PresenceSink for PresenceForwarder {
    fn user_came_online(&self, user: UserId) {
        if let Some(app) = self.0.get().and_then(WeakApp::upgrade) {
            tokio::spawn(async move { app.services.statuses().user_connected(user).await });
        }
    }
    fn user_went_offline(&self, user: UserId) {
        if let Some(app) = self.0.get().and_then(WeakApp::upgrade) {
            tokio::spawn(async move { app.services.statuses().user_disconnected(user).await });
        }
    }
}
