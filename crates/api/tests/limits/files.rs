//! How large a file may be, and how much is stored: by a single person, a role, in a channel and in a team.

use axum::body::Body;
use futures::future::join_all;
use guildhall_testkit::{Dialect, TestResponse, TestServer, TestUser};
use http::Request;
use serde_json::{Value, json};

use super::{World, begin_upload, id, upload};

const TOO_LARGE: &str = "api.file.upload_file.too_large_detailed.app_error";
const UPLOAD_TOO_LARGE: &str = "api.upload.create.upload_too_large.app_error";
const USER: &str = "api.file.upload_file.user_quota.app_error";
const CHANNEL: &str = "api.file.upload_file.channel_quota.app_error";
const TEAM: &str = "api.file.upload_file.team_quota.app_error";

/// Sends the bytes as the body.
async fn upload_body(who: &TestUser, channel: &Value, size_bytes: usize) -> TestResponse {
    let request = Request::post(format!("/api/v4/files?channel_id={}&filename=a.txt", id(channel)));
    who.send(request.header("content-length", size_bytes).body(Body::from(vec![b'a'; size_bytes])).unwrap()).await
}

/// Sends the file before the channel.
async fn upload_before_channel(who: &TestUser, channel: &Value, size_bytes: usize) -> TestResponse {
    let parts = [("files", Some("a.txt"), &vec![b'a'; size_bytes][..]), ("channel_id", None, id(channel).as_bytes())];
    who.upload("/files", &parts).await
}

/// The largest file that every way of uploading takes, and one byte more that none does.
async fn assert_largest(who: &TestUser, channel: &Value, size_bytes: usize) {
    upload(who, channel, size_bytes).await.ok();
    upload_body(who, channel, size_bytes).await.ok();
    upload_before_channel(who, channel, size_bytes).await.ok();
    let begun = begin_upload(who, channel, size_bytes).await.ok();
    who.delete(&format!("/uploads/{}", id(&begun))).await.ok();
    upload(who, channel, size_bytes + 1).await.assert_error(413, TOO_LARGE);
    upload_body(who, channel, size_bytes + 1).await.assert_error(413, TOO_LARGE);
    upload_before_channel(who, channel, size_bytes + 1).await.assert_error(413, TOO_LARGE);
    begin_upload(who, channel, size_bytes + 1).await.assert_error(413, UPLOAD_TOO_LARGE);
    let limits = who.get(&format!("/users/me/limits?channel_id={}", id(channel))).await.ok();
    assert_eq!(limits["file_bytes"], json!(size_bytes));
}

#[tokio::test]
async fn the_limits_of_the_place_and_of_the_person_both_hold_for_a_file() {
    let world = World::new().await;
    let guest = world.guest("eve").await;
    let (ann, dev, ops) = (&world.ann, &world.dev, &world.ops);
    world.set("FileSettings", json!({"MaxFileSize": 1_000, "GuestMaxFileSize": 100})).await;
    assert_largest(ann, dev, 1_000).await;
    assert_largest(&guest, dev, 100).await;
    // Of places, the most specific one.
    world.limit("teams", id(&world.team), json!({"file_bytes": 500})).await;
    assert_largest(ann, dev, 500).await;
    world.limit("channels", id(dev), json!({"file_bytes": 3_000})).await;
    assert_largest(ann, dev, 3_000).await;
    assert_largest(ann, ops, 500).await;
    // Of people, too; both must hold.
    assert_largest(&guest, dev, 100).await;
    world.limit("users", &guest.id.to_string(), json!({"file_bytes": 2_000})).await;
    assert_largest(&guest, dev, 2_000).await;
    world.limit("users", &guest.id.to_string(), json!({"file_bytes": 0})).await;
    assert_largest(&guest, dev, 3_000).await;
    world.limit("users", &ann.id.to_string(), json!({"file_bytes": 50})).await;
    assert_largest(ann, dev, 50).await;
    world.root.delete(&format!("/limits/users/{}", ann.id)).await.ok();
    world.root.delete(&format!("/limits/channels/{}", id(dev))).await.ok();
    assert_largest(ann, dev, 500).await;
}

