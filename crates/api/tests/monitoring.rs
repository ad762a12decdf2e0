//! Health checks, metrics, and the series of the charts.

use guildhall_api::monitoring::{self, Phase};
use guildhall_metrics::Format;
use guildhall_model::Clock;
use guildhall_model::disk_forecast::DiskForecast;
use guildhall_model::finding::Severity;
use guildhall_testkit::{Dialect, TestServer, TestUser};
use serde_json::{Value, json};

const FORBIDDEN: &str = "api.context.permissions.app_error";
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

async fn metrics(server: &TestServer) -> String {
    monitoring::collect(server.app()).await.encode(Format::Prometheus).unwrap()
}

/// The value of the line that begins with this name and these labels; 0 without such a line.
fn value(metrics: &str, series: &str) -> f64 {
    let line = metrics.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' '));
    line.map_or(0.0, |value| value.parse().unwrap())
}

async fn health(client: &TestUser, path: &str) -> (u16, Value) {
    let request = http::Request::get(format!("/health/{path}")).body(axum::body::Body::empty()).unwrap();
    let response = client.send(request).await;
    assert_eq!(response.header("cache-control"), "no-store");
    (response.status, response.json())
}

#[tokio::test]
async fn a_server_is_ready_between_start_and_stop_only() {
    let server = TestServer::start().await;
    let client = server.anonymous();
    let phase = |phase| server.app().monitoring.set_phase(phase);
    assert_eq!(health(&client, "live").await, (200, json!({"status": "live"})));
    phase(Phase::Starting);
    let (status, body) = health(&client, "ready").await;
    assert_eq!((status, &body["status"], &body["parts"]["process"]), (503, &json!("not_ready"), &json!("starting")));
    phase(Phase::Running);
    let ready = json!({"status": "ready", "parts": {"process": "ok", "database": "ok", "disk": "ok"}});
    assert_eq!(health(&client, "ready").await, (200, ready));
    phase(Phase::Stopping);
    let (status, body) = health(&client, "ready").await;
    assert_eq!((status, &body["parts"]["process"]), (503, &json!("stopping")));
    assert_eq!(health(&client, "live").await.0, 200);
}

#[tokio::test]
async fn a_full_disk_is_told_but_a_database_that_is_gone_makes_a_server_unready() {
    let server = TestServer::start_with_settings(|settings| settings.files.free_space_reserve_bytes = u64::MAX).await;
    let client = server.anonymous();
    server.app().monitoring.set_phase(Phase::Running);
    let (status, body) = health(&client, "ready").await;
    assert_eq!((status, &body["parts"]["disk"]), (200, &json!("low")), "chat goes on");
    server.close_database().await;
    server.clock.advance_ms(1_000);
    let (status, body) = health(&client, "ready").await;
    assert_eq!((status, &body["parts"]["database"]), (503, &json!("failed")));
    assert_eq!(health(&client, "live").await.0, 200);
    assert!(!body.to_string().contains("closed"), "no cause is told to strangers: {body}");
}

#[tokio::test]
async fn metrics_count_what_people_do() {
    let server = TestServer::start().await;
    let (root, bob) = (server.create_user("root").await, server.create_user("bob").await);
    let team = root.create_team("studio").await;
    let channel = root.create_channel(&team, "plans", "O").await;
    let before = metrics(&server).await;
    root.create_post(&channel, "a message that must not be anywhere in the metrics").await;
    root.create_post(&channel, "another").await;
    bob.get("/config").await.assert_error(403, FORBIDDEN);
    let wrong = json!({"login_id": "bob", "password": "wrong"});
    assert_eq!(server.anonymous().post("/users/login", wrong).await.status, 401);
    let socket = bob.subscribe().await;
    let after = metrics(&server).await;
    let increase = |series: &str| value(&after, series) - value(&before, series);
    let requests = "guildhall_http_request_duration_seconds_count";
    assert_eq!(increase(&format!("{requests}{{method=\"POST\",route=\"/api/v4/posts\",status=\"2xx\"}}")), 2.0, "{after}");
    assert_eq!(increase(&format!("{requests}{{method=\"GET\",route=\"/api/v4/config\",status=\"4xx\"}}")), 1.0);
    assert_eq!(increase(&format!("{requests}{{method=\"POST\",route=\"/api/v4/users/login\",status=\"4xx\"}}")), 1.0);
    assert_eq!(increase("guildhall_posts_total"), 2.0);
    assert_eq!(increase("guildhall_failed_logins_total"), 1.0);
    assert!(increase("guildhall_audit_records_total") >= 2.0, "the denied request and the failed log-in");
    assert!(increase("guildhall_database_statements_total{kind=\"write\"}") > 2.0);
    assert!(increase("guildhall_cache_requests_total{cache=\"sessions\",result=\"hit\"}") >= 2.0);
    assert!(increase("guildhall_hub_events_total") >= 2.0);
    assert_eq!(value(&after, "guildhall_users_online"), 1.0);
    assert_eq!(value(&after, "guildhall_database_up"), 1.0);
    assert!(value(&after, "guildhall_disk_free_bytes") > 0.0 && value(&after, "process_resident_memory_bytes") > 1e6);
    let ids = [&channel, &team].map(|object| object["id"].as_str().unwrap().to_owned());
    assert!(!after.contains("message that") && ids.iter().all(|id| !after.contains(id)), "{after}");
    drop(socket);
}

