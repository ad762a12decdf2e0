//! The local administrator, which connects over the local socket and has no account: the routes that it can call, that
//! clients of the network never become it, and that it is never recorded as an author.

use std::collections::BTreeMap;
use std::path::Path;

use crate::proof::fixture::Fixture;
use crate::proof::requests::{Case, row};
use axum::body::Body;
use guildhall_api::Peer;
use guildhall_model::Actor;
use guildhall_testkit::TestServer;
use http::{Method, Request};
use serde_json::json;

const ACCOUNT_REQUIRED: &str = "api.context.account_required.app_error";

#[tokio::test]
async fn it_can_administrate_and_is_audited() {
    let server = TestServer::start_with_settings(|settings| settings.signup.open = false).await;
    let ada = server.create_user("ada").await;
    let local = server.local_administrator();
    let account = json!({"email": "bob@example.com", "username": "bob", "password": guildhall_testkit::PASSWORD});
    let bob = local.post("/users", account).await.ok();
    let bob = bob["id"].as_str().unwrap();
    local.put(&format!("/users/{bob}/roles"), json!({"roles": "system_user system_admin"})).await.ok();
    local.put(&format!("/users/{}/active", ada.id), json!({"active": false})).await.ok();
    local.put(&format!("/users/{bob}/password"), json!({"new_password": "another long one"})).await.ok();
    local
        .put(&format!("/users/{bob}/active"), json!({"active": false}))
        .await
        .assert_error(400, "app.user.update_active.last_admin.app_error");

    let audits = local.get("/audits?per_page=4").await.ok();
    for audit in audits.as_array().unwrap() {
        assert_eq!((audit["user_id"].as_str(), audit["ip_address"].as_str()), (Some(""), Some("local")), "{audit}");
    }
    assert_eq!(audits[0]["action"], "users.change_password");
    assert_eq!(server.columns_containing(Actor::local_administrator().user_id).await, [""; 0]);
}

#[tokio::test]
async fn a_token_takes_precedence_over_the_local_socket() {
    let server = TestServer::start().await;
    server.create_user("ada").await;
    let mut bob = server.create_user("bob").await;
    bob.peer = Peer::LOCAL;
    assert_eq!(bob.get("/users/me").await.ok()["username"], "bob");
    bob.get("/audits").await.assert_error(403, "api.context.permissions.app_error");
    bob.with_token("wrong").get("/users").await.assert_error(401, "api.context.session_expired.app_error");
}

/// What a client sends never makes it the local administrator, nor its connection encrypted.
#[tokio::test]
async fn network_clients_never_become_it() {
    let server = TestServer::start_with_settings(|settings| settings.limits.trusted_proxies = "127.0.0.1".into()).await;
    server.create_user("ada").await;
    let mut anonymous = server.anonymous();
    for address in ["127.0.0.1:4711", "203.0.113.9:4711"] {
        anonymous.peer = Peer::tcp(address.parse().unwrap());
        for (name, value) in [
            ("x-local", "true"),
            ("x-forwarded-for", "local"),
            ("x-forwarded-for", ""),
            ("x-forwarded-proto", "unix"),
            ("forwarded", "for=unix:;proto=local"),
            ("x-real-ip", "local"),
            ("host", "localhost"),
            ("authorization", "Bearer "),
            ("authorization", "Local local"),
            ("cookie", "MMAUTHTOKEN=; MMUSERID=yyyyyyyyyyyyyyyyyyyyyyyyyy"),
        ] {
            let request = Request::get("/api/v4/users").header(name, value).body(Body::empty()).unwrap();
            let answer = anonymous.send(request).await;
            assert_eq!(answer.error(), (401, "api.context.session_expired.app_error".to_owned()), "{name}: {value} from {address}");
        }
    }
}

#[tokio::test]
async fn me_is_rejected() {
    let server = TestServer::start().await;
    let ada = server.create_user("ada").await;
    let local = server.local_administrator();
    for path in ["/users/me", "/users/me/teams", "/users/me/audits"] {
        local.get(path).await.assert_error(403, ACCOUNT_REQUIRED);
    }
    local.put("/users/me/active", json!({"active": false})).await.assert_error(403, ACCOUNT_REQUIRED);
    local.post("/posts", json!({"channel_id": ada.id, "message": "hello"})).await.assert_error(403, ACCOUNT_REQUIRED);
    // `me` is a valid name of a team.
    ada.create_team("me").await;
    assert_eq!(local.get("/teams/name/me").await.ok()["name"], "me");
}

/// Every case of every route requires an account, or returns the status that an administrator with an account gets or, where only
/// the local administrator is admitted, success; and records no author.
#[tokio::test(flavor = "multi_thread")]
async fn every_route_rejects_it_or_serves_it_without_recording_an_author() {
    let nil = Actor::local_administrator().user_id;
    let as_admin = read_statuses_of_administrators();
    let mut violations = Vec::new();
    let mut fixture = Fixture::new().await;
    // Direct channels have no team, so the nil id is already stored, and scheduled posts outside of threads have no root.
    let mut before = fixture.server.columns_containing(nil).await;
    before.push("scheduled_posts.root_id".into());
    for case in fixture.server.routes().to_vec().iter().flat_map(Case::of) {
        let answer = fixture.server.local_administrator().send(case.request(&fixture).await.build()).await;
        let name = format!("{}: {}", row(&case), answer.status);
        if case.route.local {
            let is_alone = case.route.gate == "local";
            let expected = if is_alone { Some(200) } else { as_admin.get(&row(&case)).copied() };
            if Some(answer.status) != expected {
                violations.push(format!("{name}, and not {expected:?} as for administrators: {}", answer.text()));
            }
        } else if answer.status != 403 || answer.json()["id"] != ACCOUNT_REQUIRED {
            violations.push(format!("{name}, though it requires an account: {}", answer.text()));
        }
        if answer.text().contains(&nil.to_string()) {
            violations.push(format!("{name} with the nil id: {}", answer.text()));
        }
        if (200..300).contains(&answer.status) && case.route.method != "GET" {
            let places = fixture.server.columns_containing(nil).await;
            violations
                .extend(places.iter().filter(|place| !before.contains(place)).map(|place| format!("{name} writes the nil id to {place}")));
            let events = fixture.received_events().await.into_iter().map(|(_, event)| event.to_string());
            violations.extend(events.filter(|event| event.contains(&nil.to_string())).map(|event| format!("{name} sends {event}")));
            fixture = Fixture::new().await;
        }
    }
    assert!(violations.is_empty(), "{}", violations.join("\n"));
}