#[tokio::test]
async fn the_message_says_the_limit_in_words() {
    let world = World::new().await;
    world.limit("channels", id(&world.dev), json!({"file_bytes": 20 * 1024})).await;
    for answer in [
        upload(&world.ann, &world.dev, 20_481).await,
        upload_body(&world.ann, &world.dev, 20_481).await,
        begin_upload(&world.ann, &world.dev, 20_481).await,
    ] {
        assert_eq!(answer.status, 413);
        assert_eq!(answer.json()["message"], "The file is larger than 20 KB, the most that may be sent here.");
    }
}

#[tokio::test]
async fn an_upload_that_has_begun_is_finished_under_a_smaller_limit() {
    let world = World::new().await;
    let begun = begin_upload(&world.ann, &world.dev, 100).await.ok();
    world.limit("channels", id(&world.dev), json!({"file_bytes": 10})).await;
    let request = Request::post(format!("/api/v4/uploads/{}", id(&begun))).body(Body::from(vec![b'a'; 100])).unwrap();
    assert_eq!(world.ann.send(request).await.ok()["size"], 100);
}

#[tokio::test]
async fn the_client_configuration_has_the_largest_file_of_whoever_reads_it() {
    let world = World::new().await;
    let guest = world.guest("eve").await;
    world.set("FileSettings", json!({"MaxFileSize": 1_000, "GuestMaxFileSize": 100})).await;
    let largest = async |who: &TestUser| who.get("/config/client?format=old").await.ok()["MaxFileSize"].clone();
    assert_eq!((largest(&world.ann).await, largest(&guest).await), (json!("1000"), json!("100")));
    // A client that knows one number only rejects no file that some channel takes.
    world.limit("channels", id(&world.ops), json!({"file_bytes": 5_000})).await;
    assert_eq!((largest(&world.ann).await, largest(&guest).await), (json!("5000"), json!("100")));
    world.limit("channels", id(&world.ops), json!({"file_bytes": 0})).await;
    assert_eq!(largest(&world.ann).await, json!((1_i64 << 53).to_string()));
}

#[tokio::test]
async fn own_quotas_replace_those_of_the_settings() {
    let world = World::new().await;
    let (ann, dev, ops) = (&world.ann, &world.dev, &world.ops);
    world.set("QuotaSettings", json!({"UserBytes": 1_000, "ChannelBytes": 500, "TeamBytes": 800})).await;
    upload(ann, dev, 501).await.assert_error(413, CHANNEL);
    world.limit("channels", id(dev), json!({"storage_bytes": 5_000})).await;
    upload(ann, dev, 801).await.assert_error(413, TEAM);
    world.limit("teams", id(&world.team), json!({"storage_bytes": 0})).await;
    upload(ann, dev, 1_001).await.assert_error(413, USER);
    world.limit("roles", &world.role("system_admin").await, json!({"storage_bytes": 2_000})).await;
    upload(ann, dev, 1_001).await.assert_error(413, USER);
    upload(&world.root, dev, 1_500).await.ok();
    world.limit("users", &ann.id.to_string(), json!({"storage_bytes": 3_000, "storage_files": 2})).await;
    upload(ann, dev, 3_000).await.ok();
    upload(ann, ops, 1).await.assert_error(413, USER);
    let limits = ann.get(&format!("/users/me/limits?channel_id={}", id(dev))).await.ok();
    let file_bytes = 100_i64 << 30;
    let expected = json!({
        "file_bytes": file_bytes, "storage_bytes": 3_000, "storage_files": 2, "posts_per_minute": 300,
        "bytes": 3_000, "files": 1, "bytes_left": 0, "files_left": 1
    });
    assert_eq!(limits, expected);
    // Administrators see it with the rest, and what somebody has left without a channel.
    let row = &world.root.get("/usage/storage/largest?of=users").await.ok()[0];
    assert_eq!((&row["name"], &row["max_bytes"], &row["max_files"]), (&json!("ann"), &json!(3_000), &json!(2)));
    let of_bob = world.root.get(&format!("/users/{}/limits", world.bob.id)).await.ok();
    assert_eq!((&of_bob["bytes_left"], &of_bob["files_left"]), (&json!(1_000), &json!(1_000_000)));
    world.bob.get(&format!("/users/{}/limits", ann.id)).await.assert_error(403, "api.context.permissions.app_error");
    let of_channel = format!("/users/{}/limits?channel_id={}", ann.id, id(dev));
    world.root.get(&of_channel).await.assert_error(400, "api.context.invalid_body_param.app_error");
    // A quota that becomes smaller than what is stored deletes nothing.
    world.limit("users", &ann.id.to_string(), json!({"storage_bytes": 10})).await;
    assert_eq!(ann.get("/users/me/limits").await.ok()["bytes_left"], 0);
    world.root.delete(&format!("/limits/users/{}", ann.id)).await.ok();
    assert_eq!(ann.get("/users/me/usage").await.ok()["max_bytes"], 1_000);
}

