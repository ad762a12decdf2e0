//! Erasing people: what is left of them, and that conversations stay.

use guildhall_model::Clock;
use guildhall_testkit::{Dialect, Erased, Held, PASSWORD, TABLES, TestServer, TestUser};
use serde_json::{Value, json};

use crate::passkeys;

const PERMISSIONS: &str = "api.context.permissions.app_error";
const HOUR_MS: i64 = 60 * 60 * 1000;

/// What somebody is known by: no name that others write, which stays in their texts.
const MARKS: [&str; 10] = [
    "ada.lovelace",
    "ada@example.com",
    "Countess",
    "Augusta",
    "Byron",
    "Keeper",
    "Enchantress",
    "Ada's phone",
    "Puff the cat",
    "203.0.113.77",
];

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

async fn run(server: &TestServer) {
    server.app().services.run_due_jobs().await.unwrap();
}

struct World {
    server: TestServer,
    root: TestUser,
    ada: TestUser,
    bob: TestUser,
    plans: Value,
    root_post: Value,
    reply: Value,
}

/// Ada has something in every table that holds something about people.
async fn world() -> World {
    world_on(TestServer::start().await).await
}

async fn world_on(server: TestServer) -> World {
    let (root, mut ada, bob) =
        (server.create_user("root").await, server.create_user("ada.lovelace").await, server.create_user("bob").await);
    let eve = server.create_user("eve").await;
    let config = json!({
        "ServiceSettings": {"SiteURL": "https://chat.example.com", "EnableUserAccessTokens": true, "EnableOAuthServiceProvider": true},
    });
    root.put("/config/patch", config).await.ok();
    let roles = json!({"roles": "system_user system_user_access_token"});
    root.put(&format!("/users/{}/roles", ada.id), roles).await.ok();
    root.put(&format!("/users/{}/patch", ada.id), json!({"email": "ada@example.com"})).await.ok();
    let team = ada.create_team("studio").await;
    ada.add_to_team(&team, &bob).await;
    ada.add_to_team(&team, &eve).await;
    let plans = ada.create_channel(&team, "plans", "O").await;
    let bookmark = json!({"type": "link", "display_name": "Notes", "link_url": "https://example.com/notes"});
    ada.post(&format!("/channels/{}/bookmarks", id(&plans)), bookmark).await.ok();
    ada.add_to_channel(&plans, &bob).await;
    let root_post = ada.create_post(&plans, "The lighthouse opens at noon").await;
    ada.put(&format!("/posts/{}/patch", id(&root_post)), json!({"message": "The lighthouse opens at one"})).await.ok();
    let reply = json!({"channel_id": plans["id"], "root_id": root_post["id"], "message": "Good idea, @ada.lovelace"});
    let reply = bob.post("/posts", reply).await.ok();
    let direct = ada.post("/channels/direct", json!([ada.id, bob.id])).await.ok();
    ada.create_post(&direct, "Between the two of us").await;
    ada.post("/channels/group", json!([ada.id, bob.id, eve.id])).await.ok();
    for name in ["attached.txt", "unattached.txt"] {
        let parts: [(&str, Option<&str>, &[u8]); 2] = [("channel_id", None, id(&plans).as_bytes()), ("files", Some(name), name.as_bytes())];
        let file = ada.upload("/files", &parts).await.ok()["file_infos"][0]["id"].clone();
        if name == "attached.txt" {
            ada.post("/posts", json!({"channel_id": plans["id"], "message": "", "file_ids": [file]})).await.ok();
        }
    }
    ada.post(&format!("/users/me/posts/{}/ack", id(&reply)), json!({})).await.ok();
    ada.post(&format!("/users/me/posts/{}/reminder", id(&reply)), json!({"target_time": server.clock.now().0 / 1_000 + 86_400})).await.ok();
    ada.post("/drafts", json!({"channel_id": plans["id"], "message": "The Countess has begun"})).await.ok();
    let later = json!({"channel_id": plans["id"], "message": "The Countess will say", "scheduled_at": 1_900_000_000_000_i64});
    ada.post("/posts/schedule", later).await.ok();
    ada.post("/uploads", json!({"channel_id": plans["id"], "filename": "film.mp4", "file_size": 1_000_000})).await.ok();
    ada.post("/reactions", json!({"user_id": ada.id, "post_id": reply["id"], "emoji_name": "tada"})).await.ok();
    ada.upload(&format!("/users/{}/image", ada.id), &[("image", Some("i.png"), &include_bytes!("support/dot.png")[..])]).await.ok();
    let names = json!({"first_name": "Augusta", "last_name": "Byron", "nickname": "Countess", "position": "Keeper",
        "notify_props": {"mention_keys": "Enchantress"}});
    ada.put("/users/me/patch", names).await.ok();
    ada.post("/users/me/data_exports", json!({})).await.ok();
    ada.post(&format!("/users/{}/tokens", ada.id), json!({"description": "Countess's script"})).await.ok();
    ada.post("/hooks/incoming", json!({"channel_id": plans["id"], "display_name": "Countess's CI"})).await.ok();
    let outgoing = json!({"team_id": team["id"], "channel_id": plans["id"], "display_name": "Countess", "trigger_words": ["deploy"],
        "callback_urls": ["http://127.0.0.1:9/"]});
    ada.post("/hooks/outgoing", outgoing).await.ok();
    ada.post("/commands", json!({"team_id": team["id"], "trigger": "lunch", "method": "P", "url": "http://127.0.0.1:9/"})).await.ok();
    ada.put("/users/me/status", json!({"user_id": ada.id, "status": "away"})).await.ok();
    let crew = json!({"name": "crew", "display_name": "Crew", "source": "custom", "allow_reference": true, "user_ids": [ada.id]});
    let crew = ada.post("/groups", crew).await.ok();
    root.post(&format!("/groups/{}/channels/{}/link", id(&crew), id(&plans)), json!({"auto_add": true})).await.ok();
    let terms = root.post("/terms_of_service", json!({"text": "Be kind."})).await.ok();
    ada.post("/users/me/terms_of_service", json!({"serviceTermsId": terms["id"], "accepted": true})).await.ok();
    root.put(&format!("/limits/users/{}", ada.id), json!({"storage_files": 1_000_000})).await.ok();
    let category =
        json!({"user_id": ada.id, "team_id": team["id"], "display_name": "Countess", "type": "custom", "channel_ids": [plans["id"]]});
    ada.post(&format!("/users/me/teams/{}/channels/categories", id(&team)), category).await.ok();
    let star = json!([{"user_id": ada.id, "category": "flagged_post", "name": reply["id"], "value": "true"}]);
    ada.put("/users/me/preferences", star).await.ok();
    let field = root.post("/custom_profile_attributes/fields", json!({"name": "Pet", "type": "text"})).await.ok();
    ada.patch("/custom_profile_attributes/values", json!({id(&field): "Puff the cat"})).await.ok();
    passkeys::add(&ada, &mut passkeys::new_passkey(), "Ada's phone").await;
    ada.connected_from("203.0.113.77").post("/users/login", json!({"login_id": "ada.lovelace", "password": PASSWORD})).await.ok();
    server.anonymous().post("/users/password/reset/send", json!({"email": "ada@example.com"})).await;
    ada.log_in().await;
    run(&server).await;
    World { server, root, ada, bob, plans, root_post, reply }
}

