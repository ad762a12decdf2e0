//! Seals of audit records: a whole trail, every kind of change, deletion in time, and pages.

use guildhall_testkit::{TestServer, TestUser};
use serde_json::{Value, json};

const MINUTE_MS: i64 = 60 * 1_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

/// A server whose records have three seals.
async fn sealed() -> (TestServer, TestUser) {
    let server = TestServer::start_with_settings(|settings| settings.limits.audit_days = 30).await;
    let root = server.create_user("root").await;
    server.create_user("ann").await;
    seal(&server).await;
    for name in ["bob", "eve"] {
        server.create_user(name).await;
        seal(&server).await;
    }
    (server, root)
}

async fn seal(server: &TestServer) {
    server.clock.advance_ms(6 * MINUTE_MS);
    server.app().services.run_due_jobs().await.unwrap();
}

async fn verify(root: &TestUser) -> Value {
    root.get("/audits/verify").await.ok()
}

/// (seal, what is wrong with it)
async fn faults(root: &TestUser) -> Vec<(i64, String)> {
    let faults = verify(root).await["faults"].as_array().unwrap().clone();
    faults.iter().map(|fault| (fault["seal"].as_i64().unwrap(), fault["fault"].as_str().unwrap().to_owned())).collect()
}

#[tokio::test]
async fn every_record_is_sealed_once() {
    let (server, root) = sealed().await;
    let verified = verify(&root).await;
    let records = server.count("SELECT COUNT(*) FROM audits").await;
    assert!(records >= 4);
    assert_eq!(server.count("SELECT COUNT(*) FROM audits WHERE seal_number IS NULL").await, 0);
    let figures = ["seals", "records", "faults", "next"].map(|name| verified[name].clone());
    assert_eq!(figures, [json!(3), json!(records), json!([]), Value::Null]);
    assert_eq!(root.get("/audits/seals/3").await.ok(), verified["last"]);
    assert_eq!(root.get("/audits/seals/2").await.ok()["digest"], verified["last"]["previous_digest"]);
    root.get("/audits/seals/4").await.assert_error(404, "api.context.404.app_error");
    // Nothing new, so no new seal; and a record that comes later has the next one.
    seal(&server).await;
    assert_eq!(verify(&root).await["seals"], 3);
    server.create_user("cid").await;
    assert_eq!(verify(&root).await["records"], records);
    seal(&server).await;
    assert_eq!((&verify(&root).await["seals"], faults(&root).await), (&json!(4), Vec::new()));
}

#[tokio::test]
async fn every_change_is_found() {
    for (sql, expected) in [
        ("UPDATE audits SET extra_info = 'x' WHERE seal_number = 2", vec![(2, "records_changed")]),
        ("DELETE FROM audits WHERE seal_number = 2", vec![(2, "records_removed")]),
        // Also of the first seal, because it is not old.
        ("DELETE FROM audits WHERE seal_number = 1", vec![(1, "records_removed")]),
        ("UPDATE audits SET seal_number = 2 WHERE seal_number = 3", vec![(2, "records_added"), (3, "records_removed")]),
        ("UPDATE audits SET seal_number = NULL WHERE seal_number = 3", vec![(3, "records_removed")]),
        ("UPDATE audit_seals SET sealed_at = sealed_at - 1 WHERE number = 2", vec![(2, "seal_changed")]),
        ("UPDATE audit_seals SET digest = records_digest WHERE number = 2", vec![(2, "seal_changed"), (3, "chain_broken")]),
        ("DELETE FROM audit_seals WHERE number = 2", vec![(3, "chain_broken")]),
    ] {
        let (server, root) = sealed().await;
        server.execute(sql).await;
        let expected: Vec<(i64, String)> = expected.into_iter().map(|(seal, fault)| (seal, fault.to_owned())).collect();
        assert_eq!(faults(&root).await, expected, "{sql}");
    }
}

#[tokio::test]
async fn records_are_deleted_in_time_and_not_before() {
    let (server, mut root) = sealed().await;
    server.clock.advance_ms(20 * DAY_MS);
    server.create_user("cid").await;
    seal(&server).await;
    server.clock.advance_ms(20 * DAY_MS);
    server.app().services.run_due_jobs().await.unwrap();
    // The last seal whose records are gone stays, because the next one follows it.
    assert_eq!(server.count("SELECT COUNT(*) FROM audits WHERE seal_number <= 3").await, 0);
    assert_eq!(server.count("SELECT MIN(number) FROM audit_seals").await, 3);
    root.log_in().await;
    let verified = verify(&root).await;
    assert_eq!((&verified["faults"], verified["records"].as_i64().unwrap() > 0), (&json!([]), true));
    // Whoever deletes more than that is found.
    server.execute("DELETE FROM audits WHERE seal_number = 4").await;
    server.execute("DELETE FROM audit_seals WHERE number < 4").await;
    assert_eq!(faults(&root).await, [(4, "records_removed".to_owned())]);
}

#[tokio::test]
async fn a_long_trail_is_verified_in_pages() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let team = root.create_team("crew").await;
    for number in 0..101 {
        root.put(&format!("/teams/{}/patch", team["id"].as_str().unwrap()), json!({"description": number.to_string()})).await.ok();
        seal(&server).await;
    }
    let first = verify(&root).await;
    assert_eq!((&first["seals"], &first["next"], &first["faults"]), (&json!(100), &json!(101), &json!([])));
    let second = root.get("/audits/verify?from=101").await.ok();
    assert_eq!((&second["seals"], &second["next"], &second["faults"]), (&json!(1), &Value::Null, &json!([])));
    // The first seal of a page follows the last one of the page before.
    server.execute("UPDATE audit_seals SET digest = records_digest WHERE number = 100").await;
    assert_eq!(root.get("/audits/verify?from=101").await.ok()["faults"], json!([{"seal": 101, "fault": "chain_broken"}]));
    // Also where that one was removed, with its records.
    server.execute("DELETE FROM audits WHERE seal_number = 100").await;
    server.execute("DELETE FROM audit_seals WHERE number = 100").await;
    assert_eq!(root.get("/audits/verify?from=101").await.ok()["faults"], json!([{"seal": 101, "fault": "chain_broken"}]));
}
