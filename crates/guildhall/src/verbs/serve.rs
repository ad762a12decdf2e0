//! `guildhall serve`: runs the server until SIGTERM or SIGINT, and stops it cleanly.

use std::io::Write as _;
use std::process::ExitCode;
use std::sync::Arc;

use tokio::signal::unix::{SignalKind, signal};

use crate::boot::Listeners;
use crate::config::Config;
use crate::data_folder::DataFolder;
use crate::descriptors;
use crate::file_modes::make_private;
use crate::listen::{ConnectionLimits, InheritedListeners, Listener, LocalSocket};
use crate::systemd;
use crate::tls::{self, BoundPorts};
use crate::traces::Traces;
use crate::wiring::Server;

/// `EX_TEMPFAIL` of sysexits(3): systemd starts a service again that ends with a failure.
const RESTART: u8 = 75;

/// The exit code.
pub async fn run(config: Config, traces: Option<Traces>) -> Result<ExitCode, String> {
    let descriptors = descriptors::raise_limit();
    let limits = ConnectionLimits::new(descriptors, config.settings.limits.connections_per_address);
    let inherited = Arc::new(InheritedListeners::from_environment()?);
    let folder = DataFolder::lock_for_server(&config.startup.server.data_dir, !inherited.is_empty()).await?;
    make_private(folder.path()).log();
    let listen = config.startup.server.listen;
    let listening = inherited.listen("server.listen", listen).await;
    let (tcp, address) = listening.map_err(|error| format!("The server cannot listen at {listen}: {error}."))?;
    let (metrics, metrics_note) = metrics_listener(&config, &inherited).await?;
    let local = LocalSocket::bind(&folder).map_err(|error| format!("The local socket cannot be opened: {error}."))?;
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| error.to_string())?;
    systemd::status("Opening the database");
    // What an administrator has set can be mended only by a server that starts.
    let must_have_tls = config.fixed.iter().any(|name| name == "tls.mode");
    let mut server = Server::open(config, folder).await?;
    let upgraded = server.upgraded.take();
    if let Some(traces) = &traces {
        server.app.monitoring.set_tracer(Arc::new(traces.requests()));
    }
    let bound = match must_have_tls {
        true => tls::open_at_start(&server.app.services.settings().tls, &inherited).await,
        false => Ok(BoundPorts::new()),
    };
    let bound = match bound {
        Ok(bound) => bound,
        Err(message) => {
            server.close().await;
            return Err(message);
        }
    };
    let listeners = Listeners { main: vec![tcp, Listener::Local(local)], metrics, bound, inherited: Arc::clone(&inherited) };
    let server = server.boot(listeners, limits).await?;
    inherited.warn_of_unused();
    let watchdog = systemd::ready(&format!("Listening at http://{address}"));
    println!("Guildhall is ready at http://{address}");
    let ConnectionLimits { total, per_address, .. } = limits;
    let limits = format!("It accepts up to {total} connections, {per_address} from one address ({descriptors} file descriptors).");
    let setup = server
        .setup_link(address)
        .await
        .map(|link| format!("Nobody has set up this server yet. Open this address, which creates the administrator's account: {link}"));
    for line in upgraded.into_iter().chain(std::iter::once(limits)).chain(metrics_note).chain(server.tls_lines()).chain(setup) {
        // Nobody may read any more, which is no reason to end.
        let _ = writeln!(std::io::stdout(), "{line}");
    }

    let must_restart = tokio::select! {
        _ = terminate.recv() => false,
        _ = interrupt.recv() => false,
        restart = server.database_moved() => restart,
    };
    systemd::stopping();
    server.stop().await;
    if let Some(traces) = traces {
        traces.finish().await;
    }
    drop(watchdog);
    Ok(if must_restart { ExitCode::from(RESTART) } else { ExitCode::SUCCESS })
}

/// The listener for Prometheus, and what to say about it. A port in use ends the start only where somebody has chosen it: several
/// servers of one machine have the same default.
async fn metrics_listener(config: &Config, inherited: &InheritedListeners) -> Result<(Option<Listener>, Option<String>), String> {
    let listen = &config.startup.metrics.listen;
    let Ok(address) = listen.parse() else { return Ok((None, None)) };
    match inherited.listen("metrics.listen", address).await {
        Ok((listener, address)) => Ok((Some(listener), Some(format!("Metrics for Prometheus are at http://{address}/metrics")))),
        Err(error) if config.fixed.iter().any(|name| name == "metrics.listen") => {
            Err(format!("The metrics cannot be served at {address} (metrics.listen): {error}."))
        }
        Err(error) => {
            tracing::warn!(%address, %error, "metrics are not served; metrics.listen sets another address, or none");
            Ok((None, Some(format!("Metrics are not served, because {address} cannot be used ({error}): see metrics.listen."))))
        }
    }
}
