//! What is stored never passes a quota, and is given back once when it is deleted.

use futures::future::join_all;
use guildhall_services::files::SweepLimits;
use guildhall_testkit::{Dialect, TestServer, TestUser};
use serde_json::{Value, json};

use super::{begin_upload, differences, id, set, upload};

const USER: &str = "api.file.upload_file.user_quota.app_error";
const CHANNEL: &str = "api.file.upload_file.channel_quota.app_error";
const TEAM: &str = "api.file.upload_file.team_quota.app_error";
const SERVER: &str = "api.file.upload_file.server_quota.app_error";

async fn post_with_file(who: &TestUser, channel: &Value, root: &Value, size_bytes: usize) -> Value {
    let file = upload(who, channel, size_bytes).await.ok()["file_infos"][0].clone();
    let root_id = root["id"].as_str().unwrap_or_default();
    who.post("/posts", json!({"channel_id": channel["id"], "root_id": root_id, "message": "look", "file_ids": [file["id"]]})).await.ok()
}

/// (bytes, files)
async fn used(who: &TestUser) -> (i64, i64) {
    let usage = who.get("/users/me/usage").await.ok();
    (usage["bytes"].as_i64().unwrap(), usage["files"].as_i64().unwrap())
}

struct World {
    server: TestServer,
    root: TestUser,
    ann: TestUser,
    bob: TestUser,
    team: Value,
    dev: Value,
    ops: Value,
    direct: Value,
}

impl World {
    async fn new() -> Self {
        Self::on(TestServer::start().await).await
    }

    async fn on(server: TestServer) -> Self {
        let (root, ann, bob) = (server.create_user("root").await, server.create_user("ann").await, server.create_user("bob").await);
        let team = root.create_team("crew").await;
        let (dev, ops) = (root.create_channel(&team, "dev", "O").await, root.create_channel(&team, "ops", "O").await);
        for person in [&ann, &bob] {
            root.add_to_team(&team, person).await;
            root.add_to_channel(&dev, person).await;
            root.add_to_channel(&ops, person).await;
        }
        let direct = ann.post("/channels/direct", json!([ann.id, bob.id])).await.ok();
        Self { root, ann, bob, team, dev, ops, direct, server }
    }

    async fn sweep(&self) {
        self.server.clock.advance_ms(10_000);
        let limits = SweepLimits { unattached_ms: 1_000, deleted_ms: 1_000, uploads_ms: 1_000 };
        self.server.app().services.files().sweep_files(limits).await.unwrap();
    }
}

