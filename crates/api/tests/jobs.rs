//! Jobs: permissions, creation, retries, cancellation, and that each runs once.

use guildhall_testkit::{TestServer, TestUser};
use serde_json::{Value, json};

const FORBIDDEN: &str = "api.context.permissions.app_error";
const HOUR_MS: i64 = 60 * 60 * 1000;
const DAY_MS: i64 = 24 * HOUR_MS;
/// Longer than the longest delay between two attempts.
const LONGEST_DELAY_MS: i64 = 13 * 60 * 1000;

async fn create(user: &TestUser, kind: &str) -> Value {
    let response = user.post("/jobs", json!({"type": kind, "data": {"why": "a test"}})).await;
    assert_eq!(response.status, 201);
    response.ok()
}

async fn job(user: &TestUser, job: &Value) -> Value {
    user.get(&format!("/jobs/{}", job["id"].as_str().unwrap())).await.ok()
}

async fn ids(user: &TestUser, path: &str) -> Vec<Value> {
    user.get(path).await.ok().as_array().unwrap().iter().map(|job| job["id"].clone()).collect()
}

async fn run(server: &TestServer) -> usize {
    server.app().services.run_due_jobs().await.unwrap()
}

#[tokio::test]
async fn administrators_create_see_and_cancel_jobs() {
    let server = TestServer::start().await;
    let (root, bob) = (server.create_user("root").await, server.create_user("bob").await);
    let first = create(&root, "delivery_queue").await;
    let second = create(&root, "unused_files").await;
    let path = format!("/jobs/{}", first["id"].as_str().unwrap());
    assert_eq!((&first["status"], &first["progress"], &first["data"]["why"]), (&json!("pending"), &json!(0), &json!("a test")));
    for time in ["create_at", "start_at", "last_activity_at"] {
        assert!(first[time].is_i64(), "{time}");
    }
    assert_eq!(root.get(&path).await.ok(), first);
    assert_eq!(ids(&root, "/jobs").await, [second["id"].clone(), first["id"].clone()]);
    assert_eq!(ids(&root, "/jobs?page=1&per_page=1").await, [first["id"].clone()]);
    assert_eq!(ids(&root, "/jobs?job_type=unused_files&status=pending").await, [second["id"].clone()]);
    assert_eq!(ids(&root, "/jobs/type/delivery_queue").await, [first["id"].clone()]);
    assert_eq!(ids(&root, "/jobs/type/data_retention").await, [""; 0]);
    root.get(&format!("{path}/download")).await.assert_error(400, "api.job.unable_to_download_job.incorrect_job_type");

    assert_eq!(root.post(&format!("{path}/cancel"), json!({})).await.ok(), json!({"status": "OK"}));
    assert_eq!(job(&root, &first).await["status"], "canceled");
    root.post(&format!("{path}/cancel"), json!({})).await.assert_error(400, "jobs.request_cancellation.status.error");
    let audits = root.get("/audits?per_page=3").await.ok();
    let actions: Vec<_> = audits.as_array().unwrap().iter().map(|audit| audit["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["jobs.cancel", "jobs.create", "jobs.create"]);

    bob.post("/jobs", json!({"type": "delivery_queue"})).await.assert_error(403, FORBIDDEN);
    bob.post("/jobs", json!({"type": "nothing_like_it"})).await.assert_error(403, FORBIDDEN);
    for path in ["/jobs", "/jobs/type/delivery_queue", &path, &format!("{path}/download")] {
        bob.get(path).await.assert_error(403, FORBIDDEN);
    }
    bob.post(&format!("{path}/cancel"), json!({})).await.assert_error(403, FORBIDDEN);
    bob.patch(&format!("{path}/status"), json!({"status": "pending", "force": true})).await.assert_error(403, FORBIDDEN);
}

#[tokio::test]
async fn invalid_requests_are_rejected() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    root.post("/jobs", json!({"type": "nothing_like_it"})).await.assert_error(400, "api.job.unable_to_create_job.incorrect_job_type");
    root.post("/jobs", json!({})).await.assert_error(400, "api.job.unable_to_create_job.incorrect_job_type");
    let large = json!({"type": "delivery_queue", "data": {"x": "x".repeat(9_000)}});
    root.post("/jobs", large).await.assert_error(400, "model.job.is_valid.data.app_error");
    root.get("/jobs?status=odd").await.assert_error(400, "api.context.invalid_url_param.app_error");
    root.get("/jobs/type/Not-A-Type").await.assert_error(400, "api.context.invalid_url_param.app_error");
    for path in ["/jobs/absentabsentabsentabsent00", "/jobs/absentabsentabsentabsent00/download"] {
        root.get(path).await.assert_error(404, "app.job.get.app_error");
    }
    let job = create(&root, "delivery_queue").await;
    let path = format!("/jobs/{}/status", job["id"].as_str().unwrap());
    for status in ["in_progress", "success", "odd", "canceled"] {
        root.patch(&path, json!({"status": status})).await.assert_error(400, "api.job.status.invalid");
    }
    for _ in 1..100 {
        create(&root, "delivery_queue").await;
    }
    root.post("/jobs", json!({"type": "delivery_queue"})).await.assert_error(400, "app.job.save.too_many.app_error");
}

/// Due at once on a new server.
const PERIODIC_KINDS: [&str; 11] = [
    "audit_seals",
    "audit_trail",
    "backup_schedule",
    "delivery_queue",
    "expired_sessions",
    "expiring_tokens",
    "job_history",
    "samples",
    "security_alerts",
    "storage_recount",
    "unused_files",
];

#[tokio::test]
async fn a_periodic_job_runs_once_among_concurrent_workers() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let services = &server.app().services;
    let both = tokio::join!(services.run_due_jobs(), services.run_due_jobs());
    assert_eq!(both.0.unwrap() + both.1.unwrap(), PERIODIC_KINDS.len());
    let jobs = root.get("/jobs").await.ok();
    let mut kinds: Vec<_> = jobs.as_array().unwrap().iter().map(|job| job["type"].as_str().unwrap()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, PERIODIC_KINDS);
    for job in jobs.as_array().unwrap() {
        assert_eq!((&job["status"], &job["progress"]), (&json!("success"), &json!(100)), "{job}");
    }
    assert_eq!(run(&server).await, 0);
    server.clock.advance_ms(61_000);
    let both = tokio::join!(services.run_due_jobs(), services.run_due_jobs());
    assert_eq!(both.0.unwrap() + both.1.unwrap(), 1);
    assert_eq!(ids(&root, "/jobs/type/expired_sessions").await.len(), 2);
}

