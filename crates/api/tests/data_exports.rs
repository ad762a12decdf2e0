//! Exports of what is stored about a person: what is in them, who gets them, and when they end.

use std::collections::BTreeMap;

use guildhall_testkit::{Dialect, TestServer, TestUser};
use serde_json::{Value, json};

use crate::support::zip::unzip;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;
const HOUR_MS: i64 = 60 * 60 * 1000;
const PERMISSIONS: &str = "api.context.permissions.app_error";

type Archive = BTreeMap<String, Vec<u8>>;

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

fn path(of: &TestUser) -> String {
    format!("/users/{}/data_exports", of.id)
}

async fn run(server: &TestServer) {
    server.app().services.run_due_jobs().await.unwrap();
}

/// Asks for an export and makes it.
async fn export(server: &TestServer, who: &TestUser, of: &TestUser) -> Value {
    let requested = who.post(&path(of), json!({})).await;
    assert_eq!(requested.status, 201, "{}", requested.text());
    let requested = requested.json();
    assert_eq!((&requested["status"], &requested["size_bytes"]), (&json!("pending"), &json!(0)));
    run(server).await;
    let list = who.get(&path(of)).await.ok();
    let export = list.as_array().unwrap().iter().find(|export| export["id"] == requested["id"]).unwrap().clone();
    assert_eq!((&export["status"], &export["progress"]), (&json!("ready"), &json!(100)));
    export
}

async fn download(who: &TestUser, of: &TestUser, export: &Value) -> Archive {
    let archive = who.get(&format!("{}/{}", path(of), id(export))).await;
    assert_eq!((archive.status, archive.header("content-type"), archive.header("cache-control")), (200, "application/zip", "no-store"));
    assert_eq!(
        (archive.body.len() as i64, archive.header("content-length")),
        (export["size_bytes"].as_i64().unwrap(), &*archive.body.len().to_string())
    );
    unzip(&archive.body)
}

fn rows(archive: &Archive, file: &str) -> Vec<Value> {
    let text = archive.get(&format!("{file}.json")).unwrap_or_else(|| panic!("no {file}.json"));
    serde_json::from_slice(text).unwrap_or_else(|error| panic!("{file}: {error}"))
}

fn contains(archive: &Archive, text: &str) -> bool {
    archive.values().any(|content| content.windows(text.len()).any(|part| part == text.as_bytes()))
}

struct World {
    server: TestServer,
    root: TestUser,
    ada: TestUser,
    bob: TestUser,
}

impl World {
    /// Ada and Bob have written in a channel and to each other.
    async fn new(server: TestServer) -> Self {
        let (root, ada, bob) = (server.create_user("root").await, server.create_user("ada").await, server.create_user("bob").await);
        let team = ada.create_team("studio").await;
        ada.add_to_team(&team, &bob).await;
        let plans = ada.create_channel(&team, "plans", "O").await;
        ada.add_to_channel(&plans, &bob).await;
        let direct = ada.post("/channels/direct", json!([ada.id, bob.id])).await.ok();
        let post = ada.create_post(&plans, "The lighthouse \"opens\" at noon").await;
        ada.put(&format!("/posts/{}/patch", id(&post)), json!({"message": "The lighthouse opens at one"})).await.ok();
        bob.create_post(&plans, "Bob's own words").await;
        ada.create_post(&direct, "Between the two of us").await;
        bob.create_post(&direct, "Bob's secret").await;
        for (channel, name) in [(&plans, "notes.txt"), (&direct, "letter.txt")] {
            let parts: [(&str, Option<&str>, &[u8]); 2] =
                [("channel_id", None, id(channel).as_bytes()), ("files", Some(name), name.as_bytes())];
            let file = ada.upload("/files", &parts).await.ok()["file_infos"][0]["id"].clone();
            ada.post("/posts", json!({"channel_id": channel["id"], "message": name, "file_ids": [file]})).await.ok();
        }
        ada.post("/reactions", json!({"user_id": ada.id, "post_id": post["id"], "emoji_name": "tada"})).await.ok();
        ada.upload(&format!("/users/{}/image", ada.id), &[("image", Some("i.png"), &include_bytes!("support/dot.png")[..])]).await.ok();
        root.put(&format!("/users/{}/patch", ada.id), json!({"position": "Keeper"})).await.ok();
        Self { server, root, ada, bob }
    }
}

