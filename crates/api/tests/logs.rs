//! The last lines of the server's log, for administrators.

use guildhall_model::Millis;
use guildhall_model::ports::LogLine;
use guildhall_testkit::{TestServer, TestUser};
use serde_json::{Value, json};

/// 2026-12-01 00:00:00 UTC.
const START_MS: i64 = 1_796_083_200_000;

/// A server with a line for each second of a minute; those of every tenth second are warnings.
async fn fixture() -> (TestServer, TestUser, TestUser) {
    let server = TestServer::start().await;
    for second in 0..60 {
        server.log.push(LogLine {
            time: Millis(START_MS + second * 1_000),
            level: if second % 10 == 0 { "warn" } else { "info" },
            target: "guildhall".to_owned(),
            message: format!("line {second}"),
            fields: vec![("second".to_owned(), second.to_string())],
        });
    }
    let (root, ann) = (server.create_user("root").await, server.create_user("ann").await);
    (server, root, ann)
}

fn messages(lines: &Value) -> Vec<String> {
    let object = |line: &Value| match line {
        Value::String(text) => serde_json::from_str::<Value>(text).unwrap(),
        line => line.clone(),
    };
    lines.as_array().unwrap().iter().map(|line| object(line)["msg"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn pages_go_back_in_time() {
    let (_server, root, ann) = fixture().await;
    let all = root.get("/logs").await.ok();
    assert_eq!(messages(&all).len(), 60);
    assert!(all[0].as_str().unwrap().ends_with("}\n"), "a line ends");
    let newest = root.get("/logs?page=0&logs_per_page=2").await.ok();
    assert_eq!(messages(&newest), ["line 58", "line 59"]);
    assert_eq!(messages(&root.get("/logs?page=1&logs_per_page=2").await.ok()), ["line 56", "line 57"]);
    assert_eq!(messages(&root.get("/logs?page=7&logs_per_page=8").await.ok()), ["line 0", "line 1", "line 2", "line 3"]);
    assert_eq!(root.get("/logs?page=99&logs_per_page=8").await.ok(), json!([]));
    assert_eq!(messages(&root.get("/logs?logs_per_page=0").await.ok()).len(), 60);
    let line: Value = serde_json::from_str(newest[1].as_str().unwrap()).unwrap();
    let expected = json!({
        "timestamp": "2026-12-01 00:00:59.000 Z", "level": "info", "msg": "line 59", "caller": "guildhall", "second": "59",
    });
    assert_eq!(line, expected);
    for path in ["/logs", "/logs/download"] {
        ann.get(path).await.assert_error(403, "api.context.permissions.app_error");
    }
    let text = root.get("/logs/download").await;
    assert_eq!((text.status, text.text().lines().count()), (200, 60));
}

#[tokio::test]
async fn a_query_chooses_levels_and_times() {
    let (_server, root, ann) = fixture().await;
    let found = async |query: Value| {
        let answer = root.post("/logs/query", query).await.ok();
        assert_eq!(answer.as_object().unwrap().len(), 1);
        messages(&answer["default"])
    };
    assert_eq!(found(json!({})).await.len(), 60);
    assert_eq!(found(json!({"log_levels": ["warn"]})).await, ["line 0", "line 10", "line 20", "line 30", "line 40", "line 50"]);
    let half_a_minute =
        json!({"log_levels": ["WARN", "error"], "date_from": "2026-12-01 00:00:15 Z", "date_to": "2026-12-01 01:00:30.000 +01:00"});
    assert_eq!(found(half_a_minute).await, ["line 20", "line 30"]);
    assert_eq!(found(json!({"server_names": ["default"]})).await.len(), 60);
    assert!(found(json!({"server_names": ["elsewhere"]})).await.is_empty());
    root.post("/logs/query", json!({"date_to": "tomorrow"})).await.assert_error(400, "api.context.invalid_body_param.app_error");
    ann.post("/logs/query", json!({})).await.assert_error(403, "api.context.permissions.app_error");
}
