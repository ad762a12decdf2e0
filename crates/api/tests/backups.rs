//! Backups over the API: targets, jobs and their schedule, what is recorded, and who may.

use std::fs;
use std::path::Path;

use guildhall_api::monitoring;
use guildhall_metrics::Format;
use guildhall_model::Clock;
use guildhall_services::files::SweepLimits;
use guildhall_testkit::{TestServer, TestUser};
use serde_json::{Value, json};

const FORBIDDEN: &str = "api.context.permissions.app_error";
const NOT_FOUND: &str = "api.backups.target.not_found.app_error";
const PASSWORD: &str = "correct horse battery staple";
const HOUR_MS: i64 = 3_600_000;

fn new_target(name: &str, folder: &Path) -> Value {
    json!({"name": name, "location": folder, "password": PASSWORD})
}

/// Adds a target in the folder, and returns its path in the API.
async fn add(root: &TestUser, folder: &Path) -> String {
    let target = root.post("/backups/targets", new_target("usb", folder)).await.ok();
    format!("/backups/targets/{}", target["id"].as_str().unwrap())
}

async fn only_target(root: &TestUser) -> Value {
    root.get("/backups/targets").await.ok()[0].clone()
}

/// Starts an operation, runs its job, and returns it.
async fn perform(server: &TestServer, root: &TestUser, path: &str) -> Value {
    let job = root.post(path, json!({})).await.ok();
    server.app().services.run_due_jobs().await.unwrap();
    root.get(&format!("/jobs/{}", job["id"].as_str().unwrap())).await.ok()
}

#[tokio::test]
async fn a_target_is_added_changed_and_removed_and_its_secrets_are_never_shown() {
    let server = TestServer::start_on_disk(|_| {}).await;
    let (root, bob) = (server.create_user("root").await, server.create_user("bob").await);
    let folder = tempfile::tempdir().unwrap();
    let target = root.post("/backups/targets", new_target("usb", &folder.path().join("a"))).await.ok();
    assert_eq!((&target["interval_hours"], &target["keep"]["daily"], &target["last_success_at"]), (&json!(24), &json!(7), &json!(0)));
    let path = format!("/backups/targets/{}", target["id"].as_str().unwrap());
    let changed = root.put(&path, json!({"interval_hours": 1, "keep": {"last": 9}})).await.ok();
    assert_eq!((&changed["interval_hours"], &changed["keep"]["last"], &changed["name"]), (&json!(1), &json!(9), &json!("usb")));
    let list = root.get("/backups/targets").await.ok();
    let audits = root.get("/audits?per_page=5").await.ok();
    assert!(!list.to_string().contains(PASSWORD) && !audits.to_string().contains(PASSWORD));
    assert_eq!(root.put(&path, json!({"is_continuous": true})).await.ok()["is_continuous"], true);
    // The workers of this server are not started.
    assert_eq!(only_target(&root).await["continuous_reached_at"], 0);
    assert_eq!(root.put(&path, json!({"is_continuous": false})).await.ok()["is_continuous"], false);
    assert_eq!([&audits[0]["action"], &audits[1]["action"]], ["backups.change_target", "backups.add_target"]);

    root.post("/backups/targets", new_target("usb", &folder.path().join("b")))
        .await
        .assert_error(400, "api.backups.target.name_taken.app_error");
    // The repository is there, with another password.
    let wrong = root.put(&path, json!({"password": "another long password"})).await;
    wrong.assert_error(400, "api.backups.target.wrong_password.app_error");
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    root.put(&path, json!({"location": file})).await.assert_error(400, "api.backups.target.unusable.app_error");
    assert_eq!(only_target(&root).await["location"], target["location"]);
    let invalid = [
        ("name", json!("")),
        ("location", json!("relative")),
        ("location", json!("sftp:-oProxyCommand=id:/srv")),
        ("location", json!("s3:https://host")),
        ("location", json!("s3:https://host/bucket/without-keys")),
        ("password", json!("short")),
        ("interval_hours", json!(-1)),
        ("keep", json!({"last": 0})),
    ];
    for (field, value) in invalid {
        let mut new = new_target("other", &folder.path().join("c"));
        new[field] = value;
        assert_eq!(root.post("/backups/targets", new).await.status, 400, "{field}");
    }
    assert!(!folder.path().join("c").exists());

    for path in ["/backups/targets", &path, &format!("{path}/backups"), &format!("{path}/check"), &format!("{path}/drill")] {
        bob.post(path, json!({})).await;
        bob.delete(path).await;
    }
    bob.get("/backups/targets").await.assert_error(403, FORBIDDEN);
    bob.get(&format!("{path}/backups")).await.assert_error(403, FORBIDDEN);
    bob.post(&format!("{path}/backups"), json!({})).await.assert_error(403, FORBIDDEN);
    root.delete(&path).await.ok();
    root.delete(&path).await.assert_error(404, NOT_FOUND);
    root.post(&format!("{path}/backups"), json!({})).await.assert_error(404, NOT_FOUND);
    assert!(folder.path().join("a/config").exists(), "the repository stays");
}