/// The statuses by row of the table of `access_probe.rs`.
fn read_statuses_of_administrators() -> BTreeMap<String, u16> {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/access_probe.txt");
    let table = std::fs::read_to_string(table).unwrap();
    let (_, header) = table.lines().find_map(|line| line.split_once("(channel and query) | ")).unwrap();
    let column = header.split(' ').position(|role| role == "admin").unwrap();
    let rows = table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" | "));
    rows.map(|(row, statuses)| (row.to_owned(), statuses.split(' ').nth(column).unwrap().parse().unwrap())).collect()
}

#[tokio::test]
async fn cookies_are_secure_over_tls_or_behind_a_trusted_tls_proxy() {
    let server = TestServer::start_with_settings(|settings| settings.limits.trusted_proxies = "10.0.0.1".into()).await;
    let mut ada = server.create_user("ada").await;
    ada.token = None;
    let (client, proxy) = ("203.0.113.9:4711".parse().unwrap(), "10.0.0.1:4711".parse().unwrap());
    let encrypted = Peer { is_encrypted: true, ..Peer::tcp(client) };
    for (peer, forwarded_proto, is_secure) in [
        (Peer::tcp(client), None, false),
        (Peer::tcp(client), Some("https"), false),
        (Peer::tcp(proxy), None, false),
        (Peer::tcp(proxy), Some("http"), false),
        (Peer::tcp(proxy), Some("https"), true),
        (encrypted, None, true),
        (encrypted, Some("http"), true),
    ] {
        ada.peer = peer;
        let body = json!({"login_id": "ada", "password": guildhall_testkit::PASSWORD}).to_string();
        let mut request = Request::builder().method(Method::POST).uri("/api/v4/users/login").header("x-requested-with", "XMLHttpRequest");
        if let Some(proto) = forwarded_proto {
            request = request.header("x-forwarded-proto", proto);
        }
        let answer = ada.send(request.body(Body::from(body)).unwrap()).await;
        let cookies: Vec<_> = answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect();
        assert_eq!(cookies.len(), 4);
        assert!(cookies.iter().all(|cookie| cookie.contains("Secure") == is_secure), "{peer:?} {forwarded_proto:?}: {cookies:?}");
    }
}

/// For what has an author, the local administrator acts as an account; clients of the network never do.
#[tokio::test]
async fn it_acts_as_an_account_where_that_is_allowed() {
    let server = TestServer::start().await;
    let (ada, bob) = (server.create_user("ada").await, server.create_user("bob").await);
    let act = async |mut user: guildhall_testkit::TestUser, peer, account: &str, method: Method, path: &str, body: serde_json::Value| {
        user.peer = peer;
        let request = Request::builder().method(method).uri(format!("/api/v4{path}")).header("guildhall-act-as", account);
        let request = request.header("content-type", "application/json").body(Body::from(body.to_string())).unwrap();
        user.send(request).await
    };
    let local = || server.local_administrator();
    let team = json!({"name": "studio", "display_name": "Studio", "type": "O"});
    let made = act(local(), Peer::LOCAL, &ada.id.to_string(), Method::POST, "/teams", team.clone()).await.ok();
    assert_eq!(ada.get("/users/me/teams").await.ok()[0]["id"], made["id"]);
    let audit = server.local_administrator().get("/audits?per_page=1").await.ok();
    assert_eq!(
        (audit[0]["user_id"].as_str(), audit[0]["ip_address"].as_str()),
        (Some(ada.id.to_string().as_str()), Some("local")),
        "{audit}"
    );

    // Nothing that reads, and nothing for an account that cannot log in.
    let direct = json!([ada.id, bob.id]);
    for (account, method, path, body) in [
        (ada.id.to_string(), Method::GET, format!("/users/{}/teams", ada.id), json!({})),
        (ada.id.to_string(), Method::POST, "/channels/direct".to_owned(), direct),
        ("x".to_owned(), Method::POST, "/teams".to_owned(), team.clone()),
    ] {
        act(local(), Peer::LOCAL, &account, method, &path, body).await.assert_error(400, "api.context.invalid_body_param.app_error");
    }
    server.local_administrator().put(&format!("/users/{}/active", bob.id), json!({"active": false})).await.ok();
    let locked_out = act(local(), Peer::LOCAL, &bob.id.to_string(), Method::POST, "/teams", team.clone()).await;
    locked_out.assert_error(404, "app.user.missing_account.const");

    let peer = Peer::tcp("127.0.0.1:4711".parse().unwrap());
    let anonymous = act(server.anonymous(), peer, &ada.id.to_string(), Method::POST, "/teams", team).await;
    anonymous.assert_error(401, "api.context.session_expired.app_error");
}
