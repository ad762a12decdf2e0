//! Certificates of a real authority: each challenge, renewal, and names that an administrator sets while the server runs.

use std::os::unix::fs::PermissionsExt;

use bytes::Bytes;
use futures::StreamExt;
use http_body_util::{BodyExt, Empty};
use hyper::client::conn::http2;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::{Value, json};

use crate::client::{connect, post, socket, try_get};
use crate::pebble::Pebble;
use crate::site::{NAME, Site, acme, tls_settings, without_names};
use crate::support::{PASSWORD, TEST_TIMEOUT};

const PING: &str = "/api/v4/system/ping";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_is_issued_by_http_01_and_https_begins() {
    let pebble = Pebble::start().await;
    let site = Site::start(&pebble, acme(&pebble, NAME)).await;
    let status = site.until_issued().await;
    assert_eq!((&status["mode"], &status["last_error"]), (&json!("acme"), &Value::Null));
    assert_eq!((&status["certificate"]["names"], &status["https"]["is_open"]), (&json!([NAME]), &json!(true)));
    let trust = pebble.trust().await;

    let answer = site.get(&trust, PING).await.unwrap();
    assert_eq!((answer.status, answer.header("strict-transport-security")), (200, "max-age=15552000"));
    let login = json!({"login_id": "root", "password": PASSWORD}).to_string();
    let login = post(&trust, site.https, NAME, "/api/v4/users/login", &login).await;
    assert!(login.status == 200 && login.header("set-cookie").contains("; Secure"), "{login:?}");

    // HTTP leads there, with path and query, for this name only.
    let redirected = site.get_plain(NAME, "/a/b?c=d").await;
    let location = format!("https://{NAME}/a/b?c=d");
    assert_eq!((redirected.status, redirected.header("location")), (308, location.as_str()));
    let local = site.get_plain("192.168.1.5", PING).await;
    assert_eq!((local.status, local.header("strict-transport-security")), (200, ""));
    assert_eq!(site.get_plain(NAME, "/.well-known/acme-challenge/none").await.status, 404);
    // The site's address follows from the name.
    let config = site.server.call(&site.admin, "GET", "/config/client?format=old", None).await.unwrap();
    assert_eq!(config["SiteURL"], format!("https://{NAME}"));

    // HTTP/2 is chosen by ALPN; a WebSocket comes over HTTP/1.1.
    let stream = connect(&trust, site.https, NAME, &[b"h2", b"http/1.1"]).await.unwrap();
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    #[expect(clippy::disallowed_methods, reason = "the client of the tests")]
    let (mut client, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request = http::Request::get(format!("https://{NAME}{PING}")).header("origin", format!("https://{NAME}"));
    let response = client.send_request(request.body(Empty::<Bytes>::new()).unwrap()).await.unwrap();
    assert_eq!(response.headers()["strict-transport-security"], "max-age=15552000");
    assert!(response.into_body().collect().await.unwrap().to_bytes().starts_with(b"{"));
    socket(&trust, site.https, NAME, &site.admin).await.close(None).await.unwrap();

    let folder = site.server.data_dir().join("certificates");
    let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 3, "{files:?}");
    assert!(files.iter().all(|file| file.metadata().unwrap().permissions().mode() & 0o777 == 0o600), "{files:?}");
    assert_eq!(folder.metadata().unwrap().permissions().mode() & 0o777, 0o700);

    // Kept across a restart.
    let mut site = site;
    site.server.stop_and_restart().await;
    assert_eq!(site.status().await["certificate"], status["certificate"]);
    site.server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_is_issued_by_tls_alpn_01() {
    let pebble = Pebble::start().await;
    let mut settings = acme(&pebble, NAME);
    settings.extend([("TLS_ACME_CHALLENGES", "tls-alpn-01".to_owned()), ("TLS_HTTP_LISTEN", String::new())]);
    let site = Site::start(&pebble, settings).await;
    let status = site.until_issued().await;
    assert_eq!((&status["http"]["is_open"], &status["http"]["error"]), (&json!(false), &json!("")));
    assert_eq!(site.get(&pebble.trust().await, PING).await.unwrap().status, 200);
    site.server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wildcard_is_issued_by_dns_01_with_a_program() {
    let pebble = Pebble::start().await;
    let mut settings = acme(&pebble, &format!("{NAME},*.studio.example"));
    settings.extend([("TLS_ACME_CHALLENGES", "dns-01".to_owned()), ("TLS_DNS_HOOK", pebble.hook().to_str().unwrap().to_owned())]);
    let site = Site::start(&pebble, settings).await;
    site.until_issued().await;
    let trust = pebble.trust().await;
    for name in [NAME, "other.studio.example"] {
        assert_eq!(try_get(&trust, site.https, name, PING).await.unwrap().status, 200, "{name}");
    }
    let mut calls: Vec<String> = std::fs::read_to_string(pebble.hook_log()).unwrap().lines().map(str::to_owned).collect();
    calls.sort_unstable();
    let calls_for = |name| ["add", "remove"].map(|action| format!("{action} _acme-challenge.{name}"));
    let mut expected = [calls_for(NAME), calls_for("studio.example")].concat();
    expected.sort_unstable();
    assert_eq!(calls, expected);
    site.server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_renewal_replaces_the_certificate_under_open_connections() {
    // Some nonces are rejected, as real authorities do.
    let pebble = Pebble::start_with(&[("PEBBLE_WFE_NONCEREJECT", "20")], json!({})).await;
    let site = Site::start(&pebble, acme(&pebble, NAME)).await;
    let first = site.issued_after(&Value::Null).await;
    let trust = pebble.trust().await;
    let mut socket = socket(&trust, site.https, NAME, &site.admin).await;
    site.renew_now().await;
    assert!(site.audits().await.contains(&"system.renew_certificate".to_owned()));
    let second = site.issued_after(&first).await;
    assert_ne!(first["fingerprint"], second["fingerprint"]);

    let channel = site.server.town_square(&site.admin).await;
    site.server.call(&site.admin, "POST", "/posts", Some(json!({"channel_id": channel, "message": "still here"}))).await.unwrap();
    let posted = async {
        loop {
            let message = socket.next().await.expect("an open socket").unwrap();
            if message.to_text().is_ok_and(|text| text.contains("still here")) {
                return;
            }
        }
    };
    tokio::time::timeout(TEST_TIMEOUT, posted).await.expect("the event of the post");
    let stream = connect(&trust, site.https, NAME, &[]).await.unwrap();
    let certificate = &stream.get_ref().1.peer_certificates().unwrap()[0];
    let facts = guildhall_adapters::certificates::describe(certificate).unwrap();
    assert_eq!(facts.fingerprint, second["fingerprint"]);
    site.server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_administrator_turns_https_on_and_off_while_the_server_runs() {
    let pebble = Pebble::start().await;
    let site = Site::start(&pebble, without_names(&pebble)).await;
    assert!(tokio::net::TcpStream::connect(site.https).await.is_err());
    assert_eq!(site.status().await["certificate"], Value::Null);
    site.change(tls_settings("acme", NAME)).await;
    let mut sockets = [site.server.socket(&site.admin).await];
    site.until_issued().await;
    let trust = pebble.trust().await;
    assert_eq!(site.get(&trust, PING).await.unwrap().status, 200);
    site.change(json!({"ServiceSettings": {"TLSStrictTransportMaxAge": 60}})).await;
    assert_eq!(site.get(&trust, PING).await.unwrap().header("strict-transport-security"), "max-age=60");
    site.change(tls_settings("off", NAME)).await;
    let closed = async { while tokio::net::TcpStream::connect(site.https).await.is_ok() {} };
    tokio::time::timeout(TEST_TIMEOUT, closed).await.expect("the port is closed");
    // Nobody who came over the other port has noticed.
    let channel = site.server.town_square(&site.admin).await;
    site.server.call(&site.admin, "POST", "/posts", Some(json!({"channel_id": channel, "message": "on"}))).await.unwrap();
    crate::support::next_event(&mut sockets[0], "posted").await;
    site.server.stop().await;
}
