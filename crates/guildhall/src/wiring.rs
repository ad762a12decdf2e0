//! The one place where everything is wired: database, adapters, use cases, hub and HTTP.

use std::sync::{Arc, OnceLock};

use axum::Router;
use guildhall_adapters::blobs::LocalBlobs;
use guildhall_adapters::ids::TimeOrderedIds;
use guildhall_adapters::images::{ImageSettings, ImageWorker};
use guildhall_adapters::outgoing::{GuardedHttp, SystemResolver};
use guildhall_adapters::passwords::{Argon2Passwords, PasswordSettings};
use guildhall_adapters::tokens::OsSecrets;
use guildhall_api::live::TaskPerSocket;
use guildhall_api::live::encode::BusPublisher;
use guildhall_api::{App, AppParts, Limiter, Route, WeakApp};
use guildhall_model::id::UserId;
use guildhall_model::time::SystemClock;
use guildhall_model::{Clock, Error, Event, EventSink};
use guildhall_realtime::{Bus, Hub, HubConfig, MemoryBus, PresenceSink};
use guildhall_services::{Parts, Services};
use guildhall_storage::{Database, DatabaseUrl, OpenOptions};

use crate::config::Config;
use crate::data_folder::{self, DataFolder, LockError, Purpose};

/// A server that was opened: its database, its use cases and the router over them. It does nothing by itself and has
/// changed nothing; [`boot`](Self::boot) makes it serve.
pub struct Server {
    pub router: Router,
    pub routes: Vec<Route>,
    pub app: App,
    pub hub: Hub,
    pub(crate) blobs: Arc<LocalBlobs>,
    db: Database,
    /// Held until all else is closed.
    _folder: DataFolder,
}

/// What tests replace.
pub struct Replaceable {
    pub clock: Arc<dyn Clock>,
    pub passwords: PasswordSettings,
}

impl Replaceable {
    fn of(config: &Config) -> Self {
        Self {
            clock: Arc::new(SystemClock),
            passwords: PasswordSettings { memory_kib: config.server.password_memory_kib, ..PasswordSettings::default() },
        }
    }
}

/// "Something could not be done: why."
pub(crate) fn sentence(what: &str, error: &Error) -> String {
    match &error.source {
        Some(source) => format!("{what}: {source}."),
        None => format!("{what}: {}", error.message()),
    }
}

pub async fn open_database(config: &Config) -> Result<Database, String> {
    let folder = &config.server.data_dir;
    data_folder::make_private(folder).map_err(|error| LockError::Io(error).sentence(folder))?;
    let url = DatabaseUrl::parse(&config.database_url()).map_err(|error| sentence("The database's URL is not valid", &error))?;
    Database::open(&url, OpenOptions::default()).await.map_err(|error| sentence("The database could not be opened", &error))
}

impl Server {
    /// Opens what the configuration names, in a data folder that this process holds.
    pub async fn open(config: Config, folder: DataFolder) -> Result<Self, String> {
        let parts = Replaceable::of(&config);
        Self::open_with(config, folder, parts).await
    }

    pub async fn open_with(config: Config, folder: DataFolder, replaceable: Replaceable) -> Result<Self, String> {
        let db = open_database(&config).await?;
        db.migrate().await.map_err(|error| sentence("The schema could not be brought up to date", &error))?;
        let server = assemble(config, folder, db, replaceable)?;
        server.app.services.prepare().await.map_err(|error| sentence("The server could not be prepared", &error))?;
        Ok(server)
    }

    /// For tests that count queries.
    pub fn database(&self) -> &Database {
        &self.db
    }

    /// The database goes last but for the folder: what was answered is on disk already.
    pub async fn close(self) {
        self.db.close().await;
    }
}

/// The route table alone, from a server that is never asked anything.
pub async fn route_table(mut config: Config) -> Result<Vec<Route>, String> {
    let temporary = tempfile::tempdir().map_err(|error| format!("There is no room for temporary files: {error}."))?;
    let folder = DataFolder::try_lock(temporary.path(), Purpose::Command).map_err(|error| error.sentence(temporary.path()))?;
    config.server.data_dir = temporary.path().to_owned();
    config.database.url = "sqlite::memory:".to_owned();
    let db = open_database(&config).await?;
    let replaceable = Replaceable::of(&config);
    Ok(assemble(config, folder, db, replaceable)?.routes)
}

