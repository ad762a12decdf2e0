//! The mode of the database while it is moved: who may set it, what it prevents, and how it ends.

use guildhall_testkit::{TestResponse, TestServer, TestUser};
use serde_json::{Value, json};

const READ_ONLY: &str = "app.storage.read_only.app_error";
const WRONG_ORDER: &str = "app.database.mode.app_error";
const LEASE_MS: i64 = 10_000;

fn mode(mode: &str) -> Value {
    json!({"mode": mode, "lease_ms": LEASE_MS})
}

async fn rename(user: &TestUser, nickname: &str) -> TestResponse {
    user.put("/users/me/patch", json!({"nickname": nickname})).await
}

#[tokio::test]
async fn a_database_that_is_read_only_is_read_and_not_written() {
    let server = TestServer::start().await;
    let (root, local) = (server.create_user("root").await, server.local_administrator());
    local.put("/database/mode", mode("read_only")).await.assert_error(409, WRONG_ORDER);
    local.put("/database/mode", mode("copying")).await.ok();
    rename(&root, "one").await.ok();
    local.put("/database/mode", mode("copying")).await.ok();
    local.put("/database/mode", mode("read_only")).await.ok();
    local.put("/database/mode", mode("read_only")).await.ok();
    rename(&root, "two").await.assert_error(503, READ_ONLY);
    assert_eq!(root.get("/users/me").await.ok()["nickname"], "one");
    local.put("/database/mode", mode("normal")).await.ok();
    rename(&root, "three").await.ok();
    local.put("/database/mode", mode("normal")).await.ok();
    let audits = root.get("/audits?per_page=100").await.ok();
    let actions = audits.as_array().unwrap().iter().filter_map(|audit| audit["action"].as_str());
    let moves: Vec<&str> = actions.filter(|action| action.starts_with("database.")).collect();
    assert_eq!(moves, ["database.end_move", "database.close_for_writes", "database.begin_move"]);
}

#[tokio::test]
async fn a_mode_that_is_not_renewed_ends() {
    let server = TestServer::start().await;
    let (root, local) = (server.create_user("root").await, server.local_administrator());
    for name in ["copying", "read_only"] {
        local.put("/database/mode", mode(name)).await.ok();
    }
    server.clock.advance_ms(LEASE_MS / 2);
    server.app().services.database().end_lapsed_mode().await.unwrap();
    rename(&root, "one").await.assert_error(503, READ_ONLY);
    local.put("/database/mode", mode("read_only")).await.ok();
    server.clock.advance_ms(LEASE_MS / 2);
    server.app().services.database().end_lapsed_mode().await.unwrap();
    rename(&root, "one").await.assert_error(503, READ_ONLY);
    server.clock.advance_ms(LEASE_MS / 2);
    server.app().services.database().end_lapsed_mode().await.unwrap();
    rename(&root, "one").await.ok();
    // Whoever moved the database has lost messages by then, and must not go on.
    for name in ["read_only", "moved"] {
        local.put("/database/mode", mode(name)).await.assert_error(409, WRONG_ORDER);
    }
}

#[tokio::test]
async fn a_database_that_has_moved_is_never_written_again() {
    let server = TestServer::start().await;
    let (root, local) = (server.create_user("root").await, server.local_administrator());
    for name in ["copying", "read_only"] {
        local.put("/database/mode", mode(name)).await.ok();
    }
    local.put("/database/mode", json!({"mode": "moved", "lease_ms": LEASE_MS, "restart": true})).await.ok();
    assert!(server.app().services.database().moved().await);
    server.clock.advance_ms(LEASE_MS);
    server.app().services.database().end_lapsed_mode().await.unwrap();
    rename(&root, "one").await.assert_error(503, READ_ONLY);
    local.put("/database/mode", mode("normal")).await.assert_error(409, WRONG_ORDER);
}

#[tokio::test]
async fn only_the_local_administrator_sets_it() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    root.put("/database/mode", mode("copying")).await.assert_error(403, "api.context.local_only.app_error");
    server.anonymous().put("/database/mode", mode("copying")).await.assert_error(401, "api.context.session_expired.app_error");
    let local = server.local_administrator();
    for lease_ms in [0, -1, 600_001] {
        let request = json!({"mode": "copying", "lease_ms": lease_ms});
        local.put("/database/mode", request).await.assert_error(400, "api.context.invalid_body_param.app_error");
    }
    local
        .put("/database/mode", json!({"mode": "other", "lease_ms": 1}))
        .await
        .assert_error(400, "api.context.invalid_body_param.app_error");
}
