//! Who is admitted: off by default, with a token, which must be for this server, and as often as the settings allow.

use guildhall_testkit::TestServer;
use http::header::WWW_AUTHENTICATE;
use http::{Method, Request};
use serde_json::json;

use super::{SITE, World};
use crate::support::mcp::{call, request};

const DISABLED: &str = "api.mcp.disabled.app_error";
const EXPIRED: &str = "api.context.session_expired.app_error";
const ONLY_HERE: &str = "api.mcp.token_only.app_error";
const METADATA: &str = "https://chat.example.com/.well-known/oauth-protected-resource/mcp";

#[tokio::test]
async fn nothing_is_served_unless_an_administrator_wants_it() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    for user in [&root, &server.anonymous()] {
        request(user, "tools/list", json!({})).await.assert_error(501, DISABLED);
    }
    for path in ["", "/mcp"] {
        root.get(&format!("//.well-known/oauth-protected-resource{path}")).await.assert_error(501, DISABLED);
    }
}

#[tokio::test]
async fn whoever_has_no_token_is_told_where_there_is_one() {
    let world = World::new("never").await;
    for user in [world.server.anonymous(), world.bob.with_token("guessed"), world.server.local_administrator()] {
        let answer = request(&user, "tools/list", json!({})).await;
        answer.assert_error(401, EXPIRED);
        let challenge = answer.header(WWW_AUTHENTICATE.as_str());
        assert_eq!(challenge, format!("Bearer resource_metadata=\"{METADATA}\", scope=\"user\""));
    }
    for path in ["", "/mcp"] {
        let metadata = world.server.anonymous().get(&format!("//.well-known/oauth-protected-resource{path}")).await.ok();
        assert_eq!(metadata["resource"], format!("{SITE}/mcp"));
        assert_eq!(metadata["authorization_servers"], json!([SITE]));
        assert_eq!(metadata["bearer_methods_supported"], json!(["header"]));
    }
}

/// A page of another site has no token, and the cookie of a person who is logged in is no use to it.
#[tokio::test]
async fn cookies_are_not_enough() {
    let world = World::new("never").await;
    let body = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"}).to_string();
    let token = world.bob.token.clone().unwrap();
    let posted = Request::post("/mcp").header("cookie", format!("MMAUTHTOKEN={token}")).header("content-type", "application/json");
    let posted = posted.header("accept", "application/json, text/event-stream").body(body.into()).unwrap();
    world.server.anonymous().send(posted).await.assert_error(401, EXPIRED);
}

#[tokio::test]
async fn streams_and_sessions_are_answered_as_not_there() {
    let world = World::new("never").await;
    for method in [Method::GET, Method::DELETE] {
        for user in [&world.bob, &world.app_of_bob(&format!("{SITE}/mcp")).await] {
            let asked = Request::builder().method(&method).uri("/mcp").header("accept", "text/event-stream");
            let answer = user.send(asked.body(Default::default()).unwrap()).await;
            answer.assert_error(405, "api.mcp.method.app_error");
            assert_eq!(answer.header("allow"), "POST", "{method}");
        }
    }
}

#[tokio::test]
async fn access_tokens_sessions_and_apps_are_admitted() {
    let world = World::new("never").await;
    let made = world.bob.post("/users/me/tokens", json!({"description": "Helper"})).await;
    let made = match made.status {
        200 => made.ok(),
        // Only those whom an administrator lets have them.
        _ => {
            let roles = json!({"roles": "system_user system_user_access_token"});
            world.root.put(&format!("/users/{}/roles", world.bob.id), roles).await.ok();
            world.bob.post("/users/me/tokens", json!({"description": "Helper"})).await.ok()
        }
    };
    let with_token = world.bob.with_token(made["token"].as_str().unwrap());
    let apps = [world.app_of_bob("").await, world.app_of_bob(&format!("{SITE}/mcp")).await, world.app_of_bob(SITE).await];
    for user in [&world.bob, &with_token].into_iter().chain(&apps) {
        assert_eq!(world.told(user, "whoami", json!({})).await["username"], "bob");
    }
}

