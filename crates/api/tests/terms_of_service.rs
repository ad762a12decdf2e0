//! Terms of service: their text, who agrees, and what clients learn.

use guildhall_testkit::{PASSWORD, TestServer, TestUser};
use serde_json::{Value, json};

const NONE: &str = "app.terms_of_service.get.no_rows.app_error";
const NOT_ACCEPTED: &str = "app.user_terms_of_service.get_by_user.no_rows.app_error";
const PERMISSIONS: &str = "api.context.permissions.app_error";

async fn create(root: &TestUser, text: &str) -> Value {
    root.post("/terms_of_service", json!({"text": text})).await.ok()
}

async fn answer(user: &TestUser, terms: &Value, accepted: bool) {
    user.post("/users/me/terms_of_service", json!({"serviceTermsId": terms["id"], "accepted": accepted})).await.ok();
}

async fn enable(root: &TestUser, enabled: bool) {
    root.put("/config/patch", json!({"SupportSettings": {"CustomTermsOfServiceEnabled": enabled}})).await.ok();
}

async fn client_config(user: &TestUser, name: &str) -> String {
    user.get("/config/client?format=old").await.ok()[name].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_latest_text_holds() {
    let server = TestServer::start().await;
    let (root, bob) = (server.create_user("root").await, server.create_user("bob").await);
    bob.get("/terms_of_service").await.assert_error(404, NONE);
    let first = create(&root, " Be **kind**.\n").await;
    assert_eq!((&first["text"], &first["user_id"]), (&json!("Be **kind**."), &json!(root.id)));
    assert_eq!(bob.get("/terms_of_service").await.ok(), first);
    // The same text is no new version, which everybody would have to accept again.
    assert_eq!(create(&root, "Be **kind**.").await, first);
    // The clock was set back: the new text holds all the same.
    server.clock.advance_ms(-60_000);
    let second = create(&root, "Be kind and brief.").await;
    assert_ne!(second["id"], first["id"]);
    assert_eq!(bob.get("/terms_of_service").await.ok(), second);
    let changed = create(&root, "Be **kind**.").await;
    assert_ne!(changed["id"], first["id"]);

    for (text, id) in [
        (json!(" \n"), "api.create_terms_of_service.empty_text.app_error"),
        (json!("x".repeat(16_384)), "model.terms_of_service.is_valid.text.app_error"),
    ] {
        root.post("/terms_of_service", json!({"text": text})).await.assert_error(400, id);
    }
    root.post("/terms_of_service", json!({})).await.assert_error(400, "api.create_terms_of_service.empty_text.app_error");
    bob.post("/terms_of_service", json!({"text": "Mine."})).await.assert_error(403, PERMISSIONS);
    assert_eq!(bob.get("/terms_of_service").await.ok(), changed);
    server.anonymous().get("/terms_of_service").await.assert_error(401, "api.context.session_expired.app_error");
}

#[tokio::test]
async fn each_person_answers_for_themselves() {
    let server = TestServer::start().await;
    let (root, bob) = (server.create_user("root").await, server.create_user("bob").await);
    let (first, second) = (create(&root, "one").await, create(&root, "two").await);
    bob.get("/users/me/terms_of_service").await.assert_error(404, NOT_ACCEPTED);
    answer(&bob, &first, true).await;
    let accepted = bob.get("/users/me/terms_of_service").await.ok();
    assert_eq!((&accepted["user_id"], &accepted["terms_of_service_id"]), (&json!(bob.id), &first["id"]));
    assert!(accepted["create_at"].as_i64().unwrap() > first["create_at"].as_i64().unwrap());
    // Declining other terms than the accepted ones takes nothing back.
    answer(&bob, &second, false).await;
    assert_eq!(bob.get("/users/me/terms_of_service").await.ok(), accepted);
    server.clock.advance_ms(1_000);
    answer(&bob, &second, true).await;
    assert_eq!(bob.get(&format!("/users/{}/terms_of_service", bob.id)).await.ok()["terms_of_service_id"], second["id"]);
    answer(&bob, &second, false).await;
    bob.get("/users/me/terms_of_service").await.assert_error(404, NOT_ACCEPTED);

    // Not even administrators answer for others, or read what others have answered.
    let of_bob = format!("/users/{}/terms_of_service", bob.id);
    root.get(&of_bob).await.assert_error(403, PERMISSIONS);
    root.post(&of_bob, json!({"serviceTermsId": first["id"], "accepted": true})).await.assert_error(403, PERMISSIONS);
    let own = "/users/me/terms_of_service";
    bob.post(own, json!({"serviceTermsId": bob.id, "accepted": true})).await.assert_error(404, NONE);
    for id in [json!(""), json!("x"), json!("../first")] {
        bob.post(own, json!({"serviceTermsId": id, "accepted": true})).await.assert_error(400, "api.context.invalid_body_param.app_error");
    }
    // Without a clear answer nobody has agreed.
    bob.post(own, json!({"serviceTermsId": first["id"]})).await.ok();
    bob.get(own).await.assert_error(404, NOT_ACCEPTED);
}

#[tokio::test]
async fn clients_learn_which_terms_hold_and_which_were_accepted() {
    let server = TestServer::start().await;
    let (root, bob) = (server.create_user("root").await, server.create_user("bob").await);
    let first = create(&root, "one").await;
    assert_eq!(client_config(&bob, "CustomTermsOfServiceId").await, "");
    answer(&bob, &first, true).await;
    assert_eq!(bob.get("/users/me").await.ok().get("terms_of_service_id"), None);

    enable(&root, true).await;
    assert_eq!(client_config(&bob, "EnableCustomTermsOfService").await, "true");
    assert_eq!(json!(client_config(&bob, "CustomTermsOfServiceId").await), first["id"]);
    let me = bob.get("/users/me").await.ok();
    assert_eq!((&me["terms_of_service_id"], me["terms_of_service_create_at"].as_i64().unwrap() > 0), (&first["id"], true));
    let logged_in = server.anonymous().post("/users/login", json!({"login_id": "bob", "password": PASSWORD})).await.ok();
    assert_eq!(logged_in["terms_of_service_id"], first["id"]);
    // Others do not see it.
    assert_eq!(root.get(&format!("/users/{}", bob.id)).await.ok().get("terms_of_service_id"), None);

    // A new text reaches everybody who is connected, and a client that has the account asks for it again.
    let mut events = bob.subscribe().await;
    let second = create(&root, "two").await;
    let changed = events.wait_for("config_changed").await;
    assert_eq!(changed["data"]["config"]["CustomTermsOfServiceId"], second["id"]);
    assert_eq!(json!(client_config(&bob, "CustomTermsOfServiceId").await), second["id"]);
    let tag = bob.get("/users/me").await.header("etag").to_owned();
    answer(&bob, &second, true).await;
    let again = bob.get("/users/me").await;
    assert_ne!(again.header("etag"), tag);
    assert_eq!(again.ok()["terms_of_service_id"], second["id"]);
    enable(&root, false).await;
    assert_eq!(client_config(&bob, "CustomTermsOfServiceId").await, "");
}

#[tokio::test]
async fn concurrent_texts_are_all_kept_and_one_holds() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let texts = ["one", "two", "three", "four"];
    let created = futures::future::join_all(texts.map(|text| create(&root, text))).await;
    let holds = root.get("/terms_of_service").await.ok();
    assert!(created.contains(&holds));
    for terms in created {
        answer(&root, &terms, true).await;
    }
}
