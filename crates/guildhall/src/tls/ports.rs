//! The HTTP and the HTTPS port: opened and closed while the server runs, as the settings say.

use std::collections::HashMap;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use guildhall_adapters::acme::AcmeAuthority;
use guildhall_model::settings::{self, TlsMode};
use guildhall_model::tls::ListenerStatus;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::files::PairFiles;
use super::{Tls, with_front};
use crate::listen::{self, Connections, InheritedListeners, Limits, Listener, ProxyProtocol};

/// How long the address of a port that was just closed may be in use.
const REBIND_ATTEMPTS: u32 = 40;
const REBIND_DELAY: Duration = Duration::from_millis(25);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Port {
    Http,
    Https,
}

impl Port {
    const fn setting(self) -> &'static str {
        match self {
            Self::Http => "tls.http_listen",
            Self::Https => "tls.https_listen",
        }
    }

    /// As it is set; empty for none.
    fn address(self, settings: &settings::Tls) -> &str {
        match (settings.mode(), self) {
            (TlsMode::Off, _) => "",
            (_, Self::Http) => &settings.http_listen,
            (_, Self::Https) => &settings.https_listen,
        }
    }
}

/// Ports that were opened before the server, by their address in the settings.
pub type BoundPorts = HashMap<String, Listener>;

/// Opens the ports, and checks what certificates need, where the file or the command line demands HTTPS: a failure ends the start.
///
/// # Errors
/// A sentence.
pub async fn open_at_start(settings: &settings::Tls, inherited: &InheritedListeners) -> Result<BoundPorts, String> {
    match settings.mode() {
        TlsMode::Off | TlsMode::SelfSigned => {}
        TlsMode::Files => drop(PairFiles::new(settings).read().map_err(|error| error.message)?),
        TlsMode::Acme if settings.host_names().is_empty() => {
            return Err("No certificate can be asked for without a name; set tls.domains, or start with --domain NAME.".to_owned());
        }
        TlsMode::Acme => AcmeAuthority::check(&settings.acme_root_file)?,
    }
    let mut bound = BoundPorts::new();
    for port in [Port::Http, Port::Https] {
        let address = port.address(settings);
        if !address.is_empty() {
            bound.insert(address.to_owned(), bind(port, address, inherited).await?);
        }
    }
    Ok(bound)
}

async fn bind(port: Port, address: &str, inherited: &InheritedListeners) -> Result<Listener, String> {
    let parsed: SocketAddr = address.parse().map_err(|_| format!("{address} in {} is not an address with a port.", port.setting()))?;
    let listening = inherited.listen(port.setting(), parsed).await;
    Ok(listening.map_err(|error| explain(port, parsed, &error))?.0)
}

fn explain(port: Port, address: SocketAddr, error: &io::Error) -> String {
    let (setting, number) = (port.setting(), address.port());
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("Port {number} is in use by another program; stop it, or set {setting} to another port.")
        }
        io::ErrorKind::PermissionDenied => format!(
            "The server may not open port {number}: ports below 1024 need the capability CAP_NET_BIND_SERVICE; grant it, or set \
             {setting} to a port above 1023."
        ),
        io::ErrorKind::AddrNotAvailable => format!("This machine has no address {}; change {setting}.", address.ip()),
        _ => format!("The server cannot listen at {address} ({setting}): {error}."),
    }
}

/// What an opened port needs.
pub struct PortContext {
    pub router: Router,
    pub limits: Limits,
    pub connections: Arc<Connections>,
    pub acceptor: TlsAcceptor,
    pub proxy_protocol: Option<ProxyProtocol>,
    pub inherited: Arc<InheritedListeners>,
}

/// The open ports.
pub struct Ports {
    context: PortContext,
    bound: BoundPorts,
    open: HashMap<&'static str, OpenPort>,
    tasks: JoinSet<()>,
}

struct OpenPort {
    /// As it is set.
    address: String,
    status: ListenerStatus,
    stop: watch::Sender<bool>,
}

impl Ports {
    pub fn new(context: PortContext, bound: BoundPorts) -> Self {
        Self { context, bound, open: HashMap::new(), tasks: JoinSet::new() }
    }