#[tokio::test]
async fn a_token_for_the_protocol_opens_nothing_else() {
    let world = World::new("never").await;
    let app = world.app_of_bob(&format!("{SITE}/mcp")).await;
    for path in ["/users/me", "/users/me/teams", "//hooks/incoming"] {
        let answer = app.get(path).await;
        assert!(answer.status == 403 || answer.status == 404, "{path}: {}", answer.status);
    }
    app.get("/users/me").await.assert_error(403, ONLY_HERE);
    app.post("/posts", json!({"channel_id": world.channel["id"], "message": "past the approval"})).await.assert_error(403, ONLY_HERE);
    // Neither does the stream of events.
    let upgrade = Request::get("/api/v4/websocket").header("connection", "upgrade").header("upgrade", "websocket");
    let upgrade = upgrade.header("sec-websocket-version", "13").header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ==");
    let answer = app.send(upgrade.body(Default::default()).unwrap()).await;
    assert_ne!(answer.status, 101);
}

#[tokio::test]
async fn a_token_for_another_server_is_refused() {
    let world = World::new("never").await;
    let elsewhere = world.app_of_bob("https://other.example.com/mcp").await;
    let answer = request(&elsewhere, "tools/list", json!({})).await;
    answer.assert_error(401, "api.mcp.token.app_error");
    assert!(answer.header(WWW_AUTHENTICATE.as_str()).contains("error=\"invalid_token\""));
}

#[tokio::test]
async fn a_revoked_app_is_out_at_once() {
    let world = World::new("never").await;
    let app = world.app_of_bob("").await;
    assert!(call(&app, "whoami", json!({})).await.is_ok());
    let apps = world.bob.get("/users/me/oauth/apps/authorized").await.ok();
    world.bob.post("//oauth/deauthorize", json!({"client_id": apps[0]["id"]})).await.ok();
    request(&app, "tools/list", json!({})).await.assert_error(401, EXPIRED);
}

#[tokio::test]
async fn calls_are_counted_by_person_and_recorded() {
    let world = World::new("never").await;
    world.root.put("/config/patch", json!({"McpSettings": {"CallsPerMinute": 3}})).await.ok();
    let app = world.app_of_bob("").await;
    for user in [&world.bob, &app, &app] {
        assert!(call(user, "whoami", json!({})).await.is_ok());
    }
    let error = call(&app, "read_channel", json!({"channel_id": world.channel["id"]})).await.unwrap_err();
    assert!(error.starts_with("At most 3 calls"), "{error}");
    assert!(call(&world.root, "whoami", json!({})).await.is_ok(), "others have calls of their own");
    world.server.clock.advance_ms(61_000);
    assert!(call(&app, "read_channel", json!({"channel_id": world.channel["id"]})).await.is_ok());

    let audits = world.root.get("/audits?per_page=200").await.ok();
    let calls: Vec<String> = audits
        .as_array()
        .unwrap()
        .iter()
        .filter(|record| record["action"].as_str().is_some_and(|action| action.contains("mcp")))
        .map(ToString::to_string)
        .collect();
    assert_eq!(calls.len(), 5, "{calls:?}");
    let read = calls.iter().find(|record| record.contains("read_channel")).unwrap();
    assert!(read.contains("Helper") && read.contains(world.channel["id"].as_str().unwrap()), "{read}");
}

#[tokio::test]
async fn requests_that_are_none_are_answered_in_the_protocol() {
    let world = World::new("never").await;
    let ask = |body: String| {
        let request = Request::post("/mcp").header("host", "chat.example.com").header("content-type", "application/json");
        let request = request.header("accept", "application/json, text/event-stream");
        world.bob.send(request.body(body.into()).unwrap())
    };
    for body in ["", "{", "[]", "null", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"no/such\"}"] {
        let status = ask(body.to_owned()).await.status;
        assert!((200..500).contains(&status), "{body}: {status}");
    }
    let large =
        json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "whoami", "arguments": {"x": "x".repeat(300_000)}}});
    assert_eq!(ask(large.to_string()).await.status, 413);
    for arguments in [json!({}), json!({"channel_id": 5}), json!({"channel_id": "x"}), json!({"channel_id": "x".repeat(26)})] {
        let answer = request(&world.bob, "tools/call", json!({"name": "read_channel", "arguments": arguments})).await.ok();
        assert!(answer["error"].is_object() || answer["result"]["isError"] == true, "{answer}");
    }
}
