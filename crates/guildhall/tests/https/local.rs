//! The local network: a certificate of the server's own, plain HTTP at an address, and no DNS or Internet.

use std::process::Stdio;
use std::sync::Arc;

use futures::StreamExt;
use serde_json::json;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::process::Command;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

use crate::client::{self, get_plain, post_plain, socket};
use crate::pebble::free_port;
use crate::site::Site;
use crate::support::{PASSWORD, TEST_TIMEOUT};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_of_the_servers_own_is_shown_at_the_start_and_kept() {
    let mut site = Site::start_anywhere(vec![("TLS_MODE", "self_signed".to_owned())]).await;
    let trust = site.own_trust();
    for name in ["localhost", "127.0.0.1"] {
        let answer = client::get(&trust, site.https, name, "/api/v4/system/ping").await;
        assert_eq!((answer.status, answer.header("strict-transport-security")), (200, ""), "{name}");
        socket(&trust, site.https, name, &site.admin).await.close(None).await.unwrap();
        assert_eq!(get_plain(site.http, name, "/api/v4/system/ping").await.status, 200, "HTTP stays usable");
    }
    let fingerprint = site.status().await["certificate"]["fingerprint"].clone();
    site.server.stop_and_restart().await;
    assert_eq!(site.status().await["certificate"]["fingerprint"], fingerprint);
    let folder = site.server.data_dir().to_owned();
    site.server.terminate().await;

    let mut command = Command::new(env!("CARGO_BIN_EXE_guildhall"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(folder).env("GUILDHALL_TLS_MODE", "self_signed");
    command.env("GUILDHALL_TLS_HTTP_LISTEN", "").env("GUILDHALL_TLS_HTTPS_LISTEN", format!("127.0.0.1:{}", free_port()));
    let mut server = command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true).spawn().unwrap();
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
    let shown = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if line.contains(fingerprint.as_str().unwrap()) {
                return true;
            }
        }
        false
    };
    assert!(tokio::time::timeout(TEST_TIMEOUT, shown).await.unwrap(), "the start shows the fingerprint");
}

/// A page of any host that leads here may log in and open a WebSocket, also once the server has a public address.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_of_the_local_network_works_over_http_beside_a_public_name() {
    let settings = vec![("TLS_MODE", "self_signed".to_owned()), ("SITE_URL", "https://chat.studio.example".to_owned())];
    let site = Site::start_anywhere(settings).await;
    let login = json!({"login_id": "root", "password": PASSWORD}).to_string();
    let answer = post_plain(site.http, "/api/v4/users/login", &login).await;
    assert_eq!(answer.status, 200);
    assert!(!answer.head.contains("; Secure"), "a cookie that the browser would not send back: {}", answer.head);
    let token: Arc<str> = answer.header("token").into();
    for (origin, host, is_allowed) in [
        ("http://192.168.1.5:8065", "192.168.1.5:8065", true),
        ("http://studio.local", "studio.local", true),
        ("https://chat.studio.example", "192.168.1.5:8065", true),
        ("http://evil.example", "192.168.1.5:8065", false),
    ] {
        let mut request = format!("ws://{host}/api/v4/websocket").into_client_request().unwrap();
        request.headers_mut().insert("origin", origin.parse().unwrap());
        request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
        let opened = tokio_tungstenite::client_async(request, TcpStream::connect(site.http).await.unwrap()).await;
        match opened {
            Ok((mut socket, _)) => {
                assert!(is_allowed, "{origin} at {host}");
                assert!(socket.next().await.unwrap().unwrap().to_text().unwrap().contains("hello"));
            }
            Err(error) => assert!(!is_allowed, "{origin} at {host}: {error}"),
        }
    }
    site.server.stop().await;
}