#[tokio::test]
async fn requests_beyond_the_rate_are_counted() {
    let server = TestServer::start_with_settings(|settings| {
        settings.limits.enabled = true;
        (settings.limits.requests_per_second, settings.limits.requests_burst) = (1, 5);
    })
    .await;
    let client = server.anonymous().connected_from("203.0.113.9");
    let mut rejected = 0;
    for _ in 0..8 {
        rejected += u64::from(client.get("/system/ping").await.status == 429);
    }
    assert!(rejected > 0);
    let metrics = metrics(&server).await;
    assert_eq!(value(&metrics, "guildhall_rejections_total{reason=\"request_rate\"}"), rejected as f64);
}

#[tokio::test]
async fn rejections_are_counted_by_the_limit_that_they_met() {
    let server = TestServer::start_with_settings(|settings| {
        settings.limits.enabled = true;
        settings.limits.user_posts_per_minute = 1;
        settings.files.max_size_bytes = 1_000;
    })
    .await;
    let root = server.create_user("root").await;
    let bob = server.create_user("bob").await;
    let team = root.create_team("studio").await;
    let channel = root.create_channel(&team, "plans", "O").await;
    root.add_to_team(&team, &bob).await;
    root.add_to_channel(&channel, &bob).await;
    let mut limited = 0;
    for n in 0..4 {
        let body = json!({"channel_id": channel["id"], "message": format!("message {n}")});
        limited += u64::from(bob.post("/posts", body).await.status == 429);
    }
    assert!(limited > 0);
    let upload = json!({"channel_id": channel["id"], "filename": "big.bin", "file_size": 5_000});
    assert_eq!(root.post("/uploads", upload).await.status, 413);
    let metrics = metrics(&server).await;
    let rejected = |reason: &str| value(&metrics, &format!("guildhall_rejections_total{{reason=\"{reason}\"}}"));
    assert_eq!((rejected("message_rate"), rejected("too_large")), (limited as f64, 1.0), "{metrics}");
    assert_eq!((rejected("request_rate"), rejected("quota"), rejected("disk_full"), rejected("log_in_rate")), (0.0, 0.0, 0.0, 0.0));
}

/// On each database, since a query counts them.
#[tokio::test]
async fn findings_are_counted_without_those_that_are_muted() {
    for dialect in Dialect::ALL {
        let Some(server) = TestServer::start_on_dialect(dialect).await else { continue };
        let root = server.create_user("root").await;
        let text = metrics(&server).await;
        assert_eq!(value(&text, "guildhall_last_examination_timestamp_seconds"), 0.0);
        server.examiner.find(&[
            ("test.critical", Severity::Critical),
            ("test.warning", Severity::Warning),
            ("disks.raid_none", Severity::Info),
            ("test.check", Severity::Ok),
        ]);
        let examined_at = server.clock.now();
        server.app().services.findings().examine(true).await.unwrap();
        let counts = async || {
            server.clock.advance_ms(MINUTE_MS);
            let text = metrics(&server).await;
            ["critical", "warning", "info"].map(|severity| value(&text, &format!("guildhall_findings{{severity=\"{severity}\"}}")))
        };
        assert_eq!(counts().await, [1.0, 1.0, 1.0]);
        root.put("/findings/test.warning/mute", json!({})).await.ok();
        assert_eq!(counts().await, [1.0, 0.0, 1.0]);
        server.examiner.find(&[]);
        server.app().services.findings().examine(true).await.unwrap();
        assert_eq!(counts().await, [0.0, 0.0, 0.0]);
        let text = metrics(&server).await;
        assert!(value(&text, "guildhall_last_examination_timestamp_seconds") >= examined_at.0 as f64 / 1000.0, "{text}");
        assert!(!text.contains("guildhall_certificate_"), "HTTPS is off");
    }
}

async fn series(user: &TestUser, range: &str) -> Value {
    user.get(&format!("/system/statistics/series?range={range}")).await.ok()
}

async fn record(server: &TestServer) {
    monitoring::record_sample(server.app()).await.unwrap();
}