    /// Opens and closes what the settings require. To be repeated, because another program may use a port only for a while.
    pub async fn apply(&mut self, settings: &settings::Tls, tls: &Arc<Tls>) {
        // Frees the tasks that have ended.
        while self.tasks.try_join_next().is_some() {}
        let mut has_closed = false;
        for port in [Port::Http, Port::Https] {
            let is_other = self.open.get(port.setting()).is_some_and(|open| open.address != port.address(settings));
            if is_other && let Some(open) = self.open.remove(port.setting()) {
                let _ = open.stop.send(true);
                has_closed = true;
            }
        }
        for port in [Port::Http, Port::Https] {
            let address = port.address(settings);
            if let Some(open) = self.open.get(port.setting()) {
                show(tls, port, open.status.clone());
                continue;
            }
            if address.is_empty() {
                continue;
            }
            let opened = match self.bound.remove(address) {
                Some(listener) => Ok(listener),
                None => bind_repeatedly(port, address, &self.context.inherited, if has_closed { REBIND_ATTEMPTS } else { 1 }).await,
            };
            let status = match opened {
                Ok(listener) => self.open(port, address, listener, tls),
                Err(error) => ListenerStatus { address: address.to_owned(), is_open: false, error },
            };
            show(tls, port, status);
        }
        self.bound.clear();
    }

    fn open(&mut self, port: Port, address: &str, listener: Listener, tls: &Arc<Tls>) -> ListenerStatus {
        let bound = listener.address().map_or_else(|| address.to_owned(), |address| address.to_string());
        let status = ListenerStatus { address: bound, is_open: true, error: String::new() };
        let listener = listener.with_proxy_protocol(self.context.proxy_protocol.as_ref());
        let listener = if port == Port::Https { listener.with_tls(self.context.acceptor.clone()) } else { listener };
        let router = with_front(self.context.router.clone(), Arc::clone(tls), port == Port::Http);
        let (stop, stopped) = watch::channel(false);
        self.tasks.spawn(listen::serve(listener, router, self.context.limits, Arc::clone(&self.context.connections), stopped));
        self.open.insert(port.setting(), OpenPort { address: address.to_owned(), status: status.clone(), stop });
        status
    }

    /// Closes the ports, and waits until the responses in progress are sent.
    pub async fn close(mut self) {
        for open in self.open.values() {
            let _ = open.stop.send(true);
        }
        while self.tasks.join_next().await.is_some() {}
    }
}

async fn bind_repeatedly(port: Port, address: &str, inherited: &InheritedListeners, attempts: u32) -> Result<Listener, String> {
    let mut result = bind(port, address, inherited).await;
    for _ in 1..attempts {
        if result.is_ok() {
            break;
        }
        tokio::time::sleep(REBIND_DELAY).await;
        result = bind(port, address, inherited).await;
    }
    result
}

fn show(tls: &Tls, port: Port, new: ListenerStatus) {
    let mut status = tls.status.lock();
    let shown = if port == Port::Http { &mut status.http } else { &mut status.https };
    if !new.error.is_empty() && new.error != shown.error {
        tracing::error!("{}", new.error);
    }
    *shown = new;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_port_that_cannot_be_opened_is_explained() {
        let used = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let mut settings = settings::Tls { mode: "self_signed".to_owned(), http_listen: String::new(), ..settings::Tls::default() };
        settings.https_listen = used.local_addr().unwrap().to_string();
        let error = open_at_start(&settings, &InheritedListeners::default()).await.err().unwrap();
        assert!(error.contains("is in use by another program") && error.contains("tls.https_listen"), "{error}");
        settings.https_listen = "192.0.2.1:443".to_owned();
        let error = open_at_start(&settings, &InheritedListeners::default()).await.err().unwrap();
        assert_eq!(error, "This machine has no address 192.0.2.1; change tls.https_listen.");
        let denied = explain(Port::Http, "[::]:80".parse().unwrap(), &io::ErrorKind::PermissionDenied.into());
        assert!(denied.contains("CAP_NET_BIND_SERVICE") && denied.contains("tls.http_listen"), "{denied}");
        settings.mode = "off".to_owned();
        assert!(open_at_start(&settings, &InheritedListeners::default()).await.unwrap().is_empty());
    }
}