#[tokio::test]
async fn a_backup_is_made_listed_checked_and_restored_as_a_test() {
    let server = TestServer::start_on_disk(|_| {}).await;
    let root = server.create_user("root").await;
    let folder = tempfile::tempdir().unwrap();
    let path = add(&root, folder.path()).await;
    let backups = format!("{path}/backups");
    assert_eq!(root.get(&backups).await.ok(), json!([]));
    let job = perform(&server, &root, &backups).await;
    assert_eq!(job["status"], "success", "{job}");
    let list = root.get(&backups).await.ok();
    assert_eq!(list[0]["snapshot"], job["data"]["snapshot"]);
    let target = only_target(&root).await;
    assert_eq!((&target["last_snapshot"], &target["last_error"]), (&list[0]["snapshot"], &json!("")));
    assert_eq!(target["last_success_at"], list[0]["create_at"]);
    let check = perform(&server, &root, &format!("{path}/check")).await;
    assert_eq!(check["status"], "success", "{check}");
    let drill = perform(&server, &root, &format!("{path}/drill")).await;
    assert_eq!(drill["status"], "success", "{drill}");
    assert!(drill["data"]["rows"].as_str().unwrap().parse::<u64>().unwrap() > 10, "{drill}");
    let target = only_target(&root).await;
    assert!(target["last_check_at"].as_i64() > Some(0) && target["last_drill_at"].as_i64() > Some(0), "{target}");

    // One operation at a time.
    root.post(&backups, json!({})).await.ok();
    root.post(&format!("{path}/check"), json!({})).await.assert_error(409, "api.backups.running.app_error");
}

#[tokio::test]
async fn what_fails_is_recorded_and_tried_again() {
    let server = TestServer::start_on_disk(|_| {}).await;
    let root = server.create_user("root").await;
    let folder = tempfile::tempdir().unwrap();
    let path = add(&root, &folder.path().join("usb")).await;
    // The disk is gone.
    fs::rename(folder.path().join("usb"), folder.path().join("unplugged")).unwrap();
    fs::write(folder.path().join("usb"), "").unwrap();
    let job = perform(&server, &root, &format!("{path}/backups")).await;
    assert_eq!(job["status"], "pending");
    let error = only_target(&root).await["last_error"].as_str().unwrap().to_owned();
    assert!(error.starts_with('/') && error.contains("cannot be used"), "one sentence: {error}");
    fs::remove_file(folder.path().join("usb")).unwrap();
    fs::rename(folder.path().join("unplugged"), folder.path().join("usb")).unwrap();
    server.clock.advance_ms(HOUR_MS);
    server.app().services.run_due_jobs().await.unwrap();
    let target = only_target(&root).await;
    assert_eq!((&target["last_error"], target["last_success_at"].as_i64() > Some(0)), (&json!(""), true));
}

#[tokio::test]
async fn backups_checks_and_drills_are_made_by_the_schedule() {
    let server = TestServer::start_on_disk(|_| {}).await;
    let root = server.create_user("root").await;
    let folder = tempfile::tempdir().unwrap();
    let path = add(&root, folder.path()).await;
    let run = async |ms: i64| {
        server.clock.advance_ms(ms);
        server.app().services.run_due_jobs().await.unwrap();
        let backups = root.get(&format!("{path}/backups")).await.ok().as_array().unwrap().len();
        let target = only_target(&root).await;
        (backups, target["last_check_at"].as_i64() > Some(0), target["last_drill_at"].as_i64() > Some(0))
    };
    assert_eq!(run(HOUR_MS).await, (1, false, false));
    assert_eq!(run(HOUR_MS).await, (1, true, false));
    assert_eq!(run(HOUR_MS).await, (1, true, true));
    assert_eq!(run(20 * HOUR_MS).await, (1, true, true));
    assert_eq!(run(2 * HOUR_MS).await, (2, true, true));
    root.put(&path, json!({"interval_hours": 0})).await.ok();
    assert_eq!(run(30 * HOUR_MS).await.0, 2);
}

