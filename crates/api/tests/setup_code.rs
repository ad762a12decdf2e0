//! Who may create the first account: everybody in the own network, and from elsewhere who has the set-up code.

use axum::body::Body;
use guildhall_api::Peer;
use guildhall_testkit::{PASSWORD, TestServer};
use http::Request;
use serde_json::json;

const REJECTED: &str = "api.user.create_user.setup_code.app_error";

#[tokio::test]
async fn the_first_account_needs_the_code_from_the_internet() {
    let server = TestServer::start_with_settings(|settings| {
        settings.limits.trusted_proxies = "10.0.0.1".into();
        settings.signup.open = false;
    })
    .await;
    let account = |name: &str| json!({"email": format!("{name}@example.com"), "username": name, "password": PASSWORD});
    let code = server.local_administrator().get("/system/setup_code").await.ok()["setup_code"].as_str().unwrap().to_owned();
    assert!(code.len() >= 20, "{code}");

    for (peer, forwarded) in [("203.0.113.9:1", None), ("10.0.0.1:1", Some("203.0.113.9")), ("127.0.0.1:1", Some("10.0.0.2"))] {
        let mut client = server.anonymous();
        client.peer = Peer::tcp(peer.parse().unwrap());
        for query in ["", "?setup_code=wrong"] {
            let request = Request::post(format!("/api/v4/users{query}")).header("content-type", "application/json");
            let request = match forwarded {
                Some(address) => request.header("x-forwarded-for", address),
                None => request,
            };
            let answer = client.send(request.body(Body::from(account("eve").to_string())).unwrap()).await;
            answer.assert_error(403, REJECTED);
        }
    }
    let mut owner = server.anonymous();
    owner.peer = Peer::tcp("203.0.113.9:1".parse().unwrap());
    let made = owner.post(&format!("/users?setup_code={code}"), account("ada")).await.ok();
    assert_eq!(made["roles"], "system_user system_admin");

    // It is of no use for a second account.
    owner.post(&format!("/users?setup_code={code}"), account("eve")).await.assert_error(403, "api.user.create_user.no_open_server");
    assert_eq!(server.local_administrator().get("/system/setup_code").await.ok()["setup_code"], "");
}

#[tokio::test]
async fn the_first_account_needs_no_code_in_the_own_network() {
    for peer in ["127.0.0.1:1", "192.168.1.20:1", "[fd00::5]:1", "100.64.1.1:1"] {
        let server = TestServer::start_with_settings(|settings| settings.signup.open = false).await;
        let mut client = server.anonymous();
        client.peer = Peer::tcp(peer.parse().unwrap());
        let account = json!({"email": "ada@example.com", "username": "ada", "password": PASSWORD});
        assert_eq!(client.post("/users", account).await.ok()["roles"], "system_user system_admin", "{peer}");
    }
}
