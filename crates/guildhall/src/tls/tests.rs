//! The manager with an authority that answers as told, and a clock that the test moves.

use std::collections::VecDeque;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body;
use guildhall_adapters::certificates;
use guildhall_model::ports::{CertificateAuthority, CertificateOrder, ChallengeResponder, IssueError};
use guildhall_model::settings::Settings;
use guildhall_model::time::ManualClock;
use guildhall_model::tls::{TlsErrorCause, TlsServer};
use guildhall_model::{AddressList, Clock, Millis};
use parking_lot::Mutex;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tempfile::TempDir;
use time::OffsetDateTime;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tower::ServiceExt;

use super::*;
use crate::listen::{ConnectionLimits, Connections, Limits};

const NAME: &str = "chat.example";
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// Before a due time. The manager looks at the clock again when so much has passed.
const MARGIN_MS: i64 = 30_000;
const NOW: Millis = Millis(1_800_000_000_000);
/// Reached only when a test fails.
const TIMEOUT: Duration = Duration::from_secs(24 * 60 * 60);

/// Tells each order, and answers it with the next of its answers; then always with a certificate.
struct FakeAuthority {
    clock: Arc<ManualClock>,
    orders: mpsc::Sender<(Millis, CertificateOrder)>,
    failures: Mutex<VecDeque<IssueError>>,
    window: Mutex<Option<(Millis, Millis)>>,
}

#[async_trait]
impl CertificateAuthority for FakeAuthority {
    async fn issue(&self, order: &CertificateOrder, _: &dyn ChallengeResponder) -> Result<String, IssueError> {
        let _ = self.orders.send((self.clock.now(), order.clone())).await;
        let failure = self.failures.lock().pop_front();
        failure.map_or_else(|| Ok(issue(&order.names, self.clock.now())), Err)
    }

    async fn renewal_window(&self, _: &str) -> Option<(Millis, Millis)> {
        *self.window.lock()
    }
}

/// For 90 days, by an authority that browsers could know.
fn issue(names: &[String], now: Millis) -> String {
    let date = |at: Millis| OffsetDateTime::from_unix_timestamp(at.0 / 1_000).unwrap();
    let mut root = CertificateParams::new(vec!["root".to_owned()]).unwrap();
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = Issuer::new(root, KeyPair::generate().unwrap());
    let mut params = CertificateParams::new(names).unwrap();
    params.distinguished_name = rcgen::DistinguishedName::new();
    (params.not_before, params.not_after) = (date(now), date(now.plus_ms(90 * DAY_MS)));
    let key = KeyPair::generate().unwrap();
    format!("{}{}", key.serialize_pem(), params.signed_by(&key, &issuer).unwrap().pem())
}

struct World {
    tls: Arc<Tls>,
    clock: Arc<ManualClock>,
    authority: Arc<FakeAuthority>,
    orders: mpsc::Receiver<(Millis, CertificateOrder)>,
    settings: Settings,
    stop: watch::Sender<bool>,
    manager: JoinHandle<()>,
    _folder: TempDir,
}

async fn start(settings: Settings, failures: usize) -> World {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::at(NOW));
    let (sender, orders) = mpsc::channel(1);
    let failure = || IssueError::new(TlsErrorCause::Connection, "The port is closed.");
    let authority = Arc::new(FakeAuthority {
        clock: Arc::clone(&clock),
        orders: sender,
        failures: Mutex::new((0..failures).map(|_| failure()).collect()),
        window: Mutex::default(),
    });
    let path = folder.path().join(FOLDER);
    let tls = Tls::with_authority(&settings, path, Arc::clone(&clock) as _, Ok(Arc::clone(&authority) as _), "fake".to_owned());
    let context = PortContext {
        router: Router::new(),
        limits: Limits::default(),
        connections: Connections::new(ConnectionLimits::new(1_024, 0), AddressList::default()),
        acceptor: Arc::new(server_config(tls.resolver()).unwrap()).into(),
        proxy_protocol: None,
        inherited: Arc::default(),
    };
    let manager = TlsManager::new(Arc::clone(&tls), context, BoundPorts::new());
    let mut readiness = manager.readiness();
    let (stop, stopped) = watch::channel(false);
    let manager = tokio::spawn(manager.run(stopped));
    readiness.wait_for(|is_ready| *is_ready).await.unwrap();
    World { tls, clock, authority, orders, settings, stop, manager, _folder: folder }
}

