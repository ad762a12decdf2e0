//! The one place where everything is wired: database, adapters, use cases, hub and HTTP.

use std::fs;
use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use guildhall_adapters::blobs::LocalBlobs;
use guildhall_adapters::ids::TimeOrderedIds;
use guildhall_adapters::images::{ImageSettings, ImageWorker};
use guildhall_adapters::outgoing::{GuardedHttp, SystemResolver};
use guildhall_adapters::passwords::{Argon2Passwords, PasswordSettings};
use guildhall_adapters::tokens::OsSecrets;
use guildhall_api::live::encode::Realtime;
use guildhall_api::{App, AppParts, Limiter, Route, WeakApp};
use guildhall_model::id::UserId;
use guildhall_model::time::SystemClock;
use guildhall_model::{Clock, Error, Event, EventSink};
use guildhall_realtime::{Bus, Hub, HubConfig, MemoryBus, PresenceSink};
use guildhall_services::{Parts, Services};
use guildhall_storage::{Database, DatabaseUrl, OpenOptions};

use crate::config::Config;

/// A wired server: what listens, and what has to be stopped.
pub struct House {
    pub router: Router,
    pub routes: Vec<Route>,
    pub app: App,
    pub hub: Hub,
    db: Database,
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
    make_private_folder(&config.server.data_dir)?;
    let url = DatabaseUrl::parse(&config.database_url()).map_err(|error| sentence("The database's URL is not valid", &error))?;
    Database::open(&url, OpenOptions::default()).await.map_err(|error| sentence("The database could not be opened", &error))
}

/// Opens and prepares everything that a server with this configuration needs.
pub async fn build(config: Config) -> Result<House, String> {
    let parts = Replaceable::of(&config);
    build_with(config, parts).await
}

pub async fn build_with(config: Config, replaceable: Replaceable) -> Result<House, String> {
    let db = open_database(&config).await?;
    db.migrate().await.map_err(|error| sentence("The schema could not be brought up to date", &error))?;
    let house = assemble(config, db, replaceable)?;
    house.app.services.prepare().await.map_err(|error| sentence("The server could not be prepared", &error))?;
    Ok(house)
}

/// The route table alone, from a server that is never asked anything.
pub async fn route_table(mut config: Config) -> Result<Vec<Route>, String> {
    let folder = tempfile::tempdir().map_err(|error| format!("There is no room for temporary files: {error}."))?;
    config.server.data_dir = folder.path().to_owned();
    config.database.url = "sqlite::memory:".to_owned();
    let db = open_database(&config).await?;
    let replaceable = Replaceable::of(&config);
    Ok(assemble(config, db, replaceable)?.routes)
}

fn assemble(config: Config, db: Database, replaceable: Replaceable) -> Result<House, String> {
    let Replaceable { clock, passwords } = replaceable;
    let presence = Arc::new(Presence::default());
    let hub = Hub::new(HubConfig::default(), Arc::clone(&clock), Arc::clone(&presence) as Arc<dyn PresenceSink>);
    let bus: Arc<dyn Bus> = Arc::new(MemoryBus::new(hub.clone()));
    let listeners = Arc::new(Listeners { realtime: Realtime::new(bus), app: OnceLock::new() });

    let trusted_proxies = config.settings.limits.trusted_proxies.parse();
    let trusted_proxies =
        trusted_proxies.map_err(|part| format!("limits.trusted_proxies names {part:?}, which is neither an address nor a network."))?;
    let limiter = Limiter::new(&config.settings.limits);
    let cannot = |what: &'static str| move |error: std::io::Error| format!("{what}: {error}.");
    let folder = config.server.data_dir.join("files");
    let blobs = LocalBlobs::open(&folder, Arc::clone(&clock)).map_err(cannot("The folder for files cannot be used"))?;
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
        blobs,
        images: Arc::new(images),
        outgoing: Arc::new(outgoing),
    });
    let app = App::new(AppParts::new(services, hub.clone(), limiter, trusted_proxies));
    let _ = presence.0.set(app.downgrade());
    let _ = listeners.app.set(app.downgrade());
    db.publish_to(listeners);
    let (router, routes) = guildhall_api::router(app.clone());
    Ok(House { router, routes, app, hub, db })
}

impl House {
    /// For tests that count queries.
    pub fn database(&self) -> &Database {
        &self.db
    }

    /// Starts what runs beside the requests. The tasks end with the runtime.
    pub fn start_jobs(&self) {
        let hub = self.hub.clone();
        tokio::spawn(every(Duration::from_secs(1), move || {
            let hub = hub.clone();
            async move { hub.sweep() }
        }));
        let app = self.app.clone();
        tokio::spawn(every(Duration::from_secs(30), move || {
            let app = app.clone();
            async move {
                app.limiter.sweep();
                if let Err(error) = app.services.sweep().await {
                    tracing::warn!(%error, "the sweep did not finish; it is tried again");
                }
            }
        }));
    }

    /// The database goes last: what was answered is on disk already.
    pub async fn close(self) {
        self.db.close().await;
    }
}

/// Who hears of committed events: the realtime side first, then the use cases that follow from others.
struct Listeners {
    realtime: Realtime,
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
    fn online(&self, user: UserId) {
        if let Some(app) = self.0.get().and_then(WeakApp::upgrade) {
            tokio::spawn(async move { app.services.statuses().connected(user).await });
        }
    }
    fn offline(&self, user: UserId) {
        if let Some(app) = self.0.get().and_then(WeakApp::upgrade) {
            tokio::spawn(async move { app.services.statuses().disconnected(user).await });
        }
    }
}

async fn every<F: Future<Output = ()>>(period: Duration, mut job: impl FnMut() -> F) {
    let mut ticks = tokio::time::interval(period);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Skip);
    loop {
        ticks.tick().await;
        job().await;
    }
}

/// The data folder holds everybody's words: it is its owner's alone.
fn make_private_folder(folder: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let cannot = |error: std::io::Error| format!("The data folder {} cannot be used: {error}.", folder.display());
    if folder.is_dir() {
        return Ok(());
    }
    fs::create_dir_all(folder).map_err(cannot)?;
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(cannot)
}