fn assemble(config: Config, folder: DataFolder, db: Database, replaceable: Replaceable) -> Result<Server, String> {
    let Replaceable { clock, passwords } = replaceable;
    let presence = Arc::new(Presence::default());
    let hub = Hub::new(HubConfig::default(), Arc::clone(&clock), Arc::clone(&presence) as Arc<dyn PresenceSink>);
    let bus: Arc<dyn Bus> = Arc::new(MemoryBus::new(hub.clone()));
    let listeners = Arc::new(Listeners { realtime: BusPublisher::new(bus), app: OnceLock::new() });

    let trusted_proxies = config.settings.limits.trusted_proxies.parse();
    let trusted_proxies =
        trusted_proxies.map_err(|part| format!("limits.trusted_proxies names {part:?}, which is neither an address nor a network."))?;
    let limiter = Limiter::new(&config.settings.limits);
    let cannot = |what: &'static str| move |error: std::io::Error| format!("{what}: {error}.");
    let blobs =
        LocalBlobs::open(&folder.path().join("files"), Arc::clone(&clock)).map_err(cannot("The folder for files cannot be used"))?;
    let blobs = Arc::new(blobs);
    let hasher = Argon2Passwords::start(&passwords).map_err(cannot("The threads for passwords cannot be started"))?;
    let images = ImageWorker::start(ImageSettings::default(), Arc::clone(&blobs) as _);
    let images = images.map_err(cannot("The threads for pictures cannot be started"))?;
    let allowed = config.settings.integrations.allowed_addresses.parse();
    let allowed = allowed.map_err(|error| format!("integrations.allowed_addresses is not valid: {error}."))?;
    let outgoing = GuardedHttp::new(allowed, Arc::new(SystemResolver)).map_err(cannot("Outgoing calls cannot be made"))?;
    let services = Services::new(Parts {
        db: db.clone(),
        fixed_settings: config.fixed,
        settings: config.settings,
        ids: Arc::new(TimeOrderedIds::new(Arc::clone(&clock))),
        clock,
        secrets: Arc::new(OsSecrets),
        hasher: Arc::new(hasher),
        blobs: Arc::clone(&blobs) as _,
        images: Arc::new(images),
        outgoing: Arc::new(outgoing),
    });
    let app = App::new(AppParts::new(services, hub.clone(), limiter, trusted_proxies, Arc::new(TaskPerSocket::default())));
    let _ = presence.0.set(app.downgrade());
    let _ = listeners.app.set(app.downgrade());
    db.publish_to(listeners);
    let (router, routes) = guildhall_api::router(app.clone());
    Ok(Server { router, routes, app, hub, blobs, db, _folder: folder })
}

/// Where committed events go: first to what is remembered in memory, then to webhooks, then to live connections.
struct Listeners {
    realtime: BusPublisher,
    /// Weak, as in [`Presence`]: the app holds its listeners, and must end when its server does.
    app: OnceLock<WeakApp>,
}

impl EventSink for Listeners {
    fn publish(&self, events: Vec<Event>) {
        if let Some(app) = self.app.get().and_then(WeakApp::upgrade) {
            for event in &events {
                app.services.consume(event);
                tell_webhooks(&app, event);
            }
        }
        self.realtime.publish(events);
    }
}

/// Other servers take their time: nobody who posts waits for them.
fn tell_webhooks(app: &App, event: &Event) {
    if let Event::Posted(posted) = event
        && app.services.webhooks().may_trigger_webhooks(posted)
    {
        let (app, posted) = (app.clone(), Arc::clone(posted));
        tokio::spawn(async move { app.services.webhooks().trigger_outgoing_webhooks(&posted).await });
    }
}

/// Tells the use cases who came online and who left.
#[derive(Default)]
struct Presence(OnceLock<WeakApp>);

impl PresenceSink for Presence {
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