impl World {
    async fn erase(&self, messages: &str) -> Value {
        let body = json!({"username": "ada.lovelace", "messages": messages});
        let job = self.root.post(&format!("/users/{}/erase", self.ada.id), body).await;
        assert_eq!(job.status, 201, "{}", job.text());
        run(&self.server).await;
        let job = self.root.get(&format!("/jobs/{}", id(&job.json()))).await.ok();
        assert_eq!((&job["status"], &job["progress"]), (&json!("success"), &json!(100)), "{job}");
        job
    }
}

#[tokio::test]
async fn nothing_that_somebody_is_known_by_is_left() {
    let world = world().await;
    let before = world.server.columns_containing(world.ada.id).await;
    for (table, held, erased) in TABLES {
        let is_there = before.iter().any(|column| column.split('.').next() == Some(*table));
        let is_about_people = *held == Held::Exported && !matches!(erased, Erased::Kept(_));
        // What takes an invitation, a mail or a muted finding, and tables without an id of a person.
        let is_elsewhere = NOT_FILLED.contains(table);
        assert!(is_there || !is_about_people || is_elsewhere, "Ada has nothing in {table}: the test does not see whether it is erased");
    }
    for mark in MARKS {
        assert!(!world.server.columns_containing_text(mark).await.is_empty(), "{mark} is nowhere before");
    }
    world.erase("keep").await;
    world.server.clock.advance_ms(2 * HOUR_MS);
    run(&world.server).await;
    for mark in MARKS {
        let mut left = world.server.columns_containing_text(mark).await;
        // The audit trail is sealed and kept, and what others have written is theirs.
        left.retain(|column| {
            !column.starts_with("audits.") && !(mark == "ada.lovelace" && (column == "posts.message" || column.starts_with("search_posts")))
        });
        assert_eq!(left, [""; 0], "{mark}");
    }
    let after = world.server.columns_containing(world.ada.id).await;
    for (table, _, erased) in TABLES {
        let is_there = after.iter().any(|column| column.split('.').next() == Some(*table));
        assert!(!is_there || !matches!(erased, Erased::Deleted(..) | Erased::Overwritten(..)), "{table} has something of Ada: {after:?}");
    }
}

