//! From an opened server to one that serves, and down again: what a start resets, what runs beside the requests, and in
//! which order it all ends.

use std::time::Duration;

use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::listen::{self, Limits, Listener};
use crate::sweeps::{self, Sweeping};
use crate::wiring::{Server, sentence};

/// What is under way when the server stops has this long to finish.
const STOP_TIME: Duration = Duration::from_secs(10);

/// A server that serves.
pub struct RunningServer {
    server: Server,
    sweeping: Sweeping,
    listening: JoinSet<()>,
    stop: watch::Sender<bool>,
}

impl Server {
    /// Clears away what the process before left behind, and starts everything that runs beside the requests, and then
    /// the listeners.
    pub async fn boot(self, listeners: Vec<Listener>) -> Result<RunningServer, String> {
        self.blobs.purge_temporary().map_err(|error| format!("Unfinished uploads could not be removed: {error}."))?;
        self.app.services.statuses().reset_statuses().await.map_err(|error| sentence("The statuses could not be reset", &error))?;

        let sweeping = Sweeping::start(sweeps::all(&self.app, &self.hub));
        let (stop, stopped) = watch::channel(false);
        let mut listening = JoinSet::new();
        for listener in listeners {
            listening.spawn(listen::serve(listener, self.router.clone(), Limits::default(), stopped.clone()));
        }
        Ok(RunningServer { server: self, sweeping, listening, stop })
    }
}

impl RunningServer {
    /// Listeners first, then what is open, then the last sweeps; the database and the data folder are let go of last.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        self.server.hub.shutdown();
        let finished = async {
            while self.listening.join_next().await.is_some() {}
            self.server.app.sockets.wait_until_closed().await;
        };
        if tokio::time::timeout(STOP_TIME, finished).await.is_err() {
            tracing::warn!("some requests or sockets were still open when the server stopped");
        }
        self.sweeping.finish().await;
        self.server.close().await;
    }
}

/// Waits until the server stops.
pub async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _ = stop.wait_for(|stop| *stop).await;
}