#[tokio::test]
async fn administrators_see_what_a_node_has_measured() {
    for dialect in Dialect::ALL {
        let Some(server) = TestServer::start_on_dialect(dialect).await else { continue };
        let (root, bob) = (server.create_user("root").await, server.create_user("bob").await);
        bob.get("/system/statistics/series").await.assert_error(403, FORBIDDEN);
        let empty = series(&root, "day").await;
        assert_eq!((&empty["nodes"], &empty["collecting_since"], &empty["interval_ms"]), (&json!([]), &json!(0), &json!(MINUTE_MS)));
        assert_eq!(series(&root, "month").await["interval_ms"], 30 * MINUTE_MS);
        root.get("/system/statistics/series?range=year").await.assert_error(400, "api.context.invalid_url_param.app_error");

        let team = root.create_team("studio").await;
        let channel = root.create_channel(&team, "plans", "O").await;
        record(&server).await;
        assert_eq!(series(&root, "day").await["nodes"], json!([]), "the first call is the begin");
        for n in 0..3 {
            root.create_post(&channel, &format!("message {n}")).await;
        }
        server.clock.advance_ms(MINUTE_MS);
        record(&server).await;
        let day = series(&root, "day").await;
        let node = &day["nodes"][0];
        assert_eq!(node["node_id"], day["node_id"]);
        assert_eq!(node["time"].as_array().unwrap().len(), 1);
        assert_eq!(node["posts_per_minute"][0], 3.0, "{node}");
        assert!(node["requests_per_second"][0].as_f64().unwrap() > 0.0 && node["request_p95_ms"][0].as_f64().unwrap() > 0.0, "{node}");
        for figure in ["memory_bytes", "disk_free_bytes", "database_bytes"] {
            assert!(node[figure][0].as_i64().unwrap() > 0, "{figure}: {node}");
        }
        let month = series(&root, "month").await;
        assert_eq!(month["nodes"][0]["time"].as_array().unwrap().len(), 1, "what is not combined yet: {month}");
    }
}

#[tokio::test]
async fn samples_are_combined_and_their_number_is_bounded() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let fine = "SELECT COUNT(*) FROM samples WHERE interval_ms = 60000";
    let coarse = "SELECT COUNT(*) FROM samples WHERE interval_ms = 1800000";
    for _ in 0..=95 {
        record(&server).await;
        server.clock.advance_ms(MINUTE_MS);
    }
    assert_eq!(server.count(fine).await, 95);
    server.clock.advance_ms(31 * MINUTE_MS);
    server.app().services.run_due_jobs().await.unwrap();
    let combined = server.count(coarse).await;
    assert!((4..=5).contains(&combined), "95 minutes touch {combined} half hours");
    assert_eq!(server.count(fine).await, 95, "a day of them is kept");
    // Again: the same rows.
    server.clock.advance_ms(31 * MINUTE_MS);
    server.app().services.run_due_jobs().await.unwrap();
    assert_eq!(server.count(coarse).await, combined);
    let month = series(&root, "month").await;
    assert_eq!(month["nodes"][0]["time"].as_array().unwrap().len() as i64, combined);

    server.clock.advance_ms(2 * DAY_MS);
    server.app().services.run_due_jobs().await.unwrap();
    assert_eq!((server.count(fine).await, server.count(coarse).await), (0, combined));
    server.clock.advance_ms(31 * DAY_MS);
    server.app().services.run_due_jobs().await.unwrap();
    assert_eq!(server.count(coarse).await, 0);
}

/// The disk of a node loses 86.4 MB a day, and has 864 MB left.
#[tokio::test]
async fn administrators_see_when_the_disk_will_be_full() {
    for dialect in Dialect::ALL {
        let Some(server) = TestServer::start_on_dialect(dialect).await else { continue };
        let root = server.create_user("root").await;
        record(&server).await;
        for day in 0..5 {
            for _ in 0..4 {
                server.clock.advance_ms(DAY_MS / 4);
                record(&server).await;
            }
            server.app().services.run_due_jobs().await.unwrap();
            if day == 0 {
                assert_eq!(series(&root, "month").await["nodes"][0]["disk_forecast"], "unknown");
            }
        }
        let full = server.clock.now().0 + 10 * DAY_MS;
        server.execute(format!("UPDATE samples SET disk_free_bytes = {full} - create_at").leak()).await;
        for range in ["day", "month"] {
            let node = &series(&root, range).await["nodes"][0];
            assert_eq!(node["disk_forecast"], "filling", "{range}: {node}");
            let full_at = node["disk_full_at"].as_i64().unwrap();
            assert!((full_at - full).abs() < DAY_MS, "{full_at} instead of {full}");
        }
        server.app().services.findings().examine(false).await.unwrap();
        assert!(matches!(server.examiner.facts().unwrap().disk_forecast, DiskForecast::FullAt(_)));
        server.execute("UPDATE samples SET disk_free_bytes = 5000000000").await;
        let node = &series(&root, "month").await["nodes"][0];
        assert_eq!((&node["disk_forecast"], &node["disk_full_at"]), (&json!("not_filling"), &json!(0)));
    }
}

/// The page is served at an address of its own only.
#[tokio::test]
async fn metrics_are_not_on_the_public_listener() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    for client in [&server.anonymous(), &root] {
        let response = client.send(http::Request::get("/metrics").body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!(response.status, 404);
        assert!(!response.text().contains("guildhall_"));
    }
}