#[tokio::test]
async fn blobs_are_kept_while_a_backup_waits_or_runs() {
    let server = TestServer::start_on_disk(|_| {}).await;
    let root = server.create_user("root").await;
    let folder = tempfile::tempdir().unwrap();
    let path = add(&root, folder.path()).await;
    let team = root.create_team("studio").await;
    let channel = root.create_channel(&team, "dev", "O").await;
    let channel = channel["id"].as_str().unwrap().as_bytes();
    root.upload("/files", &[("channel_id", None, channel), ("files", Some("a.txt"), b"never attached")]).await.ok();
    let limits = SweepLimits { unattached_ms: 1000, ..SweepLimits::default() };
    let sweep = async || server.app().services.files().sweep_files(limits).await.unwrap();
    server.clock.advance_ms(2000);
    assert_eq!(sweep().await.files, 1);
    server.clock.advance_ms(2 * HOUR_MS);
    let released = async || server.count("SELECT COUNT(*) FROM released_blobs").await;
    root.post(&format!("{path}/backups"), json!({})).await.ok();
    assert_eq!((sweep().await.blobs, released().await), (0, 1));
    server.app().services.run_due_jobs().await.unwrap();
    sweep().await;
    assert_eq!(released().await, 0);
}

#[tokio::test]
async fn the_copy_of_the_database_does_not_take_the_room_that_messages_need() {
    let server = TestServer::start_on_disk(|settings| settings.files.free_space_reserve_bytes = 1 << 60).await;
    let root = server.create_user("root").await;
    let folder = tempfile::tempdir().unwrap();
    let path = add(&root, folder.path()).await;
    let job = perform(&server, &root, &format!("{path}/backups")).await;
    assert!(job["data"]["error"].as_str().unwrap().contains("not enough free space"), "{job}");
    assert!(only_target(&root).await["last_error"].as_str().unwrap().contains("not enough free space"));
}

#[tokio::test]
async fn metrics_tell_what_has_happened_at_each_target() {
    let server = TestServer::start_on_disk(|_| {}).await;
    let root = server.create_user("root").await;
    let folder = tempfile::tempdir().unwrap();
    let path = add(&root, &folder.path().join("usb")).await;
    let metrics = async || {
        // What is stored is read every few seconds only.
        server.clock.advance_ms(60_000);
        monitoring::collect(server.app()).await.encode(Format::Prometheus).unwrap()
    };
    let has = |text: &str, line: &str| text.lines().any(|found| found == line);
    let before = metrics().await;
    assert!(has(&before, "guildhall_backup_last_success_timestamp_seconds{target=\"usb\"} 0.0"), "{before}");
    assert!(has(&before, "guildhall_backup_interval_seconds{target=\"usb\"} 86400.0"));
    let start_seconds = server.clock.now().0 as f64 / 1000.0;
    perform(&server, &root, &format!("{path}/backups")).await;
    perform(&server, &root, &format!("{path}/check")).await;
    let made = metrics().await;
    let value = |name: &str| {
        let line = made.lines().find_map(|line| line.strip_prefix(&format!("{name}{{target=\"usb\"}} ")));
        line.unwrap_or_else(|| panic!("{name} is not in {made}")).parse::<f64>().unwrap()
    };
    assert!(value("guildhall_backup_last_success_timestamp_seconds") >= start_seconds);
    assert!(value("guildhall_backup_last_check_timestamp_seconds") >= start_seconds);
    assert!(value("guildhall_backup_last_size_bytes") > 1000.0 && value("guildhall_backup_last_added_bytes") > 1000.0);
    assert!(has(&made, "guildhall_backup_runs_total{operation=\"backup\",result=\"success\"} 1.0"), "{made}");
    assert!(has(&made, "guildhall_backup_failed{target=\"usb\",operation=\"backup\"} 0.0"), "{made}");
    fs::remove_dir_all(folder.path().join("usb")).unwrap();
    perform(&server, &root, &format!("{path}/check")).await;
    let lost = metrics().await;
    assert!(has(&lost, "guildhall_backup_failed{target=\"usb\",operation=\"check\"} 1.0"), "{lost}");
    assert!(has(&lost, "guildhall_backup_runs_total{operation=\"check\",result=\"failure\"} 1.0"), "{lost}");
}

