//! An authority that is down, refuses or cannot see the server; ports that cannot be opened. The server goes on, and says
//! what to do.

use std::net::{Ipv4Addr, SocketAddr};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::client::{self, Trust};
use crate::pebble::{Pebble, free_port};
use crate::site::{NAME, Site, acme, tls_settings, without_names};
use crate::support::{command, error_output};

const MINUTE_MS: i64 = 60_000;

/// The cause, and the sentence.
fn error_of(status: &Value) -> (&str, &str) {
    let error = &status["last_error"];
    let next_attempt = status["next_attempt_at"].as_i64().unwrap() - error["at"].as_i64().unwrap();
    assert_eq!((next_attempt, &status["failed_attempts"]), (MINUTE_MS, &json!(1)), "{status}");
    assert_eq!(status["certificate"]["is_self_signed"], true, "{status}");
    (error["cause"].as_str().unwrap(), error["message"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_that_do_not_lead_here_are_told_and_can_be_mended() {
    let pebble = Pebble::start_with(&[], json!({"domainBlocklist": ["refused.example"]})).await;
    let elsewhere = Ipv4Addr::new(127, 0, 0, 2);
    let other = TcpListener::bind(SocketAddr::from((elsewhere, pebble.http_port))).await.unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = other.accept().await {
            let _ = stream.read(&mut [0; 1024]).await;
            let _ = stream.write_all(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await;
        }
    });
    pebble.set_address(NAME, elsewhere.into()).await;
    pebble.set_address("closed.example", Ipv4Addr::new(127, 0, 0, 3).into()).await;
    let site = Site::start(&pebble, without_names(&pebble)).await;

    site.change(tls_settings("acme", "closed.example")).await;
    let status = site.until_failed().await;
    let (cause, message) = error_of(&status);
    assert!(cause == "connection" && message.contains("closed.example at port 80; open it in the firewall"), "{message}");

    // The doctor asks the server, and says what the authority said.
    let summary = site.finding("certificate.renewal_failing").await;
    assert!(
        summary.contains("closed.example at port 80; open it in the firewall") && summary.contains("the server's own one"),
        "{summary}"
    );

    site.change(tls_settings("acme", "refused.example")).await;
    let status = site.until_failed().await;
    let (cause, message) = error_of(&status);
    assert!(cause == "rejected" && message.contains("check tls.domains"), "{message}");

    site.change(tls_settings("acme", NAME)).await;
    let status = site.until_failed().await;
    let (cause, message) = error_of(&status);
    assert!(cause == "wrong_server" && message.contains("leads to another server"), "{message}");

    // Meanwhile HTTPS answers with a certificate of its own, which nobody is sent to or kept at.
    let answer = site.get(&site.own_trust(), "/api/v4/system/ping").await.unwrap();
    assert_eq!((answer.status, answer.header("strict-transport-security")), (200, ""));
    assert_eq!(site.get_plain(NAME, "/api/v4/system/ping").await.status, 200);

    pebble.set_address(NAME, Ipv4Addr::LOCALHOST.into()).await;
    // By the next challenge, for which the name has the right address now, too.
    site.renew_now().await;
    site.until_issued().await;
    site.server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_authority_that_cannot_be_used_is_told() {
    let pebble = Pebble::start_with(&[("PEBBLE_WFE_NONCEREJECT", "100")], json!({})).await;
    let nothing = format!("https://127.0.0.1:{}/dir", free_port());
    let set = |name: &'static str, value: &str| {
        let mut settings = acme(&pebble, NAME);
        settings.retain(|(set, _)| *set != name);
        settings.push((name, value.to_owned()));
        settings
    };
    for (settings, words) in [
        (set("TLS_ACME_DIRECTORY_URL", &nothing), "127.0.0.1 cannot be reached"),
        (set("TLS_ACME_ROOT_FILE", ""), "name its root certificate in tls.acme_root_file"),
        (set("TLS_MODE", "acme"), "has a failure; the server tries again"),
    ] {
        let site = Site::start_anywhere(settings).await;
        let status = site.until_failed().await;
        let (cause, message) = error_of(&status);
        assert!(cause == "authority" && message.contains(words), "{cause}: {message}");
        assert_eq!(site.get_plain(NAME, "/api/v4/system/ping").await.status, 200);
        site.server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_that_cannot_open_its_ports_ends_with_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let used = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let file = |text: &str| {
        let file = folder.path().join("guildhall.toml");
        // Another server of this machine may have the port for metrics, which is a line of the log.
        std::fs::write(&file, format!("{text}[metrics]\nlisten = \"\"\n")).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let address = used.local_addr().unwrap();
    let in_use = format!("[server]\nlisten = \"127.0.0.1:0\"\n[tls]\nhttp_listen = \"\"\nhttps_listen = \"{address}\"\n");
    let missing =
        "[server]\nlisten = \"127.0.0.1:0\"\n[tls]\nmode = \"files\"\ncertificate_file = \"/nothing.pem\"\nkey_file = \"/nothing.key\"\n";
    let no_name = "[server]\nlisten = \"127.0.0.1:0\"\n[tls]\nmode = \"acme\"\n";
    let no_root = "[server]\nlisten = \"127.0.0.1:0\"\n[tls]\nacme_root_file = \"/nothing.pem\"\n";
    for (text, more, words) in [
        (in_use.as_str(), vec!["--domain", NAME], format!("Port {} is in use by another program", address.port())),
        (missing, vec![], "The file /nothing.pem cannot be read".to_owned()),
        (no_name, vec![], "set tls.domains, or start with --domain".to_owned()),
        (no_root, vec!["--domain", NAME], "The file /nothing.pem of tls.acme_root_file cannot be used".to_owned()),
        (no_name, vec!["--domain", "https://x/"], "tls.domains: it must be".to_owned()),
    ] {
        let file = file(text);
        let words_of_command = [vec!["serve", "--config", &file], more].concat();
        let error = error_output(&command(&folder.path().join("data"), None, &words_of_command).await);
        assert!(error.contains(&words) && error.lines().count() == 1, "{error}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_handshake_that_fails_or_waits_disturbs_nobody() {
    let site = Site::start_anywhere(vec![("TLS_MODE", "self_signed".to_owned())]).await;
    let mut silent = Vec::new();
    for _ in 0..20 {
        silent.push(tokio::net::TcpStream::connect(site.https).await.unwrap());
    }
    assert!(site.get(&Trust::nobody(), "/").await.is_err());
    let mut plain = tokio::net::TcpStream::connect(site.https).await.unwrap();
    plain.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.unwrap();
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP/1.1 200"));
    assert_eq!(client::get(&site.own_trust(), site.https, "localhost", "/api/v4/system/ping").await.status, 200);
    site.server.stop().await;
}
