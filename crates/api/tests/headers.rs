//! Headers that protect the site: cookies and TLS, embedding, and what a page may load.

use axum::body::Body;
use guildhall_testkit::{PASSWORD, TestResponse, TestServer};
use http::Request;
use serde_json::json;

async fn log_in(server: &TestServer, host: &str) -> TestResponse {
    let body = json!({"login_id": "ann", "password": PASSWORD}).to_string();
    let request = Request::post("/api/v4/users/login").header("x-requested-with", "XMLHttpRequest").header("host", host);
    server.anonymous().send(request.body(Body::from(body)).unwrap()).await
}

async fn https_only(server: &TestServer, host: &str, path: &str) -> String {
    let request = Request::get(path).header("host", host).body(Body::empty()).unwrap();
    server.anonymous().send(request).await.header("strict-transport-security").to_owned()
}

#[tokio::test]
async fn a_site_with_tls_has_secure_cookies_and_stays_with_tls() {
    for (url, is_https) in [("https://Chat.example", true), ("HTTPS://chat.example/", true), ("http://chat.example", false), ("", false)] {
        let server = TestServer::start_with_settings(|settings| settings.site.url = url.to_owned()).await;
        server.create_user("ann").await;
        let answer = log_in(&server, "chat.example").await;
        let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
        assert_eq!(cookies.len(), 4);
        assert!(cookies.iter().all(|cookie| cookie.contains("; Secure") == is_https), "{url}: {cookies:?}");
        for path in ["/api/v4/system/ping", "/", "/nothing"] {
            let header = https_only(&server, "chat.example", path).await;
            assert_eq!(header, if is_https { "max-age=15552000" } else { "" }, "{url} {path}");
        }
    }
}

/// A browser would not send a `Secure` cookie back there.
#[tokio::test]
async fn an_address_of_the_local_network_needs_no_tls() {
    let server = TestServer::start_with_settings(|settings| settings.site.url = "https://chat.example".to_owned()).await;
    server.create_user("ann").await;
    for host in ["192.168.1.5:8065", "studio.local"] {
        let answer = log_in(&server, host).await;
        assert!(answer.headers.get_all("set-cookie").iter().all(|value| !value.to_str().unwrap().contains("; Secure")), "{host}");
        assert_eq!(https_only(&server, host, "/").await, "", "{host}");
    }
}

/// A server that ends TLS itself knows which connections are encrypted.
#[tokio::test]
async fn only_encrypted_connections_count_where_the_server_ends_tls() {
    let server = TestServer::start_with_settings(|settings| {
        settings.site.url = "https://chat.example".to_owned();
        settings.tls.mode = "self_signed".to_owned();
    });
    let server = server.await;
    server.create_user("ann").await;
    let answer = log_in(&server, "chat.example").await;
    assert!(answer.headers.get_all("set-cookie").iter().all(|value| !value.to_str().unwrap().contains("; Secure")));
    assert_eq!(https_only(&server, "chat.example", "/").await, "");
}

#[tokio::test]
async fn other_sites_may_embed_only_what_is_public() {
    let server = TestServer::start().await;
    for path in ["//", "//api/v4/system/ping", "//api/v4/users/me"] {
        let answer = server.anonymous().get(path).await;
        assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src 'self'") && policy.contains("object-src 'none'"), "{path}: {policy}");
        assert!(policy.contains("require-trusted-types-for 'script'"), "{path}: {policy}");
    }
}

#[tokio::test]
async fn a_page_connects_to_its_own_host_only() {
    let server = TestServer::start_with_settings(|settings| settings.site.url = "https://chat.example/sub".to_owned()).await;
    let connect = async |host: &str| {
        let request = Request::get("/somewhere").header("host", host).body(Body::empty()).unwrap();
        let answer = server.anonymous().send(request).await;
        let policy = answer.header("content-security-policy").to_owned();
        // Without a built client there is no page, but a text with the policy of all answers.
        (answer.status == 200).then(|| policy.split("; ").find(|part| part.starts_with("connect-src")).unwrap_or_default().to_owned())
    };
    for (host, expected) in [
        ("chat.example", "connect-src 'self' ws://chat.example wss://chat.example"),
        ("127.0.0.1:8065", "connect-src 'self' ws://127.0.0.1:8065 wss://127.0.0.1:8065 ws://chat.example wss://chat.example"),
        ("evil; script-src *", "connect-src 'self' ws://chat.example wss://chat.example"),
    ] {
        if let Some(connect) = connect(host).await {
            assert_eq!(connect, expected);
        }
    }
}
