//! `guildhall serve`: runs the server until SIGTERM or SIGINT, and stops it cleanly.

use std::io::Write as _;

use tokio::signal::unix::{SignalKind, signal};

use crate::config::Config;
use crate::data_folder::DataFolder;
use crate::descriptors;
use crate::file_modes::make_private;
use crate::listen::{ConnectionLimits, Listener, LocalSocket};
use crate::tls::{self, BoundPorts};
use crate::wiring::Server;

pub async fn run(config: Config) -> Result<(), String> {
    let descriptors = descriptors::raise_limit();
    let limits = ConnectionLimits::new(descriptors, config.settings.limits.connections_per_address);
    let folder = DataFolder::lock_for_server(&config.startup.server.data_dir).await?;
    make_private(folder.path()).log();
    let listen = config.startup.server.listen;
    let (tcp, address) = Listener::tcp(listen).await.map_err(|error| format!("The server cannot listen at {listen}: {error}."))?;
    let local = LocalSocket::bind(&folder).map_err(|error| format!("The local socket cannot be opened: {error}."))?;
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| error.to_string())?;
    // What an administrator has set can be mended only by a server that starts.
    let must_have_tls = config.fixed.iter().any(|name| name == "tls.mode");
    let server = Server::open(config, folder).await?;
    let ports = if must_have_tls { tls::open_at_start(&server.app.services.settings().tls).await } else { Ok(BoundPorts::new()) };
    let ports = match ports {
        Ok(ports) => ports,
        Err(message) => {
            server.close().await;
            return Err(message);
        }
    };
    let server = server.boot(vec![tcp, Listener::Local(local)], ports, limits).await?;
    println!("Guildhall is ready at http://{address}");
    let ConnectionLimits { total, per_address, .. } = limits;
    let limits = format!("It accepts up to {total} connections, {per_address} from one address ({descriptors} file descriptors).");
    for line in std::iter::once(limits).chain(server.tls_lines()) {
        // Nobody may read any more, which is no reason to end.
        let _ = writeln!(std::io::stdout(), "{line}");
    }

    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    server.stop().await;
    Ok(())
}
