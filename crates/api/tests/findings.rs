//! Findings: who may see and mute them, and what administrators are told.

use guildhall_model::finding::{DatabaseState, Severity};
use guildhall_testkit::{Dialect, TestServer, TestUser};
use serde_json::{Value, json};

const FORBIDDEN: &str = "api.context.permissions.app_error";
const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

async fn examine(server: &TestServer) {
    server.clock.advance_ms(MINUTE_MS);
    server.app().services.findings().examine(true).await.unwrap();
    server.app().services.run_due_jobs().await.unwrap();
}

async fn found(user: &TestUser) -> Vec<(String, String, bool)> {
    let list = user.get("/findings").await.ok();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    list["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|finding| (text(&finding["id"]), text(&finding["severity"]), finding["muted"] == true))
        .collect()
}

/// The messages in the direct channel of the user and the server's bot, oldest first.
async fn messages(user: &TestUser) -> Vec<String> {
    let channels = user.get("/users/me/channels").await.ok();
    let mut messages = Vec::new();
    for channel in channels.as_array().unwrap().iter().filter(|channel| channel["type"] == "D") {
        let posts = user.get(&format!("/channels/{}/posts", channel["id"].as_str().unwrap())).await.ok();
        for id in posts["order"].as_array().unwrap().iter().rev() {
            messages.push(posts["posts"][id.as_str().unwrap()]["message"].as_str().unwrap().to_owned());
        }
    }
    messages
}

#[tokio::test]
async fn administrators_see_and_mute_findings() {
    let server = TestServer::start().await;
    let (root, bob) = (server.create_user("root").await, server.create_user("bob").await);
    server.examiner.find(&[("test.check", Severity::Ok), ("disks.raid_none", Severity::Info), ("test.warning", Severity::Warning)]);
    examine(&server).await;
    let list = root.get("/findings").await.ok();
    assert_eq!(list["examination"], json!({"is_running": false, "done": 1, "total": 1}));
    assert_eq!((&list["nodes"][0]["name"], list["nodes"].as_array().unwrap().len()), (&json!("test"), 1));
    let first = &list["findings"][0];
    assert_eq!((&first["id"], &first["remedy"], &first["details"]), (&json!("test.warning"), &json!("Mend it."), &json!(["a figure"])));
    assert_eq!(first["node_id"], list["nodes"][0]["id"]);

    assert_eq!(root.put("/findings/test.warning/mute", json!({})).await.ok(), json!({"status": "OK"}));
    let expected = [("disks.raid_none", "info", false), ("test.check", "ok", false), ("test.warning", "warning", true)];
    assert_eq!(found(&root).await, expected.map(|(id, severity, muted)| (id.to_owned(), severity.to_owned(), muted)));
    root.delete("/findings/test.warning/mute").await.ok();
    assert!(found(&root).await.iter().all(|(_, _, muted)| !muted));
    let audits = root.get("/audits?per_page=2").await.ok();
    assert_eq!([&audits[0]["action"], &audits[1]["action"]], ["findings.unmute", "findings.mute"]);
    assert!(audits[1]["extra_info"].as_str().unwrap().contains("test.warning"), "{audits}");

    for id in ["no.such_finding", "nonsense", "test.check"] {
        root.put(&format!("/findings/{id}/mute"), json!({})).await.assert_error(404, "api.findings.not_found.app_error");
    }
    bob.get("/findings").await.assert_error(403, FORBIDDEN);
    bob.post("/findings/examine", json!({})).await.assert_error(403, FORBIDDEN);
    bob.put("/findings/test.warning/mute", json!({})).await.assert_error(403, FORBIDDEN);
}

#[tokio::test]
async fn an_examination_is_made_on_request_but_not_too_often() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    server.examiner.find(&[("test.warning", Severity::Warning)]);
    assert_eq!(root.post("/findings/examine", json!({})).await.status, 202);
    server.until_count("SELECT COUNT(*) FROM findings", 1).await;
    root.post("/findings/examine", json!({})).await.assert_error(429, "api.findings.too_soon.app_error");
    let facts = server.examiner.facts().unwrap();
    let DatabaseState::Reached(database) = facts.database else { panic!("{:?}", facts.database) };
    assert_eq!((database.kind, database.structure, database.work.is_some()), ("sqlite", Some(vec!["ok".to_owned()]), true));
    assert!(database.server_id.is_some());
}