/// Two people send files and begin uploads to two channels at once: exactly as many are taken as fit.
async fn concurrent_uploads(dialect: Dialect) {
    let Some(server) = TestServer::start_on_dialect(dialect).await else { return };
    let world = World::on(server).await;
    const NONE: [&str; 8] =
        ["UserBytes", "ChannelBytes", "TeamBytes", "ServerBytes", "UserFiles", "ChannelFiles", "TeamFiles", "ServerFiles"];
    for (setting, fit, error) in [
        ("UserBytes", 10, (413, USER)),
        ("ChannelBytes", 10, (413, CHANNEL)),
        ("TeamBytes", 5, (413, TEAM)),
        ("ServerBytes", 5, (507, SERVER)),
        ("UserFiles", 10, (413, USER)),
        ("ServerFiles", 5, (507, SERVER)),
    ] {
        let mut quotas = json!({});
        NONE.iter().for_each(|name| quotas[*name] = json!(0));
        quotas[setting] = if setting.ends_with("Bytes") { json!(599) } else { json!(5) };
        set(&world.root, quotas).await;
        let sent = (0..40).map(|n| {
            let (who, channel) = (if n % 2 == 0 { &world.ann } else { &world.bob }, if n % 4 < 2 { &world.dev } else { &world.ops });
            async move { if n % 3 == 0 { begin_upload(who, channel, 100).await } else { upload(who, channel, 100).await } }
        });
        let answers = join_all(sent).await;
        let taken = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!(taken, fit, "{setting} on {dialect:?}");
        for refused in answers.iter().filter(|answer| answer.status != 201) {
            refused.assert_error(error.0, error.1);
        }
        assert_eq!(differences(&world.server).await, 0, "{setting} on {dialect:?}");
        world.sweep().await;
        let left = world.server.count("SELECT COALESCE(SUM(bytes), 0) + COALESCE(SUM(files), 0) FROM storage_usage").await;
        assert_eq!(left, 0, "{setting} on {dialect:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_uploads_never_pass_a_quota_on_sqlite() {
    concurrent_uploads(Dialect::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_uploads_never_pass_a_quota_on_postgres() {
    concurrent_uploads(Dialect::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_uploads_never_pass_a_quota_on_mysql() {
    concurrent_uploads(Dialect::Mysql).await;
}

#[tokio::test]
async fn guests_have_a_quota_of_their_own() {
    let world = World::new().await;
    let mut eve = world.server.create_user("eve").await;
    world.root.add_to_team(&world.team, &eve).await;
    world.root.put(&format!("/users/{}/roles", eve.id), json!({"roles": "system_guest"})).await.ok();
    eve.log_in().await;
    world.root.add_to_channel(&world.dev, &eve).await;
    set(&world.root, json!({"GuestBytes": 100, "GuestFiles": 2, "UserBytes": 1_000})).await;
    upload(&eve, &world.dev, 101).await.assert_error(413, USER);
    upload(&eve, &world.dev, 60).await.ok();
    begin_upload(&eve, &world.dev, 41).await.assert_error(413, USER);
    begin_upload(&eve, &world.dev, 10).await.ok();
    upload(&eve, &world.dev, 1).await.assert_error(413, USER);
    assert_eq!(eve.get("/users/me/usage").await.ok(), json!({"bytes": 70, "files": 2, "max_bytes": 100, "max_files": 2}));
    upload(&world.ann, &world.dev, 900).await.ok();
    upload(&world.ann, &world.dev, 101).await.assert_error(413, USER);
    // A member again, with what they stored as a guest.
    world.root.put(&format!("/users/{}/roles", eve.id), json!({"roles": "system_user"})).await.ok();
    eve.log_in().await;
    upload(&eve, &world.dev, 930).await.ok();
}

#[tokio::test]
async fn what_is_deleted_is_given_back_once() {
    let world = World::new().await;
    let (ann, bob, dev) = (&world.ann, &world.bob, &world.dev);
    set(&world.root, json!({"ChannelBytes": 100})).await;
    let root = post_with_file(ann, dev, &Value::Null, 40).await;
    let reply = post_with_file(bob, dev, &root, 30).await;
    let other = post_with_file(bob, dev, &root, 20).await;
    assert_eq!((used(ann).await, used(bob).await), ((40, 1), (50, 2)));
    upload(ann, dev, 11).await.assert_error(413, CHANNEL);

    bob.delete(&format!("/posts/{}", id(&reply))).await.ok();
    assert_eq!(bob.delete(&format!("/posts/{}", id(&reply))).await.status, 404);
    assert_eq!(used(bob).await, (20, 1));
    bob.put(&format!("/posts/{}/patch", id(&other)), json!({"file_ids": []})).await.ok();
    assert_eq!(used(bob).await, (0, 0));
    let last = post_with_file(bob, dev, &root, 60).await;
    assert_eq!(differences(&world.server).await, 0);
    ann.delete(&format!("/posts/{}", id(&root))).await.ok();
    assert_eq!((used(ann).await, used(bob).await), ((0, 0), (0, 0)), "{}", id(&last));
    world.sweep().await;
    assert_eq!((used(ann).await, used(bob).await, differences(&world.server).await), ((0, 0), (0, 0), 0));
    assert_eq!(world.server.count("SELECT COUNT(*) FROM files").await, 0);
}

#[tokio::test]
async fn an_upload_takes_its_room_when_it_begins() {
    let world = World::new().await;
    let (ann, dev) = (&world.ann, &world.dev);
    set(&world.root, json!({"UserBytes": 100})).await;
    let begun = begin_upload(ann, dev, 80).await.ok();
    assert_eq!(used(ann).await, (80, 1));
    upload(ann, dev, 21).await.assert_error(413, USER);
    // A smaller quota does not stop what has begun.
    set(&world.root, json!({"UserBytes": 10})).await;
    let request = http::Request::post(format!("/api/v4/uploads/{}", id(&begun))).body(axum::body::Body::from(vec![b'a'; 80])).unwrap();
    ann.send(request).await.ok();
    assert_eq!((used(ann).await, differences(&world.server).await), ((80, 1), 0));
    upload(ann, dev, 1).await.assert_error(413, USER);
    // The file was not attached to a post, and an upload was abandoned.
    set(&world.root, json!({"UserBytes": 0})).await;
    begin_upload(ann, dev, 7).await.ok();
    assert_eq!(used(ann).await, (87, 2));
    world.sweep().await;
    assert_eq!((used(ann).await, differences(&world.server).await), ((0, 0), 0));
}

#[tokio::test]
async fn a_canceled_upload_is_given_back_at_once() {
    let world = World::new().await;
    set(&world.root, json!({"UserBytes": 100})).await;
    let begun = begin_upload(&world.ann, &world.dev, 100).await.ok();
    let path = format!("/uploads/{}", id(&begun));
    let part = http::Request::post(format!("/api/v4{path}")).body(axum::body::Body::from("a part")).unwrap();
    assert_eq!(world.ann.send(part).await.status, 204);
    world.bob.delete(&path).await.assert_error(404, "app.upload.get.app_error");
    assert_eq!(used(&world.ann).await, (100, 1));
    world.ann.delete(&path).await.ok();
    world.ann.delete(&path).await.assert_error(404, "app.upload.get.app_error");
    assert_eq!((used(&world.ann).await, differences(&world.server).await), ((0, 0), 0));
    upload(&world.ann, &world.dev, 100).await.ok();
}

#[tokio::test]
async fn uploads_that_end_with_a_membership_are_given_back_by_the_sweep() {
    let world = World::new().await;
    begin_upload(&world.ann, &world.dev, 80).await.ok();
    world.root.delete(&format!("/channels/{}/members/{}", id(&world.dev), world.ann.id)).await.ok();
    assert_eq!(used(&world.ann).await, (80, 1));
    world.sweep().await;
    assert_eq!((used(&world.ann).await, differences(&world.server).await), ((0, 0), 0));
}

#[tokio::test]
async fn a_file_without_a_channel_is_refused_before_it_is_stored() {
    let world = World::new().await;
    set(&world.root, json!({"UserBytes": 100})).await;
    // The channel comes after the file.
    let send = async |size: usize| {
        let parts: [(&str, Option<&str>, &[u8]); 2] =
            [("files", Some("a.txt"), &vec![b'a'; size]), ("channel_id", None, id(&world.dev).as_bytes())];
        world.ann.upload("/files", &parts).await
    };
    send(101).await.assert_error(413, USER);
    assert_eq!(world.server.count("SELECT COUNT(*) FROM released_blobs").await, 0);
    send(100).await.ok();
    send(0).await.ok();
    send(1).await.assert_error(413, USER);
    set(&world.root, json!({"UserBytes": 0, "ChannelBytes": 150})).await;
    send(51).await.assert_error(413, CHANNEL);
}

#[tokio::test]
async fn too_large_for_the_server_is_another_error() {
    let world = World::new().await;
    world.root.put("/config/patch", json!({"FileSettings": {"MaxFileSize": 50}, "QuotaSettings": {"UserBytes": 100}})).await.ok();
    upload(&world.ann, &world.dev, 51).await.assert_error(413, "api.file.upload_file.too_large_detailed.app_error");
    begin_upload(&world.ann, &world.dev, 51).await.assert_error(413, "api.upload.create.upload_too_large.app_error");
    upload(&world.ann, &world.dev, 50).await.ok();
    upload(&world.ann, &world.dev, 50).await.ok();
    upload(&world.ann, &world.dev, 50).await.assert_error(413, USER);
}

#[tokio::test]
async fn what_a_channel_stores_moves_with_it() {
    let world = World::new().await;
    let (root, dev) = (&world.root, &world.dev);
    let other = root.create_team("other").await;
    for person in [&world.ann, &world.bob] {
        root.add_to_team(&other, person).await;
    }
    post_with_file(&world.ann, dev, &Value::Null, 70).await;
    begin_upload(&world.bob, dev, 20).await.ok();
    upload(&world.ann, &world.direct, 500).await.ok();
    set(root, json!({"TeamBytes": 89})).await;
    let request = json!({"team_id": other["id"], "force": true});
    root.post(&format!("/channels/{}/move", id(dev)), request.clone()).await.assert_error(413, TEAM);
    set(root, json!({"TeamBytes": 90})).await;
    root.post(&format!("/channels/{}/move", id(dev)), request).await.ok();
    assert_eq!(differences(&world.server).await, 0);
    upload(&world.ann, dev, 1).await.assert_error(413, TEAM);
    upload(&world.ann, &world.ops, 90).await.ok();
    upload(&world.ann, &world.direct, 500).await.ok();

    // A group message is in no team until it is turned into a channel.
    let group = world.ann.post("/channels/group", json!([world.ann.id, world.bob.id, root.id])).await.ok();
    upload(&world.ann, &group, 95).await.ok();
    let convert = json!({"channel_id": group["id"], "team_id": other["id"], "name": "crowd", "display_name": "Crowd"});
    let path = format!("/channels/{}/convert_to_channel", id(&group));
    world.ann.post(&format!("{path}?team_id={}", id(&other)), convert.clone()).await.assert_error(413, TEAM);
    set(root, json!({"TeamBytes": 185})).await;
    world.ann.post(&format!("{path}?team_id={}", id(&other)), convert).await.ok();
    upload(&world.ann, &group, 1).await.assert_error(413, TEAM);
    assert_eq!(differences(&world.server).await, 0);
}

#[tokio::test]
async fn administrators_see_who_stores_most() {
    let world = World::new().await;
    post_with_file(&world.bob, &world.dev, &Value::Null, 300).await;
    upload(&world.ann, &world.ops, 100).await.ok();
    upload(&world.ann, &world.direct, 50).await.ok();
    let list = async |query: &str| {
        let list = world.root.get(&format!("/usage/storage/largest{query}")).await.ok();
        let row = |row: &Value| (row["name"].as_str().unwrap().to_owned(), row["bytes"].as_i64().unwrap(), row["files"].as_i64().unwrap());
        list.as_array().unwrap().iter().map(row).collect::<Vec<_>>()
    };
    let row = |name: &str, bytes, files| (name.to_owned(), bytes, files);
    assert_eq!(list("").await, [row("bob", 300, 1), row("ann", 150, 2)]);
    assert_eq!(list("?of=users&page=1&per_page=1").await, [row("ann", 150, 2)]);
    let direct = world.direct["name"].as_str().unwrap();
    assert_eq!(list("?of=channels").await, [row("dev", 300, 1), row("ops", 100, 1), row(direct, 50, 1)]);
    assert_eq!(list("?of=teams").await, [row("crew", 400, 2), row("", 50, 1)]);
    assert_eq!(world.bob.get("/usage/storage").await.ok(), json!({"bytes": 450}));

    let forbidden = "api.context.permissions.app_error";
    world.ann.get("/usage/storage/largest").await.assert_error(403, forbidden);
    world.ann.get(&format!("/users/{}/usage", world.bob.id)).await.assert_error(403, forbidden);
    let of_bob = world.root.get(&format!("/users/{}/usage", world.bob.id)).await.ok();
    assert_eq!(of_bob, json!({"bytes": 300, "files": 1, "max_bytes": 0, "max_files": 1_000_000}));
}

#[tokio::test]
async fn a_recount_corrects_what_differs() {
    let world = World::new().await;
    post_with_file(&world.bob, &world.dev, &Value::Null, 300).await;
    begin_upload(&world.ann, &world.direct, 50).await.ok();
    let recount = async || {
        let job = world.root.post("/jobs", json!({"type": "storage_recount"})).await.ok();
        world.server.app().services.run_due_jobs().await.unwrap();
        let job = world.root.get(&format!("/jobs/{}", id(&job))).await.ok();
        assert_eq!(job["status"], "success", "{job}");
        job["data"]["corrected"].clone()
    };
    assert_eq!(recount().await, "0");
    world.server.execute("UPDATE storage_usage SET bytes = bytes + 7, files = 9 WHERE scope <> 2").await;
    world.server.execute("DELETE FROM storage_usage WHERE scope = 2").await;
    assert!(differences(&world.server).await > 0);
    assert_eq!(recount().await, "7", "two people, two channels, a team, the direct channels and the server");
    assert_eq!((differences(&world.server).await, recount().await), (0, json!("0")));
    assert_eq!(world.root.get("/usage/storage").await.ok(), json!({"bytes": 350}));
}