fn settings(mode: &str, domains: &str) -> Settings {
    let mut settings = Settings::default();
    (settings.tls.mode, settings.tls.domains) = (mode.to_owned(), domains.to_owned());
    (settings.tls.http_listen, settings.tls.https_listen) = ("127.0.0.1:0".to_owned(), "127.0.0.1:0".to_owned());
    settings
}

impl World {
    async fn order(&mut self) -> (Millis, CertificateOrder) {
        tokio::time::timeout(TIMEOUT, self.orders.recv()).await.expect("no certificate was asked for").unwrap()
    }

    /// After the manager has looked at the clock several times.
    async fn assert_no_order(&mut self) {
        tokio::time::sleep(Duration::from_secs(600)).await;
        assert!(self.orders.try_recv().is_err());
    }

    async fn until(&self, condition: impl Fn(&TlsStatus) -> bool) -> TlsStatus {
        let waiting = async {
            while !condition(&self.tls.status()) {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(TIMEOUT, waiting).await.unwrap_or_else(|_| panic!("{:?}", self.tls.status()));
        self.tls.status()
    }

    fn configure(&mut self, change: impl FnOnce(&mut Settings)) {
        change(&mut self.settings);
        self.tls.configure(&self.settings);
    }

    async fn finish(self) {
        self.stop.send(true).unwrap();
        self.manager.await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn failed_attempts_are_repeated_at_growing_intervals_with_the_next_challenge() {
    let mut world = start(settings("acme", NAME), 5).await;
    let mut due = NOW;
    for (index, delay) in [0, MINUTE_MS, 10 * MINUTE_MS, 100 * MINUTE_MS, DAY_MS, DAY_MS].into_iter().enumerate() {
        if delay > 0 {
            due = due.plus_ms(delay);
            let status = world.until(|status| status.failed_attempts as usize == index && !status.is_renewing).await;
            let error = status.last_error.unwrap();
            assert_eq!((status.next_attempt_at, error.cause, error.at), (due, TlsErrorCause::Connection, due.minus_ms(delay)));
            world.clock.advance_ms(delay - MARGIN_MS);
            world.assert_no_order().await;
            world.clock.advance_ms(MARGIN_MS);
        }
        let (at, order) = world.order().await;
        assert_eq!((at, order.names), (due, vec![NAME.to_owned()]));
        assert_eq!(order.challenge.as_str(), ["http-01", "tls-alpn-01"][index % 2]);
        // Until then the server has a certificate of its own, and nobody is sent to HTTPS. The last one succeeds.
        if index < 5 {
            assert!(world.tls.status().certificate.unwrap().is_self_signed);
            assert_eq!(world.tls.https_location(NAME, "/"), None);
        }
    }
    let status = world.until(|status| status.last_error.is_none()).await;
    assert_eq!((status.failed_attempts, status.certificate.unwrap().names), (0, vec![NAME.to_owned()]));
    assert!(world.tls.is_trusted_for(NAME) && !world.tls.is_trusted_for("other.example"));
    world.finish().await;
}

#[tokio::test(start_paused = true)]
async fn a_certificate_is_renewed_before_its_end_and_whenever_an_administrator_wants() {
    let mut world = start(settings("acme", NAME), 0).await;
    world.order().await;
    let issued = world.until(|status| status.next_attempt_at > NOW.plus_ms(50 * DAY_MS)).await;
    let (first, due) = (issued.certificate.unwrap(), issued.next_attempt_at);
    assert!(due <= NOW.plus_ms(60 * DAY_MS) && due >= NOW.plus_ms(56 * DAY_MS), "{due:?}");
    world.clock.advance_ms(due.0 - NOW.0 - MARGIN_MS);
    world.assert_no_order().await;
    world.clock.advance_ms(MARGIN_MS);
    assert_eq!(world.order().await.0, due);
    let second = world.until(|status| status.certificate.as_ref().unwrap().fingerprint != first.fingerprint).await;
    assert!(world.tls.renew_now());
    world.order().await;
    world.until(|status| status.certificate != second.certificate).await;

    // The authority withdraws it earlier.
    let now = world.clock.now();
    *world.authority.window.lock() = Some((now, now.plus_ms(1)));
    world.clock.advance_ms(13 * 60 * MINUTE_MS);
    world.order().await;
    world.finish().await;
}

#[tokio::test(start_paused = true)]
async fn a_kept_certificate_is_used_again_and_other_names_need_another() {
    let mut world = start(settings("acme", NAME), 0).await;
    world.order().await;
    let first = world.until(|status| !status.certificate.as_ref().unwrap().is_self_signed).await.certificate;
    world.configure(|settings| settings.tls.mode = "self_signed".to_owned());
    world.until(|status| status.certificate.as_ref().is_some_and(|certificate| certificate.is_self_signed)).await;
    assert!(!world.tls.renew_now());
    world.configure(|settings| settings.tls.mode = "acme".to_owned());
    world.until(|status| status.certificate == first).await;
    world.assert_no_order().await;
    world.configure(|settings| settings.tls.domains = format!("{NAME},b.example"));
    assert_eq!(world.order().await.1.names, [NAME, "b.example"]);
    world.until(|status| status.certificate.as_ref().unwrap().covers("b.example")).await;
    world.configure(|settings| settings.tls.domains = String::new());
    let status = world.until(|status| status.last_error.is_some()).await;
    assert!(status.last_error.unwrap().message.contains("set tls.domains"));
    world.finish().await;
}

#[tokio::test(start_paused = true)]
async fn an_attempt_ends_when_the_settings_change() {
    let mut world = start(settings("acme", NAME), 1).await;
    world.order().await;
    world.until(|status| status.failed_attempts == 1).await;
    world.configure(|settings| settings.tls.acme_contact = "ann@example.com".to_owned());
    // At once, and with the first challenge.
    let (at, order) = world.order().await;
    assert_eq!((at, order.contact.as_str(), order.challenge.as_str()), (NOW, "ann@example.com", "http-01"));
    world.configure(|settings| settings.tls.mode = "off".to_owned());
    let status = world.until(|status| status.certificate.is_none()).await;
    assert_eq!((status.http.is_open, status.https.is_open, status.next_attempt_at), (false, false, Millis::ZERO));
    world.finish().await;
}

#[tokio::test(start_paused = true)]
async fn ports_follow_the_settings_and_one_that_is_in_use_is_told() {
    let mut world = start(settings("self_signed", ""), 0).await;
    let open = world.until(|status| status.http.is_open && status.https.is_open).await;
    let first = open.https.address;
    tokio::net::TcpStream::connect(&first).await.unwrap();
    let used = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = used.local_addr().unwrap().to_string();
    world.configure(|settings| settings.tls.https_listen = address.clone());
    let status = world.until(|status| !status.https.error.is_empty()).await;
    assert!(status.https.error.contains("in use by another program") && !status.https.is_open && status.http.is_open, "{status:?}");
    assert!(tokio::net::TcpStream::connect(&first).await.is_err());
    drop(used);
    world.configure(|settings| settings.tls.hsts_max_age_seconds = 1);
    let status = world.until(|status| status.https.is_open).await;
    assert_eq!(status.https, ListenerStatus { address: address.clone(), is_open: true, error: String::new() });
    tokio::net::TcpStream::connect(&address).await.unwrap();
    world.finish().await;
}

#[tokio::test(start_paused = true)]
async fn only_requests_for_a_trusted_name_are_sent_to_https() {
    let mut world = start(settings("acme", NAME), 1).await;
    let send = async |world: &World, host: &str, path: &str| {
        let router = with_front(Router::new().fallback(async || "served"), Arc::clone(&world.tls), true);
        let request = http::Request::post(path).header("host", host).body(Body::empty()).unwrap();
        let response = router.oneshot(request).await.unwrap();
        let location = response.headers().get("location").map(|location| location.to_str().unwrap().to_owned());
        (response.status().as_u16(), location)
    };
    world.order().await;
    world.until(|status| status.failed_attempts == 1).await;
    assert_eq!(send(&world, NAME, "/a").await, (200, None));
    assert!(world.tls.renew_now());
    world.order().await;
    world.until(|status| !status.certificate.as_ref().unwrap().is_self_signed).await;
    let to = |location: &str| (308, Some(location.to_owned()));
    let port = world.tls.status().https.address.rsplit(':').next().unwrap().to_owned();
    assert_eq!(send(&world, NAME, "/a/b?c=d%20e").await, to(&format!("https://chat.example:{port}/a/b?c=d%20e")));
    assert_eq!(send(&world, "CHAT.example:8080", "/").await, to(&format!("https://CHAT.example:{port}/")));
    for host in ["192.168.1.5", "studio.local:8065", "other.example", "", "chat.example.evil.example", "[::1]:80"] {
        assert_eq!(send(&world, host, "/a").await, (200, None), "{host}");
    }
    assert_eq!(send(&world, NAME, "/.well-known/acme-challenge/unknown").await, (404, None));
    world.configure(|settings| settings.site.url = format!("https://{NAME}:8443/chat"));
    world.until(|status| status.https.is_open).await;
    assert_eq!(send(&world, NAME, "/chat").await, to("https://chat.example:8443/chat"));
    world.configure(|settings| settings.tls.redirect = false);
    world.until(|status| status.https.is_open).await;
    assert_eq!(send(&world, NAME, "/a").await, (200, None));
    world.finish().await;
}

#[tokio::test(start_paused = true)]
async fn files_are_read_again_when_they_change_and_a_broken_pair_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key) = (folder.path().join("chain.pem"), folder.path().join("key.pem"));
    let write = |path: &Path, pem: &str| {
        std::fs::write(path.with_extension("new"), pem).unwrap();
        std::fs::rename(path.with_extension("new"), path).unwrap();
    };
    let split = |pem: &str| {
        let at = pem.find("-----BEGIN CERTIFICATE").unwrap();
        (pem[at..].to_owned(), pem[..at].to_owned())
    };
    let mut settings = settings("files", NAME);
    (settings.tls.certificate_file, settings.tls.key_file) = (certificate.clone(), key.clone());
    let world = start(settings, 0).await;
    let status = world.until(|status| status.last_error.is_some()).await;
    assert!(status.last_error.unwrap().message.contains("chain.pem cannot be read"), "until there is one, the server uses its own");
    assert!(status.certificate.unwrap().is_self_signed);

    let (first, second) = (split(&issue(&[NAME.to_owned()], NOW)), split(&issue(&[NAME.to_owned()], NOW)));
    write(&certificate, &first.0);
    write(&key, &first.1);
    let served = world.until(|status| status.last_error.is_none()).await.certificate.unwrap();
    assert!(world.tls.is_trusted_for(NAME));
    write(&certificate, &second.0);
    let broken = world.until(|status| status.last_error.is_some()).await;
    assert!(broken.last_error.unwrap().message.contains("does not belong"));
    assert_eq!(broken.certificate.unwrap(), served);
    write(&key, &second.1);
    let renewed = world.until(|status| status.last_error.is_none()).await.certificate.unwrap();
    assert_ne!(renewed, served);

    world.clock.advance_ms(91 * DAY_MS);
    let expired = world.until(|status| status.last_error.is_some()).await;
    assert!(expired.last_error.unwrap().message.contains("has expired"));
    assert!(!world.tls.is_trusted_for(NAME), "so that nobody is sent to it any more");
    world.finish().await;
}

#[tokio::test(start_paused = true)]
async fn a_certificate_of_its_own_is_for_the_local_network() {
    let world = start(settings("self_signed", "studio.example"), 0).await;
    let status = world.until(|status| status.certificate.is_some()).await;
    let certificate = status.certificate.unwrap();
    for host in ["studio.example", "localhost", "127.0.0.1"] {
        assert!(certificate.covers(host), "{certificate:?}");
    }
    assert!(!world.tls.is_trusted_for("studio.example"));
    let lines = world.tls.start_lines();
    assert!(lines[1].contains(&certificate.fingerprint), "{lines:?}");
    let kept = std::fs::read(world.tls.folder.join("self-signed.pem")).unwrap();
    assert!(certificates::describe(&first_certificate(&kept)).unwrap() == certificate);
    world.finish().await;
}

fn first_certificate(pem: &[u8]) -> rustls::pki_types::CertificateDer<'static> {
    rustls::pki_types::pem::PemObject::from_pem_slice(pem).unwrap()
}
