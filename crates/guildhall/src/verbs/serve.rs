//! `guildhall serve`: from the configuration to a listening server, and down again cleanly.

use std::time::Duration;

use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::listen;
use crate::config::Config;
use crate::wiring;

/// What is under way when the server stops has this long to finish.
const FAREWELL: Duration = Duration::from_secs(10);

pub async fn run(config: Config) -> Result<(), String> {
    let listen = config.server.listen;
    let listener = TcpListener::bind(listen).await.map_err(|error| format!("Nobody can listen at {listen}: {error}."))?;
    let address = listener.local_addr().map_err(|error| error.to_string())?;
    let house = wiring::build(config).await?;
    house.start_jobs();

    let (stop, stopped) = tokio::sync::watch::channel(false);
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| error.to_string())?;
    let serving = tokio::spawn(listen::serve(listener, house.router.clone(), listen::HEAD_TIME, stopped));
    println!("Guildhall is ready at http://{address}");

    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    let _ = stop.send(true);
    house.hub.shutdown();
    if tokio::time::timeout(FAREWELL, serving).await.is_err() {
        tracing::warn!("some requests were still under way when the server stopped");
    }
    house.close().await;
    Ok(())
}
