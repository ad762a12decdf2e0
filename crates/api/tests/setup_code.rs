//! Who may create the first account: programs of the server's machine, and who has the set-up code.

use axum::body::Body;
use guildhall_api::Peer;
use guildhall_testkit::{PASSWORD, TestResponse, TestServer};
use http::{Request, Version};
use serde_json::{Value, json};

const REJECTED: &str = "api.user.create_user.setup_code.app_error";
const PROXY: &str = "10.0.0.1:1";

/// A request of somebody who has no session.
#[derive(Clone, Copy)]
struct Sent {
    peer: &'static str,
    host: &'static str,
    header: Option<(&'static str, &'static str)>,
    version: Version,
}

const DIRECT: Sent = Sent { peer: "127.0.0.1:1", host: "127.0.0.1:8065", header: None, version: Version::HTTP_11 };

async fn start(always: bool) -> TestServer {
    TestServer::start_with_settings(|settings| {
        settings.limits.trusted_proxies = "10.0.0.1,127.0.0.9".into();
        settings.signup.open = false;
        settings.signup.setup_code_always = always;
    })
    .await
}

fn account(name: &str) -> Value {
    json!({"email": format!("{name}@example.com"), "username": name, "password": PASSWORD})
}

async fn code_of(server: &TestServer) -> String {
    server.local_administrator().get("/system/setup_code").await.ok()["setup_code"].as_str().unwrap().to_owned()
}

impl Sent {
    fn request(self, method: &str, path: &str, body: Body) -> Request<Body> {
        let request = Request::builder().method(method).uri(format!("/api/v4{path}")).version(self.version);
        let request = request.header("content-type", "application/json").header("host", self.host);
        let request = self.header.into_iter().fold(request, |request, (name, value)| request.header(name, value));
        request.body(body).unwrap()
    }

    async fn needs_code(self, server: &TestServer) -> bool {
        let mut client = server.anonymous();
        client.peer = Peer::tcp(self.peer.parse().unwrap());
        let config = client.send(self.request("GET", "/config/client?format=old", Body::empty())).await.ok();
        config.get("SetupCodeRequired").is_some()
    }

    async fn create(self, server: &TestServer, query: &str) -> TestResponse {
        let mut client = server.anonymous();
        client.peer = Peer::tcp(self.peer.parse().unwrap());
        client.send(self.request("POST", &format!("/users{query}"), account("ada").to_string().into())).await
    }
}

#[tokio::test]
async fn the_first_account_needs_the_code_from_elsewhere() {
    let server = start(false).await;
    let code = code_of(&server).await;
    assert!(code.len() >= 20, "{code}");
    let forwarded = |name, value| Sent { header: Some((name, value)), ..DIRECT };
    let cases = [
        Sent { peer: "203.0.113.9:1", ..DIRECT },
        // Whole networks seem to be there behind a translation of addresses, as containers have.
        Sent { peer: "172.17.0.1:1", ..DIRECT },
        Sent { peer: "192.168.1.20:1", ..DIRECT },
        Sent { peer: "[fd00::5]:1", ..DIRECT },
        // Through a trusted proxy, whoever it names, and through one that names nobody.
        Sent { peer: PROXY, header: Some(("x-forwarded-for", "203.0.113.9")), ..DIRECT },
        Sent { peer: PROXY, header: Some(("x-forwarded-for", "127.0.0.1")), ..DIRECT },
        Sent { peer: "127.0.0.9:1", ..DIRECT },
        // Through one of this machine that nobody has named.
        forwarded("x-forwarded-for", "127.0.0.1"),
        forwarded("x-forwarded-host", "127.0.0.1"),
        forwarded("forwarded", "for=127.0.0.1"),
        forwarded("via", "1.1 squid"),
        forwarded("x-real-ip", "127.0.0.1"),
        forwarded("cf-connecting-ip", "203.0.113.9"),
        Sent { host: "chat.example.com", ..DIRECT },
        Sent { host: "localhost.example.com", ..DIRECT },
        Sent { host: "", ..DIRECT },
        Sent { version: Version::HTTP_10, ..DIRECT },
    ];
    for sent in cases {
        for query in ["", "?setup_code=wrong"] {
            sent.create(&server, query).await.assert_error(403, REJECTED);
        }
        assert!(sent.needs_code(&server).await, "{} {}", sent.peer, sent.host);
    }
    let owner = cases[0];
    let made = owner.create(&server, &format!("?setup_code={code}")).await.ok();
    assert_eq!(made["roles"], "system_user system_admin");

    // It is of no use for a second account.
    owner.create(&server, &format!("?setup_code={code}")).await.assert_error(403, "api.user.create_user.no_open_server");
    assert!(!owner.needs_code(&server).await);
    assert_eq!(server.local_administrator().get("/system/setup_code").await.ok()["setup_code"], "");
}

#[tokio::test]
async fn the_first_account_needs_no_code_on_the_machine_itself() {
    for (peer, host) in [
        ("127.0.0.1:1", "127.0.0.1:8065"),
        ("[::1]:1", "[::1]:8065"),
        ("[::ffff:127.0.0.1]:1", "localhost"),
        ("127.0.0.1:1", "chat.localhost:1"),
    ] {
        let server = start(false).await;
        let sent = Sent { peer, host, ..DIRECT };
        assert!(!sent.needs_code(&server).await, "{peer} {host}");
        assert_eq!(sent.create(&server, "").await.ok()["roles"], "system_user system_admin", "{peer} {host}");
    }
}

#[tokio::test]
async fn a_setting_asks_for_the_code_everywhere() {
    let server = start(true).await;
    assert!(DIRECT.needs_code(&server).await);
    DIRECT.create(&server, "").await.assert_error(403, REJECTED);
    let code = code_of(&server).await;
    assert_eq!(DIRECT.create(&server, &format!("?setup_code={code}")).await.ok()["roles"], "system_user system_admin");
}