/// What a restore leaves in the database; the tests of the binary make real ones.
async fn pause(server: &TestServer) {
    let pause = r#"INSERT INTO settings (name, value) VALUES ('backup_pause', '{"at": 5, "restored_from": "/mnt/backup", "state_at": 4}')"#;
    server.execute(pause).await;
}

#[tokio::test]
async fn a_restored_server_makes_no_backups_until_an_administrator_resumes_them() {
    const PAUSED: &str = "api.backups.paused.app_error";
    let server = TestServer::start_on_disk(|_| {}).await;
    let (root, bob) = (server.create_user("root").await, server.create_user("bob").await);
    let folder = tempfile::tempdir().unwrap();
    let path = add(&root, &folder.path().join("usb")).await;
    let backups = format!("{path}/backups");
    assert_eq!(perform(&server, &root, &backups).await["status"], "success");
    let none = json!({"is_paused": false, "restored_at": 0, "restored_from": "", "state_at": 0});
    assert_eq!(root.get("/backups/pause").await.ok(), none);
    pause(&server).await;
    let paused = json!({"is_paused": true, "restored_at": 5, "restored_from": "/mnt/backup", "state_at": 4});
    assert_eq!(root.get("/backups/pause").await.ok(), paused);
    bob.get("/backups/pause").await.assert_error(403, FORBIDDEN);
    bob.delete("/backups/pause").await.assert_error(403, FORBIDDEN);
    root.post(&backups, json!({})).await.assert_error(409, PAUSED);
    let metrics = async || {
        server.clock.advance_ms(60_000);
        monitoring::collect(server.app()).await.encode(Format::Prometheus).unwrap()
    };
    assert!(metrics().await.contains("guildhall_backup_paused 1.0"));
    // The schedule makes none either, while reading what is there works.
    server.clock.advance_ms(30 * HOUR_MS);
    server.app().services.run_due_jobs().await.unwrap();
    assert_eq!(root.get(&backups).await.ok().as_array().unwrap().len(), 1);
    assert_eq!(perform(&server, &root, &format!("{path}/drill")).await["status"], "success");
    assert_eq!(perform(&server, &root, &format!("{path}/check")).await["status"], "success");

    root.delete("/backups/pause").await.ok();
    assert_eq!(root.get("/audits?per_page=1").await.ok()[0]["action"], "backups.resume");
    assert_eq!(root.get("/backups/pause").await.ok(), none);
    assert!(metrics().await.contains("guildhall_backup_paused 0.0"));
    root.delete("/backups/pause").await.assert_error(404, "api.backups.not_paused.app_error");
    server.clock.advance_ms(HOUR_MS);
    server.app().services.run_due_jobs().await.unwrap();
    assert_eq!(root.get(&backups).await.ok().as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_pause_ends_with_the_last_target() {
    let server = TestServer::start_on_disk(|_| {}).await;
    let root = server.create_user("root").await;
    let folder = tempfile::tempdir().unwrap();
    let path = add(&root, &folder.path().join("usb")).await;
    let other = root.post("/backups/targets", new_target("nas", &folder.path().join("nas"))).await.ok();
    pause(&server).await;
    root.delete(&path).await.ok();
    assert_eq!(root.get("/backups/pause").await.ok()["is_paused"], true);
    root.delete(&format!("/backups/targets/{}", other["id"].as_str().unwrap())).await.ok();
    assert_eq!(root.get("/backups/pause").await.ok()["is_paused"], false);
    // It is no target of the backup.
    let own = add(&root, &folder.path().join("own")).await;
    assert_eq!(perform(&server, &root, &format!("{own}/backups")).await["status"], "success");
}