/// Two workers of one node do the same: one has read the clock, and the schedule only after the other has advanced it.
#[tokio::test]
async fn a_worker_whose_clock_is_behind_creates_no_second_job() {
    let server = TestServer::start().await;
    // Without an audit record there is nothing for security alerts to look at.
    assert_eq!(run(&server).await, PERIODIC_KINDS.len() - 1);
    for behind_ms in [1, 500, 59_000] {
        server.clock.advance_ms(-behind_ms);
        assert_eq!(run(&server).await, 0, "{behind_ms} ms behind the worker that advanced the schedule");
        server.clock.advance_ms(behind_ms);
    }
    // A schedule from a time when the period was longer is not waited for.
    server.execute("UPDATE job_schedules SET next_run_at = next_run_at + 3600000 WHERE type = 'expired_sessions'").await;
    assert_eq!(run(&server).await, 1);
    assert_eq!(run(&server).await, 0);
}

#[tokio::test]
async fn a_failing_job_is_retried_and_finally_ends_with_an_error() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    run(&server).await;
    server.execute("ALTER TABLE deliveries RENAME TO deliveries_hidden").await;
    let created = create(&root, "delivery_queue").await;
    assert_eq!(run(&server).await, 1);
    let failed = job(&root, &created).await;
    assert_eq!((&failed["status"], &failed["data"]["why"]), (&json!("pending"), &json!("a test")));
    assert!(failed["data"]["error"].as_str().unwrap().contains("went wrong on the server"), "{failed}");
    assert_eq!(run(&server).await, 0, "the retry is not due yet");
    server.clock.advance_ms(6_300);
    assert_eq!(run(&server).await, 1);
    while job(&root, &created).await["status"] == "pending" {
        server.clock.advance_ms(LONGEST_DELAY_MS);
        run(&server).await;
    }
    assert_eq!(job(&root, &created).await["status"], "error");
    assert_eq!(server.count("SELECT MAX(attempts) FROM jobs WHERE status = 'error'").await, 5);

    server.execute("ALTER TABLE deliveries_hidden RENAME TO deliveries").await;
    let path = format!("/jobs/{}/status", created["id"].as_str().unwrap());
    root.patch(&path, json!({"status": "pending"})).await.assert_error(400, "api.job.status.invalid");
    root.patch(&path, json!({"status": "pending", "force": true})).await.ok();
    run(&server).await;
    let done = job(&root, &created).await;
    assert_eq!((&done["status"], &done["data"]["total"]), (&json!("success"), &json!("0")));
}

/// Runs a job that deletes finished jobs, while a trigger interrupts it after its first step.
async fn run_interrupted_job(trigger_sql: &'static str) -> (TestServer, TestUser, Value, Value) {
    let server = TestServer::start().await;
    let mut root = server.create_user("root").await;
    run(&server).await;
    let kept = create(&root, "delivery_queue").await;
    run(&server).await;
    server.clock.advance_ms(40 * DAY_MS);
    server.execute("UPDATE job_schedules SET next_run_at = next_run_at + 3456000000").await;
    server.execute(trigger_sql).await;
    root.log_in().await;
    let history = create(&root, "job_history").await;
    assert_eq!(run(&server).await, 1);
    (server, root, kept, history)
}

