//! The local administrator, who speaks over the server's local socket and has no account: which routes are open to
//! whoever that is, that nobody becomes it from the network, and that nothing is ever written in its name.

use std::collections::BTreeMap;
use std::path::Path;

use crate::proof::requests::{Case, row};
use crate::proof::world::World;
use axum::body::Body;
use guildhall_api::Peer;
use guildhall_model::Actor;
use guildhall_testkit::TestServer;
use http::{Method, Request};
use serde_json::json;

const ACCOUNT_REQUIRED: &str = "api.context.account_required.app_error";

#[tokio::test]
async fn it_does_what_administrators_do_and_is_audited() {
    let server = TestServer::start_with(|settings| settings.signup.open = false).await;
    let ada = server.person("ada").await;
    let local = server.local_administrator();
    let account = json!({"email": "bob@example.com", "username": "bob", "password": guildhall_testkit::PASSWORD});
    let bob = local.post("/users", account).await.ok();
    let bob = bob["id"].as_str().unwrap();
    local.put(&format!("/users/{bob}/roles"), json!({"roles": "system_user system_admin"})).await.ok();
    local.put(&format!("/users/{}/active", ada.id), json!({"active": false})).await.ok();
    local.put(&format!("/users/{bob}/password"), json!({"new_password": "another long one"})).await.ok();
    local.put(&format!("/users/{bob}/active"), json!({"active": false})).await.refused(400, "app.user.update_active.last_admin.app_error");

    let audits = local.get("/audits?per_page=4").await.ok();
    for audit in audits.as_array().unwrap() {
        assert_eq!((audit["user_id"].as_str(), audit["ip_address"].as_str()), (Some(""), Some("local")), "{audit}");
    }
    assert_eq!(audits[0]["action"], "change_password");
    assert_eq!(server.places_of(Actor::local_administrator().user_id).await, [""; 0]);
}

#[tokio::test]
async fn a_token_counts_over_the_local_socket_as_everywhere() {
    let server = TestServer::start().await;
    server.person("ada").await;
    let mut bob = server.person("bob").await;
    bob.peer = Peer::LOCAL;
    assert_eq!(bob.get("/users/me").await.ok()["username"], "bob");
    bob.get("/audits").await.refused(403, "api.context.permissions.app_error");
    bob.with_token("wrong").get("/users").await.refused(401, "api.context.session_expired.app_error");
}

/// What a client sends never makes it the local administrator, nor its connection encrypted.
#[tokio::test]
async fn nothing_from_the_network_becomes_it() {
    let server = TestServer::start_with(|settings| settings.limits.trusted_proxies = "127.0.0.1".into()).await;
    server.person("ada").await;
    let mut nobody = server.nobody();
    for address in ["127.0.0.1:4711", "203.0.113.9:4711"] {
        nobody.peer = Peer::tcp(address.parse().unwrap());
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
            let answer = nobody.send(request).await;
            assert_eq!(answer.error(), (401, "api.context.session_expired.app_error".to_owned()), "{name}: {value} from {address}");
        }
    }
}

#[tokio::test]
async fn me_is_nobody() {
    let server = TestServer::start().await;
    let ada = server.person("ada").await;
    let local = server.local_administrator();
    for path in ["/users/me", "/users/me/teams", "/users/me/audits"] {
        local.get(path).await.refused(403, ACCOUNT_REQUIRED);
    }
    local.put("/users/me/active", json!({"active": false})).await.refused(403, ACCOUNT_REQUIRED);
    local.post("/posts", json!({"channel_id": ada.id, "message": "hello"})).await.refused(403, ACCOUNT_REQUIRED);
    // A team may be called so.
    ada.team("me").await;
    assert_eq!(local.get("/teams/name/me").await.ok()["name"], "me");
}

/// Every route, with everything that it can be about: it takes an account, or answers what an administrator with one is
/// answered, and writes nobody's name.
#[tokio::test(flavor = "multi_thread")]
async fn every_route_refuses_it_or_serves_it_and_writes_nothing_in_its_name() {
    let nil = Actor::local_administrator().user_id;
    let as_admin = answers_to_administrators();
    let mut wrong = Vec::new();
    let mut world = World::new().await;
    // Direct channels are in no team.
    let before = world.server.places_of(nil).await;
    for case in world.server.routes().to_vec().iter().flat_map(Case::of) {
        let answer = world.server.local_administrator().send(case.request(&world).await.build()).await;
        let name = format!("{}: {}", row(&case), answer.status);
        if case.route.local {
            let expected = as_admin.get(&row(&case)).copied();
            if Some(answer.status) != expected {
                wrong.push(format!("{name}, and not {expected:?} as for administrators: {}", answer.text()));
            }
        } else if answer.status != 403 || answer.json()["id"] != ACCOUNT_REQUIRED {
            wrong.push(format!("{name}, though it takes an account: {}", answer.text()));
        }
        if answer.text().contains(&nil.to_string()) {
            wrong.push(format!("{name} with nobody's id: {}", answer.text()));
        }
        if (200..300).contains(&answer.status) && case.route.method != "GET" {
            let places = world.server.places_of(nil).await;
            wrong
                .extend(places.iter().filter(|place| !before.contains(place)).map(|place| format!("{name} writes nobody's id to {place}")));
            let events = world.heard().await.into_iter().map(|(_, event)| event.to_string());
            wrong.extend(events.filter(|event| event.contains(&nil.to_string())).map(|event| format!("{name} sends {event}")));
            world = World::new().await;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// By row of the table that `access_probe.rs` keeps.
fn answers_to_administrators() -> BTreeMap<String, u16> {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/access_probe.txt");
    let table = std::fs::read_to_string(table).unwrap();
    let rows = table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" | "));
    rows.map(|(row, statuses)| (row.to_owned(), statuses.split(' ').next_back().unwrap().parse().unwrap())).collect()
}

#[tokio::test]
async fn cookies_are_secure_where_the_connection_is_or_a_trusted_proxy_says_so() {
    let server = TestServer::start_with(|settings| settings.limits.trusted_proxies = "10.0.0.1".into()).await;
    let mut ada = server.person("ada").await;
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
        assert_eq!(cookies.len(), 3);
        assert!(cookies.iter().all(|cookie| cookie.contains("Secure") == is_secure), "{peer:?} {forwarded_proto:?}: {cookies:?}");
    }
}