#[tokio::test]
async fn administrators_see_the_disk() {
    let world = World::new().await;
    world.set("FileSettings", json!({"FreeSpaceReserve": 12_345})).await;
    let disk = world.root.get("/usage/storage/disk").await.ok();
    let (total, free) = (disk["total_bytes"].as_u64().unwrap(), disk["free_bytes"].as_u64().unwrap());
    assert!(free <= total && total > 0 && disk["reserve_bytes"] == 12_345, "{disk}");
}

/// Two people send files and begin uploads to two channels at once: exactly as many are taken as fit.
async fn concurrent_uploads(dialect: Dialect) {
    let Some(server) = TestServer::start_on_dialect(dialect).await else { return };
    let world = World::on(server).await;
    let admin = world.role("system_admin").await;
    world.root.put(&format!("/users/{}/roles", world.bob.id), json!({"roles": "system_user system_admin"})).await.ok();
    let mut bob = world.bob.clone();
    bob.log_in().await;
    for (scope, scope_id, limits, senders, fit, error) in [
        ("users", world.ann.id.to_string(), json!({"storage_bytes": 599}), [&world.ann, &world.ann], 5, USER),
        ("roles", admin, json!({"storage_files": 5}), [&bob, &bob], 5, USER),
        ("channels", id(&world.dev).to_owned(), json!({"storage_bytes": 599}), [&world.ann, &bob], 25, CHANNEL),
        ("teams", id(&world.team).to_owned(), json!({"storage_files": 5}), [&world.ann, &bob], 5, TEAM),
    ] {
        world.limit(scope, &scope_id, limits).await;
        let sent = (0..40).map(|n| {
            let (who, channel) = (senders[n % 2], if n % 4 < 2 { &world.dev } else { &world.ops });
            async move { if n % 3 == 0 { begin_upload(who, channel, 100).await } else { upload(who, channel, 100).await } }
        });
        let answers = join_all(sent).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), fit, "{scope} on {dialect:?}");
        answers.iter().filter(|answer| answer.status != 201).for_each(|rejected| rejected.assert_error(413, error));
        world.root.delete(&format!("/limits/{scope}/{scope_id}")).await.ok();
        world.server.clock.advance_ms(10_000);
        let all = guildhall_services::files::SweepLimits { unattached_ms: 1_000, deleted_ms: 1_000, uploads_ms: 1_000 };
        world.server.app().services.files().sweep_files(all).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_uploads_never_pass_an_own_quota_on_sqlite() {
    concurrent_uploads(Dialect::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_uploads_never_pass_an_own_quota_on_postgres() {
    concurrent_uploads(Dialect::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_uploads_never_pass_an_own_quota_on_mysql() {
    concurrent_uploads(Dialect::Mysql).await;
}