async fn people_get_all_that_is_theirs_and_nothing_else(server: TestServer) {
    let World { server, root, ada, bob } = World::new(server).await;
    let token = ada.post(&format!("/users/{}/tokens", ada.id), json!({"description": "CI"})).await;
    let made = export(&server, &ada, &ada).await;
    let archive = download(&ada, &ada, &made).await;

    let account = &rows(&archive, "account")[0];
    assert_eq!(
        (&account["username"], &account["email"], &account["position"]),
        (&json!("ada"), &json!("ada@example.com"), &json!("Keeper"))
    );
    assert!(account["create_at"].as_str().unwrap().ends_with('Z') && account["delete_at"].is_null(), "{account}");
    let messages = rows(&archive, "messages");
    let message = |text: &str| messages.iter().find(|post| post["message"] == text).unwrap_or_else(|| panic!("{text}: {messages:?}"));
    let first = message("The lighthouse opens at one");
    assert_eq!((&first["channel"], &first["team"], &first["channel_type"]), (&json!("plans"), &json!("studio"), &json!("O")));
    assert_eq!(message("The lighthouse \"opens\" at noon")["earlier_version_of"], first["id"]);
    assert_eq!(message("Between the two of us")["direct_with"], "bob");
    assert_eq!(rows(&archive, "reactions")[0]["emoji_name"], "tada");
    let files: BTreeMap<String, Value> =
        rows(&archive, "files").into_iter().map(|file| (file["name"].as_str().unwrap().to_owned(), file["id"].clone())).collect();
    for name in ["notes.txt", "letter.txt"] {
        assert_eq!(archive[&format!("files/{}/{name}", files[name].as_str().unwrap())], name.as_bytes());
    }
    assert!(archive["profile_picture.png"].starts_with(b"\x89PNG"));
    let session = &rows(&archive, "sessions")[0];
    assert!(session["props"].get("csrf").is_none() && session["props"].is_object() && session.get("token_hash").is_none(), "{session}");
    let about = rows(&archive, "audit_records_about_you");
    assert!(about.iter().any(|record| record["action"] == "users.patch" && record.get("ip_address").is_none()), "{about:?}");
    assert!(rows(&archive, "audit_records").iter().any(|record| record["action"] == "data_exports.create"));
    let described: Value = serde_json::from_slice(&archive["about.json"]).unwrap();
    assert_eq!((&described["format"], &described["files"], &described["left_out"]), (&json!(1), &json!(2), &json!("")));
    assert_eq!(described["contents"].as_array().unwrap().len(), archive.keys().filter(|name| name.ends_with(".json")).count() - 1);

    for foreign in ["Bob's own words", "Bob's secret", "bob@example.com", ada.token.as_deref().unwrap(), &id_or_empty(&token.json())] {
        assert!(foreign.is_empty() || !contains(&archive, foreign), "{foreign}");
    }
    let actions = root.get("/audits?per_page=200").await.ok();
    for action in ["data_exports.create", "data_exports.download"] {
        let record = actions.as_array().unwrap().iter().find(|record| record["action"] == action).unwrap();
        assert!(record["user_id"] == json!(ada.id) && record["extra_info"].as_str().unwrap().contains(id(&made)), "{record}");
    }
    bob.get(&format!("{}/{}", path(&ada), id(&made))).await.assert_error(403, PERMISSIONS);
    bob.get(&format!("{}/{}", path(&bob), id(&made))).await.assert_error(404, "api.data_export.not_found.app_error");
}

