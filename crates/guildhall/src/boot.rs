//! Start and stop of a server: what the start resets, which background work runs, and the order in which everything
//! stops.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use guildhall_api::monitoring::{self, Phase};
use guildhall_model::{Actor, AddressList};
use guildhall_services::Workers;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::listen::{self, ConnectionLimits, Connections, InheritedListeners, Limits, Listener, ProxyProtocol};
use crate::sweeps::{self, RunningSweeps};
use crate::tls::{self, BoundPorts, PortContext, TlsManager, with_front};
use crate::verbs;
use crate::wiring::{Server, error_message};

/// How long open requests and sockets may take to finish when the server stops.
const STOP_TIMEOUT: Duration = Duration::from_secs(10);

/// Of the listener for monitoring, which few programs use.
const METRICS_CONNECTION_LIMITS: ConnectionLimits = ConnectionLimits { total: 64, per_address: 64, without_request: 32 };

/// A server with its listeners and its background work.
pub struct RunningServer {
    server: Server,
    sweeps: RunningSweeps,
    workers: Workers,
    listener_tasks: JoinSet<()>,
    stop: watch::Sender<bool>,
    drain: Duration,
}

/// What the server listens with.
pub struct Listeners {
    pub main: Vec<Listener>,
    /// For monitoring.
    pub metrics: Option<Listener>,
    /// The ports of HTTPS that are open already.
    pub bound: BoundPorts,
    /// Sockets for the ports that are opened later.
    pub inherited: Arc<InheritedListeners>,
}

impl Server {
    /// Removes what the previous process left behind, starts the background work, and then the listeners.
    pub async fn boot(self, listeners: Listeners, connection_limits: ConnectionLimits) -> Result<RunningServer, String> {
        let Listeners { main, metrics, bound, inherited } = listeners;
        let drain = if inherited.is_empty() { Duration::ZERO } else { listen::DRAIN };
        let limits = Limits { drain, ..Limits::default() };
        self.blobs.purge_temporary().map_err(|error| format!("Temporary files could not be removed: {error}."))?;
        self.app.services.statuses().reset_statuses().await.map_err(|error| error_message("The statuses could not be reset", &error))?;

        self.app.services.backups().log_pause().await.map_err(|error| error_message("The state of backups could not be read", &error))?;
        let workers = Workers::start(Arc::clone(&self.app.services)).await;
        let workers = workers.map_err(|error| error_message("The jobs could not be begun", &error))?;
        self.continuous_backup.start();
        let sweeps = RunningSweeps::start(sweeps::all(&self.app, &self.hub));
        let (stop, stop_receiver) = watch::channel(false);
        let connections = Connections::new(connection_limits, self.app.trusted_proxies.addresses.clone());
        let trusted_proxies = self.app.trusted_proxies.addresses.clone();
        let proxy_protocol = self.app.services.settings().limits.proxy_protocol.then(|| ProxyProtocol::new(trusted_proxies));
        let mut listener_tasks = JoinSet::new();
        for listener in main {
            let listener = listener.with_proxy_protocol(proxy_protocol.as_ref());
            let router = match listener.address() {
                Some(_) => with_front(self.router.clone(), Arc::clone(&self.tls), false),
                None => self.router.clone(),
            };
            let connections = Arc::clone(&connections);
            listener_tasks.spawn(listen::serve(listener, router, limits, connections, stop_receiver.clone()));
        }
        if let Some(listener) = metrics {
            let router = monitoring::router(self.app.clone());
            let connections = Connections::new(METRICS_CONNECTION_LIMITS, AddressList::default());
            listener_tasks.spawn(listen::serve(listener, router, limits, connections, stop_receiver.clone()));
        }
        let config = tls::server_config(self.tls.resolver()).map_err(|error| format!("TLS cannot be used: {error}."))?;
        let acceptor = Arc::new(config).into();
        let context = PortContext { router: self.router.clone(), limits, connections, acceptor, proxy_protocol, inherited };
        let manager = TlsManager::new(Arc::clone(&self.tls), context, bound);
        let mut readiness = manager.readiness();
        listener_tasks.spawn(manager.run(stop_receiver));
        let _ = readiness.wait_for(|is_ready| *is_ready).await;
        self.app.monitoring.set_phase(Phase::Running);
        Ok(RunningServer { server: self, sweeps, workers, listener_tasks, stop, drain })
    }
}

impl RunningServer {
    /// The address of the set-up page, with the code for the first account; `None` once there is one.
    pub async fn setup_link(&self, listen: SocketAddr) -> Option<String> {
        let services = &self.server.app.services;
        let code = services.system().setup_code(&Actor::local_administrator()).await.ok()??;
        Some(verbs::setup::link(&services.settings(), listen, code.expose()))
    }

    /// Whether the server shall be started again; returns when a command has moved its database.
    pub async fn database_moved(&self) -> bool {
        self.server.app.services.database().moved().await
    }

    /// Sentences about HTTPS for the person who started the server.
    pub fn tls_lines(&self) -> Vec<String> {
        self.server.tls.start_lines()
    }

    /// Stops the listeners first, then open requests and sockets, the workers, the sweeps with their final runs, and at last
    /// the database; the lock of the data folder is released at the end.
    pub async fn stop(mut self) {
        self.server.app.monitoring.set_phase(Phase::Stopping);
        let _ = self.stop.send(true);
        // Sockets that are closed earlier would be opened again at this process.
        if !self.drain.is_zero() {
            tokio::time::sleep(self.drain).await;
        }
        self.server.hub.shutdown();
        let all_finished = async {
            while self.listener_tasks.join_next().await.is_some() {}
            self.server.app.sockets.wait_until_closed().await;
        };
        if tokio::time::timeout(STOP_TIMEOUT, all_finished).await.is_err() {
            tracing::warn!("some requests or sockets were still open when the server stopped");
        }
        self.workers.finish().await;
        self.sweeps.finish().await;
        self.server.close().await;
    }
}

/// Returns when the server begins to stop.
pub async fn wait_for_stop(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}
