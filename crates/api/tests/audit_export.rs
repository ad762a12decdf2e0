//! Audit records that leave the server: over the API, and to a syslog server that is slow, hangs up, or is down for a while.

use std::collections::BTreeSet;
use std::sync::Arc;

use guildhall_model::Clock;
use guildhall_model::audit::ocsf;
use guildhall_testkit::{TestServer, TestUser};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

const HOUR_MS: i64 = 60 * 60 * 1_000;

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

async fn export(root: &TestUser, query: &str) -> Vec<Value> {
    lines(&root.get(&format!("/audits/export{query}")).await.text())
}

fn names(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["metadata"]["event_code"].as_str().unwrap()).collect()
}

fn sequences(events: &[Value]) -> Vec<i64> {
    events.iter().map(|event| event["metadata"]["sequence"].as_i64().unwrap()).collect()
}

#[tokio::test]
async fn all_records_of_a_range_are_exported_and_the_export_is_recorded() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    server.clock.advance_ms(HOUR_MS);
    let since = server.clock.now().0;
    let team = root.create_team("crew").await;
    for number in 0..3 {
        root.put(&format!("/teams/{}/patch", team["id"].as_str().unwrap()), json!({"description": number.to_string()})).await.ok();
    }
    let patched = ["teams.patch"; 3];
    let range = export(&root, &format!("?since={since}")).await;
    assert_eq!(names(&range)[..], [["teams.create"].as_slice(), &patched, &["audits.export"]].concat());
    assert_eq!(range[1]["entity"], json!({"type": "team", "uid": team["id"]}));
    assert_eq!(range[1]["actor"]["user"]["uid"], root.id.to_string());

    let all = export(&root, "").await;
    assert_eq!(all.len() as i64, server.count("SELECT COUNT(*) FROM audits").await);
    assert_eq!(sequences(&all), (1..=all.len() as i64).collect::<Vec<_>>());
    // In parts, and until a moment.
    let until = all.last().unwrap()["time"].as_i64().unwrap();
    let first = export(&root, &format!("?limit=3&until={until}")).await;
    let rest = export(&root, &format!("?after=3&until={until}")).await;
    assert_eq!([first, rest].concat(), all[..all.len() - 1]);

    let stored = export(&root, "?format=record&limit=1").await;
    assert_eq!((&stored[0]["sequence"], &stored[0]["action"]), (&json!(1), &json!("users.create")));
    let recorded = root.get("/audits?per_page=1").await.ok();
    assert_eq!((&recorded[0]["action"], &recorded[0]["user_id"]), (&json!("audits.export"), &json!(root.id)));

    for query in ["?format=csv", "?limit=0", "?limit=-1", "?since=x", "?after=x"] {
        assert_eq!(root.get(&format!("/audits/export{query}")).await.status, 400, "{query}");
    }
    let bob = server.create_user("bob").await;
    bob.get("/audits/export").await.assert_error(403, "api.context.permissions.app_error");
}

#[tokio::test]
async fn a_long_trail_is_exported_whole() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    for number in 0..1_203 {
        let row = format!("(X'{number:032x}', {number}, 'x.y', '', '')");
        server.execute(format!("INSERT INTO audits (id, create_at, action, extra_info, ip_address) VALUES {row}").leak()).await;
    }
    let all = export(&root, "").await;
    assert_eq!(sequences(&all), (1..=all.len() as i64).collect::<Vec<_>>());
    assert!(all.len() > 1_203);
}

/// Every name of the table of audit records, and those that its requests do not cause.
#[test]
fn every_audit_record_has_a_class() {
    let table = include_str!("audit_probe.txt");
    let rows = table.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(" | "));
    let of_rows = rows.flat_map(|(_, roles)| roles.split("; ")).filter_map(|role| role.split_once(": "));
    let mut actions: BTreeSet<&str> = of_rows.flat_map(|(_, actions)| actions.split('+')).collect();
    assert!(actions.len() > 50, "{}", actions.len());
    actions.extend(["sessions.login_failed", "users.check_password_failed", "bots.disable_with_owner", "access.denied_more"]);
    let without: Vec<&str> = actions.into_iter().filter(|action| ocsf::mapping(action).is_none()).collect();
    assert_eq!(without, [""; 0], "add them to crates/model/src/audit/ocsf/classes.rs");
}

/// What the receiver does with its next connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    ReadsAll,
    HangsUpAfter(usize),
}

/// A syslog server whose messages are kept if their connection was read to its end.
struct Receiver {
    port: u16,
    next: Arc<Mutex<Next>>,
    /// All complete messages, also of connections that ended early.
    received: Arc<Mutex<Vec<Value>>>,
    task: JoinHandle<()>,
}