/// The secret of an access token, where tokens are on.
fn id_or_empty(token: &Value) -> String {
    token["token"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn people_get_all_that_is_theirs_and_nothing_else_on_every_database() {
    for dialect in Dialect::ALL {
        if let Some(server) = TestServer::start_on_dialect(dialect).await {
            people_get_all_that_is_theirs_and_nothing_else(server).await;
        }
    }
}

#[tokio::test]
async fn administrators_export_for_others_without_direct_messages() {
    let World { server, root, ada, bob } = World::new(TestServer::start().await).await;
    let made = export(&server, &root, &ada).await;
    assert_eq!(made["requested_by"], json!(root.id));
    let archive = download(&root, &ada, &made).await;
    assert!(contains(&archive, "The lighthouse opens at one") && contains(&archive, "notes.txt"));
    for personal in ["Between the two of us", "letter.txt"] {
        assert!(!contains(&archive, personal), "{personal}");
    }
    assert!(rows(&archive, "channels").iter().all(|channel| channel["channel_type"] != "D"));
    let described: Value = serde_json::from_slice(&archive["about.json"]).unwrap();
    assert_ne!(described["left_out"], "");
    // Whom it is about sees it and may have it.
    assert_eq!(ada.get(&path(&ada)).await.ok()[0]["requested_by"], json!(root.id));
    download(&ada, &ada, &made).await;

    let own = export(&server, &ada, &ada).await;
    root.get(&format!("{}/{}", path(&ada), id(&own))).await.assert_error(403, PERMISSIONS);
    // Who manages accounts does not read everything.
    root.put(&format!("/users/{}/roles", bob.id), json!({"roles": "system_user system_user_manager"})).await.ok();
    bob.post(&path(&ada), json!({})).await.assert_error(403, PERMISSIONS);
    bob.get(&path(&ada)).await.assert_error(403, PERMISSIONS);
    server.local_administrator().post(&path(&bob), json!({})).await.ok();
    assert_eq!(server.local_administrator().get(&path(&bob)).await.ok()[0]["requested_by"], "");
    root.post("/users/absentabsentabsentabsent00/data_exports", json!({})).await.assert_error(404, "app.user.missing_account.const");
}

#[tokio::test]
async fn own_exports_can_be_switched_off() {
    let World { server, root, ada, .. } = World::new(TestServer::start().await).await;
    root.put("/config/patch", json!({"PrivacySettings": {"EnableDataExports": false}})).await.ok();
    ada.post("/users/me/data_exports", json!({})).await.assert_error(403, "api.data_export.disabled.app_error");
    export(&server, &root, &ada).await;
}

#[tokio::test]
async fn an_export_ends_and_its_archive_with_it() {
    let World { server, root, ada, .. } = World::new(TestServer::start().await).await;
    let made = export(&server, &ada, &ada).await;
    let key = "SELECT COUNT(*) FROM data_exports WHERE blob_key IS NOT NULL";
    assert_eq!(server.count(key).await, 1);
    server.clock.advance_ms(7 * DAY_MS + HOUR_MS);
    let mut ada = ada;
    ada.log_in().await;
    ada.get(&format!("{}/{}", path(&ada), id(&made))).await.assert_error(404, "api.data_export.not_found.app_error");
    assert_eq!(ada.get(&path(&ada)).await.ok(), json!([]));
    run(&server).await;
    assert_eq!(server.count("SELECT COUNT(*) FROM data_exports").await, 0);
    let released = "SELECT COUNT(*) FROM released_blobs";
    assert!(server.count(released).await > 0);
    server.clock.advance_ms(2 * HOUR_MS);
    run(&server).await;
    assert_eq!(server.count(released).await, 0);
    drop(root);
}

#[tokio::test]
async fn only_some_exports_are_kept_and_one_is_made_at_a_time() {
    let World { server, root, ada, .. } = World::new(TestServer::start().await).await;
    let first = ada.post(&path(&ada), json!({})).await.json();
    ada.post(&path(&ada), json!({})).await.assert_error(400, "api.data_export.running.app_error");
    ada.get(&format!("{}/{}", path(&ada), id(&first))).await.assert_error(400, "api.data_export.not_ready.app_error");
    // An administrator who cancels the job ends it.
    root.post(&format!("/jobs/{}/cancel", first["job_id"].as_str().unwrap()), json!({})).await.ok();
    assert_eq!(ada.get(&path(&ada)).await.ok()[0]["status"], "failed");
    for _ in 0..2 {
        export(&server, &ada, &ada).await;
    }
    ada.post(&path(&ada), json!({})).await.assert_error(400, "api.data_export.too_many.app_error");
}

#[tokio::test]
async fn exports_wait_for_each_other_and_not_the_other_jobs_for_them() {
    let World { server, root, ada, bob } = World::new(TestServer::start().await).await;
    for user in [&ada, &bob] {
        user.post(&path(user), json!({})).await.ok();
    }
    run(&server).await;
    for user in [&ada, &bob] {
        assert_eq!(user.get(&path(user)).await.ok()[0]["status"], "ready");
    }
    // A job of an export that is there already, or of none, does nothing.
    let made = ada.get(&path(&ada)).await.ok();
    for export in [id(&made[0]), "absentabsentabsentabsent00", "what?"] {
        let job = root.post("/jobs", json!({"type": "data_export", "data": {"export_id": export}})).await.json();
        run(&server).await;
        assert_eq!(root.get(&format!("/jobs/{}", id(&job))).await.ok()["status"], "success");
    }
    assert_eq!(ada.get(&path(&ada)).await.ok(), made);
}

#[tokio::test]
async fn a_mail_tells_that_an_export_is_ready() {
    let World { server, root, ada, .. } = World::new(TestServer::start().await).await;
    let mail = json!({"SMTPServer": "smtp.example.com", "FeedbackEmail": "chat@example.com"});
    root.put("/config/patch", json!({"EmailSettings": mail, "ServiceSettings": {"SiteURL": "https://chat.example.com"}})).await.ok();
    server.mailer.take_sent();
    export(&server, &ada, &ada).await;
    let mail = server.mailer.next().await;
    assert!(mail.to.address == "ada@example.com" && mail.subject.contains("export of your data"), "{mail:?}");
    export(&server, &root, &ada).await;
    server.app().services.make_due_deliveries().await.unwrap();
    assert_eq!(server.mailer.take_sent(), []);
}