#[tokio::test]
async fn a_running_job_stops_when_it_is_canceled() {
    let (server, root, kept, history) = run_interrupted_job(
        "CREATE TRIGGER interrupt AFTER DELETE ON jobs BEGIN \
         UPDATE jobs SET status = 'cancel_requested' WHERE type = 'job_history' AND status = 'in_progress'; END",
    )
    .await;
    assert_eq!(job(&root, &history).await["status"], "canceled");
    assert_eq!(job(&root, &kept).await["status"], "success", "the second step did not run");
    assert_eq!(run(&server).await, 0);
}

#[tokio::test]
async fn a_worker_that_lost_its_lease_stops() {
    let (server, root, kept, history) = run_interrupted_job(
        "CREATE TRIGGER interrupt AFTER DELETE ON jobs WHEN (SELECT MAX(fence) FROM jobs WHERE type = 'job_history') = 1 BEGIN \
         UPDATE jobs SET fence = 2, lease_until = lease_until + 60000 WHERE type = 'job_history' AND status = 'in_progress'; END",
    )
    .await;
    server.execute("DROP TRIGGER interrupt").await;
    let fence = server.count("SELECT fence FROM jobs WHERE type = 'job_history' AND created_by IS NOT NULL").await;
    assert_eq!((job(&root, &history).await["status"].clone(), fence), (json!("in_progress"), 2));
    assert_eq!(job(&root, &kept).await["status"], "success", "the second step did not run");
    // The second worker is gone, too: its lease expires, and the next run completes.
    server.clock.advance_ms(180_000);
    run(&server).await;
    assert_eq!(job(&root, &history).await["status"], "success");
    root.get(&format!("/jobs/{}", kept["id"].as_str().unwrap())).await.assert_error(404, "app.job.get.app_error");
}

#[tokio::test]
async fn an_unclaimed_job_with_requested_cancellation_is_canceled_by_a_worker() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    run(&server).await;
    let created = create(&root, "delivery_queue").await;
    let path = format!("/jobs/{}/status", created["id"].as_str().unwrap());
    root.patch(&path, json!({"status": "cancel_requested"})).await.ok();
    assert_eq!(job(&root, &created).await["status"], "cancel_requested");
    assert_eq!(run(&server).await, 0);
    assert_eq!(job(&root, &created).await["status"], "canceled");
}

#[tokio::test]
async fn a_job_whose_attempts_were_all_aborted_ends_with_an_error() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    run(&server).await;
    let created = create(&root, "delivery_queue").await;
    server.execute("UPDATE jobs SET attempts = 5 WHERE created_by IS NOT NULL").await;
    run(&server).await;
    assert_eq!(job(&root, &created).await["status"], "error");
}

#[tokio::test]
async fn finished_jobs_are_deleted_after_their_retention_time() {
    let server = TestServer::start().await;
    let mut root = server.create_user("root").await;
    let requested = create(&root, "delivery_queue").await;
    run(&server).await;
    let scheduled = ids(&root, "/jobs/type/expired_sessions").await;
    server.clock.advance_ms(2 * DAY_MS);
    run(&server).await;
    let remaining = ids(&root, "/jobs?per_page=200").await;
    assert!(remaining.contains(&requested["id"]) && !remaining.contains(&scheduled[0]));
    server.clock.advance_ms(30 * DAY_MS);
    root.log_in().await;
    run(&server).await;
    assert!(!ids(&root, "/jobs?per_page=200").await.contains(&requested["id"]));
}

#[tokio::test]
async fn a_job_deletes_audit_records_after_their_time() {
    for (days, is_kept) in [(30, false), (0, true)] {
        let server = TestServer::start_with_settings(|settings| settings.limits.audit_days = days).await;
        server.create_user("root").await;
        let account = "SELECT COUNT(*) FROM audits WHERE action = 'users.create'";
        server.clock.advance_ms(30 * DAY_MS - 60_000);
        run(&server).await;
        assert_eq!(server.count(account).await, 1);
        server.clock.advance_ms(DAY_MS);
        run(&server).await;
        assert_eq!(server.count(account).await, i64::from(is_kept));
    }
}

#[tokio::test]
async fn a_job_deletes_expired_sessions_and_closes_their_connections() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    run(&server).await;
    let mut events = root.subscribe().await;
    server.execute("UPDATE sessions SET expires_at = 1").await;
    server.clock.advance_ms(61_000);
    run(&server).await;
    events.wait_until_closed().await;
    assert_eq!(server.count("SELECT COUNT(*) FROM sessions").await, 0);
}