impl Receiver {
    async fn start(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (next, received) = (Arc::new(Mutex::new(Next::ReadsAll)), Arc::new(Mutex::new(Vec::new())));
        let (to_do, store) = (Arc::clone(&next), Arc::clone(&received));
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let what = *to_do.lock();
                let mut bytes = Vec::new();
                match what {
                    Next::ReadsAll => drop(stream.read_to_end(&mut bytes).await),
                    Next::HangsUpAfter(count) => {
                        bytes.resize(count, 0);
                        let _ = stream.read_exact(&mut bytes).await;
                    }
                }
                store.lock().extend(events(&bytes));
                drop(stream);
            }
        });
        Self { port, next, received, task }
    }

    fn take(&self) -> Vec<Value> {
        std::mem::take(&mut *self.received.lock())
    }
}

/// The events of the complete messages.
fn events(mut bytes: &[u8]) -> Vec<Value> {
    let mut events = Vec::new();
    while let Some(space) = bytes.iter().position(|byte| *byte == b' ') {
        let length: usize = std::str::from_utf8(&bytes[..space]).unwrap().parse().unwrap();
        let Some(line) = bytes.get(space + 1..space + 1 + length) else { break };
        let line = std::str::from_utf8(line).unwrap();
        // Priority, time, host, program, process, id, structured data.
        events.push(serde_json::from_str(line.splitn(8, ' ').nth(7).unwrap()).unwrap());
        bytes = &bytes[space + 1 + length..];
    }
    events
}

async fn set(root: &TestUser, settings: Value) {
    root.put("/config/patch", json!({"AuditExportSettings": settings})).await.ok();
}

async fn run_jobs(server: &TestServer) {
    server.clock.advance_ms(10_001);
    server.app().services.run_due_jobs().await.unwrap();
}

#[tokio::test]
async fn a_syslog_server_gets_each_record_once_and_in_order() {
    let server = TestServer::start_on_disk(|_| {}).await;
    let root = server.create_user("root").await;
    let receiver = Receiver::start(0).await;
    set(&root, json!({"SyslogServer": "127.0.0.1", "SyslogPort": receiver.port, "SyslogProtocol": "tcp"})).await;
    run_jobs(&server).await;
    let first = receiver.take();
    assert_eq!(names(&first).last(), Some(&"system.change_settings"));
    server.create_user("bob").await;
    run_jobs(&server).await;
    let second = receiver.take();
    assert_eq!(names(&second), ["users.create", "sessions.login"]);
    // Nothing new, so nothing is sent; and a restarted server goes on where it was.
    run_jobs(&server).await;
    assert_eq!(receiver.take(), [json!(null); 0]);
    let server = server.restart().await;
    server.create_user("cid").await;
    run_jobs(&server).await;
    let all = [first, second, receiver.take()].concat();
    assert_eq!(sequences(&all), (1..=all.len() as i64).collect::<Vec<_>>());
    assert_eq!(all.len() as i64, server.count("SELECT COUNT(*) FROM audits").await);
}

#[tokio::test]
async fn a_syslog_server_that_hangs_up_or_is_down_misses_nothing() {
    let server = TestServer::start().await;
    let mut root = server.create_user("root").await;
    let receiver = Receiver::start(0).await;
    let port = receiver.port;
    set(&root, json!({"SyslogServer": "127.0.0.1", "SyslogPort": port, "SyslogProtocol": "tcp"})).await;
    *receiver.next.lock() = Next::HangsUpAfter(2_000);
    run_jobs(&server).await;
    let cut = receiver.take();
    assert!(!cut.is_empty() && cut.len() < server.count("SELECT COUNT(*) FROM audits").await as usize, "{}", cut.len());
    assert_eq!(server.count("SELECT failures FROM audit_cursors WHERE name = 'syslog'").await, 1);
    assert_eq!(server.count("SELECT COUNT(*) FROM jobs WHERE type = 'audit_export' AND status = 'success'").await, 1);

    // It goes away. Log-ins do not wait for it, and attempts become rarer.
    receiver.task.abort();
    let _ = receiver.task.await;
    for _ in 0..30 {
        run_jobs(&server).await;
        root.log_in().await;
    }
    let failures = server.count("SELECT failures FROM audit_cursors WHERE name = 'syslog'").await;
    assert!((3..10).contains(&failures), "{failures} attempts in five minutes");

    let receiver = Receiver::start(port).await;
    server.clock.advance_ms(HOUR_MS);
    run_jobs(&server).await;
    let all = receiver.take();
    assert_eq!(sequences(&all), (1..=all.len() as i64).collect::<Vec<_>>());
    assert_eq!(all.len() as i64, server.count("SELECT COUNT(*) FROM audits").await);
    assert_eq!(all[..cut.len()], cut);
    assert_eq!(server.count("SELECT failures FROM audit_cursors WHERE name = 'syslog'").await, 0);
}

#[tokio::test]
async fn a_record_that_is_committed_late_is_not_missed() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let last = export(&root, "").await.len() as i64;
    // Of a node whose batch took long: its id is older than all others.
    let row = "(X'00000000000000000000000000000001', 1, 'x.late', '', '')";
    server.execute(format!("INSERT INTO audits (id, create_at, action, extra_info, ip_address) VALUES {row}").leak()).await;
    let late = export(&root, &format!("?after={last}")).await;
    assert_eq!((names(&late), sequences(&late)), (vec!["x.late", "audits.export"], vec![last + 1, last + 2]));
}