const NOT_FILLED: &[&str] = &[
    "bots",
    "emoji",
    "finding_mutes",
    "guest_expiries",
    "invitations",
    "invitation_uses",
    "oauth_apps",
    "oauth_authorizations",
    "oauth_codes",
    "oauth_grants",
    "second_factors",
    "statuses",
    "teams",
];

#[tokio::test]
async fn messages_stay_under_an_account_without_a_name() {
    let world = world().await;
    let World { server, root, ada, bob, plans, root_post, .. } = &world;
    let mut events = bob.subscribe().await;
    world.erase("keep").await;
    let user = bob.get(&format!("/users/{}", ada.id)).await.ok();
    let name = user["username"].as_str().unwrap();
    assert!(name.starts_with("deleted-") && user["first_name"] == "" && user["nickname"] == "" && user["delete_at"] != 0, "{user}");
    let updated = loop {
        let event = events.wait_for("user_updated").await;
        if event["data"]["user"]["username"] == user["username"] {
            break event;
        }
    };
    assert_eq!(updated["data"]["user"]["id"], json!(ada.id));
    let posts = bob.get(&format!("/channels/{}/posts", id(plans))).await.ok();
    let post = &posts["posts"][id(root_post)];
    assert_eq!(
        (&post["message"], &post["reply_count"], &post["user_id"]),
        (&json!("The lighthouse opens at one"), &json!(1), &json!(ada.id))
    );
    for post in posts["posts"].as_object().unwrap().values().filter(|post| post["type"].as_str().unwrap().starts_with("system_")) {
        assert!(!post.to_string().contains("ada.lovelace"), "{post}");
    }
    // It does not come back, and is not changed.
    root.put(&format!("/users/{}/patch", ada.id), json!({"nickname": "Countess"})).await.assert_error(400, "api.erasure.erased.app_error");
    let log_in = json!({"login_id": "ada.lovelace", "password": PASSWORD});
    assert_eq!(server.anonymous().post("/users/login", log_in).await.status, 401);
    root.put(&format!("/users/{}/active", ada.id), json!({"active": true})).await.assert_error(400, "api.erasure.erased.app_error");
    let again = json!({"username": name, "messages": "keep"});
    root.post(&format!("/users/{}/erase", ada.id), again).await.assert_error(400, "api.erasure.erased.app_error");
    // The name and the address are free.
    server.create_user("ada.lovelace").await;
    let audits = root.get("/audits?per_page=200").await.ok();
    let record = audits.as_array().unwrap().iter().find(|record| record["action"] == "users.erase").unwrap();
    let details = record["extra_info"].as_str().unwrap();
    assert!(details.contains(&ada.id.to_string()) && details.contains("messages=keep") && !details.contains("lovelace"), "{details}");
    assert_eq!(record["user_id"], json!(root.id));
}

