//! Metrics, health checks, the log and the traces of the real binary; promtool judges what Prometheus reads.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test helpers")]

mod collector;
mod server;
#[macro_use]
#[path = "../support/mod.rs"]
mod support;
mod traces;

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use server::{PASSWORD, Server, TEST_TIMEOUT, serve};

fn packaging() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packaging/monitoring")
}

/// Runs promtool, which `scripts/install-test-tools` installs, and returns what it says of a good input.
async fn promtool(words: &[&str], input: &str) -> String {
    let mut command = Command::new("promtool");
    command.args(words).current_dir(packaging()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("promtool: scripts/install-test-tools installs it");
    child.stdin.take().unwrap().write_all(input.as_bytes()).await.unwrap();
    let Output { status, stdout, stderr } = child.wait_with_output().await.unwrap();
    let text = format!("{}{}", String::from_utf8_lossy(&stdout), String::from_utf8_lossy(&stderr));
    assert!(status.success(), "promtool {words:?}: {text}");
    text
}

#[tokio::test]
async fn promtool_accepts_what_the_server_serves() {
    let mut server = Server::start(&[("METRICS_LISTEN", "127.0.0.1:0")]).await;
    let address = server.line("Metrics for Prometheus are at ").await;
    server.use_it("hello").await;
    let response = server.http.get(&address).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    let text = response.text().await.unwrap();
    assert_eq!(promtool(&["check", "metrics"], &text).await, "", "promtool finds nothing to improve");
    // The messages of the server itself count, too.
    let posts = text.lines().find_map(|line| line.strip_prefix("guildhall_posts_total ")).expect("the counter of messages");
    assert!(posts.parse::<f64>().unwrap() >= 1.0, "{posts}");

    let accept = "application/openmetrics-text;version=1.0.0;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
    let response = server.http.get(&address).header("accept", accept).send().await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/openmetrics-text; version=1.0.0; charset=utf-8");
    assert!(response.text().await.unwrap().ends_with("# EOF\n"));

    // Health checks at both addresses, metrics at one.
    let monitoring = address.strip_suffix("/metrics").unwrap();
    for (address, expected) in [
        (format!("{monitoring}/health/live"), 200),
        (format!("{monitoring}/health/ready"), 200),
        (format!("{monitoring}/api/v4/system/ping"), 404),
        (format!("{}/health/live", server.url), 200),
        (format!("{}/health/ready", server.url), 200),
        (format!("{}/metrics", server.url), 404),
    ] {
        assert_eq!(server.http.get(&address).send().await.unwrap().status().as_u16(), expected, "{address}");
    }
    server.stop().await;
}

#[tokio::test]
async fn promtool_accepts_the_rules_and_their_tests() {
    promtool(&["check", "rules", "guildhall.rules.yml"], "").await;
    promtool(&["test", "rules", "guildhall.rules.test.yml"], "").await;
    promtool(&["check", "config", "prometheus.yml"], "").await;
}

#[tokio::test]
async fn each_line_of_a_request_has_its_id_and_no_secret() {
    let settings = [("LOG_FORMAT", "json"), ("LOG_LEVEL", "debug"), ("LOG_ACCESS_LEVEL", "info"), ("METRICS_LISTEN", "")];
    let server = Server::start(&settings).await;
    let (token, _) = server.use_it("the text of a message").await;
    let response = server.send("GET", "/api/v4/users/me/teams?secret_query=hidden", &token, Value::Null).await;
    let request_id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
    let log = server.stop().await;
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect();
    let access: Vec<&Value> = lines.iter().filter(|line| line["target"] == "guildhall::access").collect();
    let ours = access.iter().find(|line| line["span"]["request_id"] == request_id.as_str()).unwrap_or_else(|| panic!("{log}"));
    assert_eq!((&ours["method"], &ours["status"], &ours["level"]), (&json!("GET"), &json!(200), &json!("INFO")));
    assert_eq!(ours["route"], "/api/v4/users/{user_id}/teams");
    assert!(ours["duration_ms"].is_f64() && ours["user_id"].is_string() && ours["address"] == "127.0.0.1", "{ours}");
    assert!(access.len() >= 7 && access.iter().all(|line| line["span"]["request_id"].is_string()), "{log}");
    for secret in [PASSWORD, &token, "the text of a message", "secret_query", "hidden"] {
        assert!(!log.contains(secret), "{secret} is in the log:\n{log}");
    }
}

#[tokio::test]
async fn a_port_in_use_ends_the_start_only_where_it_was_chosen() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let output = serve(folder.path(), &[("METRICS_LISTEN", &address), ("LOG_LEVEL", "error")]).output().await.unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && error.starts_with(&format!("The metrics cannot be served at {address}")), "{error}");
    assert_eq!(error.trim().lines().count(), 1, "{error}");

    let output = serve(folder.path(), &[("METRICS_LISTEN", "localhost"), ("LOG_LEVEL", "error")]).output().await.unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && error.contains("metrics.listen: it must be empty or an IP address with a port"), "{error}");

    // Other servers of this machine may have the default port, but only until their test ends.
    let default = async {
        loop {
            match TcpListener::bind("127.0.0.1:8067") {
                Ok(listener) => return listener,
                Err(_) => tokio::task::yield_now().await,
            }
        }
    };
    let default = tokio::time::timeout(TEST_TIMEOUT, default).await.expect("the default port");
    let mut server = Server::start(&[]).await;
    server.line("Metrics are not served, because 127.0.0.1:8067 cannot be used").await;
    server.stop().await;
    drop(default);
}