#[tokio::test]
async fn administrators_are_told_once_of_what_begins_and_what_is_over() {
    for dialect in Dialect::ALL {
        let Some(server) = TestServer::start_on_dialect(dialect).await else { continue };
        let (root, bob) = (server.create_user("root").await, server.create_user("bob").await);
        let other = server.create_user("other").await;
        root.put(&format!("/users/{}/roles", other.id), json!({"roles": "system_user system_admin"})).await.ok();
        // That there is a new administrator would be told, too.
        root.put("/config/patch", json!({"SecurityAlertSettings": {"NewAdministrator": "off"}})).await.ok();

        server.examiner.find(&[("test.critical", Severity::Critical)]);
        for _ in 0..3 {
            examine(&server).await;
        }
        let told = messages(&root).await;
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].starts_with("**Critical** (test): test.critical was found. (`test.critical`)\nMend it."), "{told:?}");
        assert_eq!((messages(&other).await, messages(&bob).await.len()), (told, 0));

        // A good run between bad ones is no end.
        for findings in [&[][..], &[("test.critical", Severity::Critical)], &[]] {
            server.examiner.find(findings);
            examine(&server).await;
        }
        assert_eq!(messages(&root).await.len(), 1);
        for _ in 0..3 {
            examine(&server).await;
        }
        let told = messages(&root).await;
        assert!(told.len() == 2 && told[1].starts_with("**Over** (test): test.critical was found."), "{told:?}");
        assert_eq!(found(&root).await, []);

        // It comes back at once, which is not told again, and hours later, which is.
        server.examiner.find(&[("test.critical", Severity::Critical)]);
        examine(&server).await;
        assert_eq!(messages(&root).await.len(), 2);
        server.clock.advance_ms(7 * HOUR_MS);
        examine(&server).await;
        assert_eq!(messages(&root).await.len(), 3);
        assert_eq!(server.count("SELECT COUNT(*) FROM bots").await, 1);
    }
}

#[tokio::test]
async fn nobody_is_told_of_what_is_muted_or_information() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    root.put("/findings/test.critical/mute", json!({})).await.ok();
    server.examiner.find(&[("test.critical", Severity::Critical), ("disks.raid_none", Severity::Info)]);
    for _ in 0..3 {
        examine(&server).await;
    }
    assert_eq!(messages(&root).await, [""; 0]);
    root.delete("/findings/test.critical/mute").await.ok();
    examine(&server).await;
    assert_eq!(messages(&root).await.len(), 1);
}

#[tokio::test]
async fn an_alert_survives_a_restart_and_a_taken_name() {
    let server = TestServer::start_on_disk(|_| {}).await;
    let root = server.create_user("root").await;
    server.create_user("guildhall").await;
    server.examiner.find(&[("test.critical", Severity::Critical)]);
    server.app().services.findings().examine(true).await.unwrap();
    assert_eq!(messages(&root).await, [""; 0], "the job has not run yet");
    let server = server.restart().await;
    let root = server.reconnect(&root);
    server.app().services.run_due_jobs().await.unwrap();
    assert_eq!(messages(&root).await.len(), 1);
}

#[tokio::test]
async fn examinations_are_made_when_they_are_due() {
    let server = TestServer::start_with_settings(|settings| settings.doctor.interval_minutes = 10).await;
    let findings = server.app().services.findings();
    server.examiner.find(&[("test.check", Severity::Ok)]);
    let examined = async |advance_ms: i64| {
        server.clock.advance_ms(advance_ms);
        let before = server.count("SELECT COALESCE(MAX(fence), 0) FROM examinations").await;
        findings.examine_when_due().await.unwrap();
        let is_thorough = server.examiner.facts().is_some_and(|facts| facts.is_thorough);
        (server.count("SELECT COALESCE(MAX(fence), 0) FROM examinations").await > before, is_thorough)
    };
    assert_eq!(examined(0).await, (false, false), "the start is not slowed");
    assert_eq!(examined(2 * MINUTE_MS).await, (true, true));
    assert_eq!(examined(5 * MINUTE_MS).await, (false, true));
    assert_eq!(examined(5 * MINUTE_MS).await, (true, false));
    assert_eq!(examined(24 * HOUR_MS).await, (true, true));
}

/// By requests through the router: only those with the header, from an address that is not trusted, are remembered.
#[tokio::test]
async fn proxies_that_are_not_trusted_are_remembered() {
    let server = TestServer::start_with_settings(|settings| settings.limits.trusted_proxies = "10.0.0.1".into()).await;
    let (root, bob) = (server.create_user("root").await, server.create_user("bob").await);
    let ping = async |from: &str, header: Option<&'static str>| {
        let request = http::Request::get("/api/v4/system/ping");
        let request = match header {
            Some(name) => request.header(name, "198.51.100.1"),
            None => request,
        };
        let response = server.anonymous().connected_from(from).send(request.body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!(response.status, 200);
    };
    let seen = async || {
        let list = root.get("/system/untrusted_proxies").await.ok();
        let text =
            |proxy: &Value| format!("{} {} {}", proxy["address"].as_str().unwrap(), proxy["header"].as_str().unwrap(), proxy["requests"]);
        list.as_array().unwrap().iter().map(text).collect::<Vec<_>>()
    };
    ping("192.168.0.9", None).await;
    ping("10.0.0.1", Some("x-forwarded-for")).await;
    assert_eq!(seen().await, [""; 0]);
    ping("203.0.113.7", Some("x-forwarded-for")).await;
    ping("192.168.0.2", Some("forwarded")).await;
    ping("192.168.0.2", Some("forwarded")).await;
    assert_eq!(seen().await, ["192.168.0.2 forwarded 2", "203.0.113.7 x-forwarded-for 1"]);
    bob.get("/system/untrusted_proxies").await.assert_error(403, FORBIDDEN);
    server.clock.advance_ms(25 * HOUR_MS);
    assert_eq!(seen().await, [""; 0]);
}