#[tokio::test]
async fn messages_become_placeholders_and_threads_stay() {
    for dialect in [Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql] {
        let Some(server) = TestServer::start_on_dialect(dialect).await else { continue };
        check_placeholders(world_on(server).await).await;
    }
}

async fn check_placeholders(world: World) {
    let World { server, bob, plans, root_post, reply, .. } = &world;
    let mut events = bob.subscribe().await;
    let counts = async |sql| server.count(sql).await;
    world.erase("delete").await;
    let posts = bob.get(&format!("/channels/{}/posts", id(plans))).await.ok();
    let post = &posts["posts"][id(root_post)];
    assert_eq!((&post["message"], &post["reply_count"]), (&json!("*This message was erased.*"), &json!(1)));
    assert_eq!(posts["posts"][id(reply)]["message"], "Good idea, @ada.lovelace");
    events.wait_for("post_edited").await;
    assert_nothing_left(server).await;
    assert_eq!(counts("SELECT COUNT(*) FROM files WHERE name <> ''").await, 0);
    server.clock.advance_ms(2 * HOUR_MS);
    run(server).await;
    assert_eq!(counts("SELECT COUNT(*) FROM files").await, 0);
    // Uploads that had begun are swept with the files.
    assert_eq!(counts("SELECT COUNT(*) FROM uploads").await, 0);
    assert_eq!(counts("SELECT COUNT(*) FROM storage_usage WHERE files <> 0 OR bytes <> 0").await, 0);
}

/// What the three databases can be asked alike.
async fn assert_nothing_left(server: &TestServer) {
    for sql in [
        "SELECT COUNT(*) FROM posts WHERE message LIKE '%lighthouse%' OR message LIKE '%Between the two%'",
        "SELECT COUNT(*) FROM posts WHERE kind LIKE 'system%' AND (message LIKE '%lovelace%' OR props LIKE '%lovelace%')",
        "SELECT COUNT(*) FROM users WHERE username = 'ada.lovelace' OR email = 'ada@example.com' OR nickname = 'Countess'",
        "SELECT COUNT(*) FROM channels WHERE display_name LIKE '%lovelace%'",
        "SELECT COUNT(*) FROM teams WHERE email = 'ada@example.com'",
        "SELECT COUNT(*) FROM reactions",
        "SELECT COUNT(*) FROM passkeys",
        "SELECT COUNT(*) FROM profile_values",
        "SELECT COUNT(*) FROM data_exports",
        "SELECT COUNT(*) FROM outgoing_webhooks",
        "SELECT COUNT(*) FROM files WHERE delete_at = 0",
    ] {
        assert_eq!(server.count(sql).await, 0, "{sql}");
    }
}

#[tokio::test]
async fn an_erasure_that_was_interrupted_is_completed() {
    for (at, trigger) in [
        ("reactions", "CREATE TRIGGER crash BEFORE DELETE ON reactions BEGIN SELECT RAISE(ABORT, 'crash'); END"),
        ("channels", "CREATE TRIGGER crash BEFORE UPDATE OF display_name ON channels BEGIN SELECT RAISE(ABORT, 'crash'); END"),
        ("the account", "CREATE TRIGGER crash BEFORE UPDATE ON users WHEN NEW.picture_key IS NULL BEGIN SELECT RAISE(ABORT, 'crash'); END"),
    ] {
        let world = world().await;
        let World { server, root, ada, bob, plans, root_post, .. } = &world;
        let path = format!("/users/{}/erase", ada.id);
        let body = json!({"username": "ada.lovelace", "messages": "delete"});
        let job = root.post(&path, body.clone()).await.json();
        server.execute(trigger).await;
        run(server).await;
        let job_path = format!("/jobs/{}", id(&job));
        let half_done = root.get(&job_path).await.ok();
        assert_eq!(half_done["status"], "pending", "{at}: {half_done}");
        assert_eq!(root.get(&format!("/users/{}", ada.id)).await.ok()["username"], "ada.lovelace", "{at}");
        root.post(&path, body).await.assert_error(400, "api.erasure.running.app_error");
        server.execute("DROP TRIGGER crash").await;
        server.clock.advance_ms(HOUR_MS);
        run(server).await;
        assert_eq!(root.get(&job_path).await.ok()["status"], "success", "{at}");
        assert_nothing_left(server).await;
        let posts = bob.get(&format!("/channels/{}/posts", id(plans))).await.ok();
        assert_eq!(posts["posts"][id(root_post)]["message"], "*This message was erased.*", "{at}");
    }
}

