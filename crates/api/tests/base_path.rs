//! A site below a path: what is served there, what is not served elsewhere, and what names the path.

use axum::body::Body;
use guildhall_testkit::{PASSWORD, TestResponse, TestServer, TestUser};
use http::Request;
use serde_json::json;

const SITE: &str = "https://example.com/chat";

/// A server whose site was moved below `/chat` while it was running, and its administrator, who still calls it without a path.
async fn moved_site() -> (TestServer, TestUser) {
    let server = TestServer::start_with_settings(|settings| {
        settings.limits.trusted_proxies = "10.0.0.1".to_owned();
        settings.files.public_links = true;
    })
    .await;
    let ada = server.create_user("ada").await;
    ada.put("/config/patch", json!({"ServiceSettings": {"SiteURL": SITE}})).await.ok();
    (server, ada)
}

async fn get(user: &TestUser, path: &str, headers: &[(&str, &str)]) -> TestResponse {
    let request = headers.iter().fold(Request::get(path), |request, (name, value)| request.header(*name, *value));
    user.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn everything_is_below_the_path_and_nothing_beside_it() {
    let (server, ada) = moved_site().await;
    assert_eq!(get(&ada, "/chat/api/v4/users/me", &[]).await.ok()["username"], "ada");
    assert_eq!(get(&ada, "/chat/api/v4/config/client?format=old", &[]).await.ok()["SiteURL"], SITE);
    for outside in ["/api/v4/users/me", "/chatter/api/v4/users/me", "/studio", "/hooks/x", "/chat/api/v4/nothing"] {
        let answer = get(&ada, outside, &[]).await;
        assert_eq!(answer.error(), (404, "api.context.404.app_error".to_owned()), "{outside}");
        assert!(!answer.header("x-request-id").is_empty());
    }
    for (path, location) in [("/", "/chat/"), ("/chat", "/chat/"), ("/?a=b", "/chat/?a=b")] {
        let answer = get(&ada, path, &[]).await;
        assert_eq!((answer.status, answer.header("location")), (302, location), "{path}");
    }
    assert_eq!(get(&ada, "/api/v4/system/ping", &[]).await.ok()["status"], "OK");
    assert_eq!(server.local_administrator().get("/users").await.status, 200, "the command line knows no path");
}

#[tokio::test]
async fn only_a_trusted_proxy_has_removed_the_path() {
    let (server, ada) = moved_site().await;
    let removed = [("x-forwarded-prefix", "/chat")];
    let proxied = ada.connected_from("10.0.0.1");
    get(&proxied, "/api/v4/users/me", &removed).await.ok();
    assert_eq!(get(&proxied, "/api/v4/users/me", &[("x-forwarded-prefix", "/other")]).await.status, 404);
    assert_eq!(get(&proxied, "/api/v4/users/me", &[]).await.status, 404);
    assert_eq!(get(&ada.connected_from("203.0.113.9"), "/api/v4/users/me", &removed).await.status, 404);
    drop(server);
}

#[tokio::test]
async fn cookies_and_links_have_the_path() {
    let (server, ada) = moved_site().await;
    let login = json!({"login_id": "ada", "password": PASSWORD}).to_string();
    let request = Request::post("/chat/api/v4/users/login").header("host", "example.com").header("x-requested-with", "XMLHttpRequest");
    let request = request.body(Body::from(login)).unwrap();
    let answer = server.anonymous().send(request).await;
    let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap().to_owned()).collect();
    assert_eq!(cookies.len(), 4);
    assert!(cookies.iter().all(|cookie| cookie.contains("; Path=/chat;") && cookie.contains("; Secure")), "{cookies:?}");

    let local = server.local_administrator().with_token(ada.token.as_deref().unwrap());
    let team = local.create_team("studio").await;
    let channel = local.create_channel(&team, "cuts", "O").await;
    let fields = [("channel_id", None, channel["id"].as_str().unwrap().as_bytes()), ("files", Some("cut.txt"), b"take two".as_slice())];
    let file = local.upload("/files", &fields).await.ok()["file_infos"][0]["id"].clone();
    local.post("/posts", json!({"channel_id": channel["id"], "message": "", "file_ids": [file]})).await.ok();
    let link = local.get(&format!("/files/{}/link", file.as_str().unwrap())).await.ok()["link"].as_str().unwrap().to_owned();
    assert!(link.starts_with(&format!("{SITE}/files/")), "{link}");
    let path = link.strip_prefix("https://example.com").unwrap();
    assert_eq!(get(&server.anonymous(), path, &[]).await.text(), "take two");
}

#[tokio::test]
async fn an_address_whose_path_would_need_encoding_is_rejected() {
    let server = TestServer::start().await;
    let ada = server.create_user("ada").await;
    for invalid in [
        "https://example.com/a;b",
        "https://example.com/a/../b",
        "https://example.com/?q",
        "https://joe@example.com/",
        "https://example.com/ä",
    ] {
        let answer = ada.put("/config/patch", json!({"ServiceSettings": {"SiteURL": invalid}})).await;
        assert_eq!(answer.status, 400, "{invalid}");
    }
}

#[tokio::test]
async fn the_host_of_a_trusted_proxy_is_the_origin_of_the_page() {
    let server = TestServer::start_with_settings(|settings| settings.limits.trusted_proxies = "10.0.0.1".to_owned()).await;
    let ada = server.create_user("ada").await;
    let status = async |from: &str, origin: &str| {
        let headers = [
            ("host", "guildhall:8065"),
            ("x-forwarded-host", "evil.example.com, chat.example.com"),
            ("origin", origin),
            ("accept", "text/event-stream"),
        ];
        let request = headers.into_iter().fold(Request::get("/api/v4/events"), |request, (name, value)| request.header(name, value));
        let mut request = request.header("authorization", format!("Bearer {}", ada.token.as_deref().unwrap())).body(Body::empty()).unwrap();
        request.extensions_mut().insert(ada.connected_from(from).peer);
        // The stream does not end.
        tower::ServiceExt::oneshot(server.router(), request).await.unwrap().status().as_u16()
    };
    assert_eq!(status("10.0.0.1", "https://chat.example.com").await, 200);
    assert_eq!(status("10.0.0.1", "https://evil.example.com").await, 403);
    assert_eq!(status("10.0.0.2", "https://chat.example.com").await, 403);
    assert_eq!(status("10.0.0.2", "http://guildhall:8065").await, 200);
}