#[tokio::test]
async fn an_account_that_is_active_again_is_not_erased() {
    let world = world().await;
    let World { server, root, ada, .. } = &world;
    let body = json!({"username": "ada.lovelace", "messages": "delete"});
    let job = root.post(&format!("/users/{}/erase", ada.id), body).await.json();
    root.put(&format!("/users/{}/active", ada.id), json!({"active": true})).await.ok();
    run(server).await;
    assert_ne!(root.get(&format!("/jobs/{}", id(&job))).await.ok()["status"], "success");
    assert_eq!(root.get(&format!("/users/{}", ada.id)).await.ok()["username"], "ada.lovelace");
}

#[tokio::test]
async fn a_name_like_that_of_an_erased_account_protects_nobody() {
    let server = TestServer::start().await;
    let (root, eve) = (server.create_user("root").await, server.create_user("eve").await);
    let name = json!({"username": "deleted-eve", "email": "deleted-eve@erased.invalid"});
    root.put(&format!("/users/{}/patch", eve.id), name).await.ok();
    root.put(&format!("/users/{}/active", eve.id), json!({"active": false})).await.ok();
    let body = json!({"username": "deleted-eve"});
    assert_eq!(root.post(&format!("/users/{}/erase", eve.id), body).await.status, 201);
    run(&server).await;
    assert_ne!(root.get(&format!("/users/{}", eve.id)).await.ok()["username"], "deleted-eve");
}

#[tokio::test]
async fn an_erasure_takes_a_confirmation_and_the_permission() {
    let world = world().await;
    let World { server, root, ada, bob, .. } = &world;
    let path = format!("/users/{}/erase", ada.id);
    let body = |username: &str| json!({"username": username, "messages": "keep"});
    root.post(&path, body("ada")).await.assert_error(400, "api.erasure.not_confirmed.app_error");
    root.post(&path, json!({"username": "ada.lovelace", "messages": "burn"}))
        .await
        .assert_error(400, "api.context.invalid_body_param.app_error");
    root.put(&format!("/users/{}/roles", bob.id), json!({"roles": "system_user system_user_manager"})).await.ok();
    bob.post(&path, body("ada.lovelace")).await.assert_error(403, PERMISSIONS);
    root.post(&format!("/users/{}/erase", root.id), body("root")).await.assert_error(400, "api.erasure.own_account.app_error");
    let local = server.local_administrator();
    local.post(&format!("/users/{}/erase", root.id), body("root")).await.assert_error(400, "app.user.update_active.last_admin.app_error");
    assert_eq!(root.get(&format!("/users/{}", ada.id)).await.ok()["delete_at"], 0);
    root.post(&path, body("ada.lovelace")).await.ok();
    // Access ends at once; the rest waits for the job.
    ada.get("/users/me").await.assert_error(401, "api.context.session_expired.app_error");
    root.post(&path, body("ada.lovelace")).await.assert_error(400, "api.erasure.running.app_error");
}

#[tokio::test]
async fn a_permanent_deletion_is_an_erasure_where_it_is_enabled() {
    let world = world().await;
    let World { server, root, ada, .. } = &world;
    let path = format!("/users/{}?permanent=true", ada.id);
    root.delete(&path).await.assert_error(401, "api.user.delete_user.not_enabled.app_error");
    root.put("/config/patch", json!({"ServiceSettings": {"EnableAPIUserDeletion": true}})).await.ok();
    root.delete(&path).await.ok();
    run(server).await;
    assert_eq!(server.columns_containing_text("The lighthouse").await, [""; 0]);
    assert!(root.get(&format!("/users/{}", ada.id)).await.ok()["username"].as_str().unwrap().starts_with("deleted-"));
}
