//! `guildhall doctor` by the real binary: before the first start, beside a running server, after it was stopped, and on a folder
//! in which something is wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test helpers")]

#[macro_use]
mod support;

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::process::Output;

use guildhall_storage::Dialect;
use serde_json::Value;
use support::{ServerProcess, TestStore, command};

/// The exit status, and the output as JSON.
fn report(output: &Output) -> (i32, Value) {
    let json = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"));
    (output.status.code().unwrap(), json)
}

fn ids(report: &Value, severity: &str) -> Vec<String> {
    let findings = report["findings"].as_array().unwrap().iter().filter(|finding| finding["severity"] == severity);
    findings.map(|finding| finding["id"].as_str().unwrap().to_owned()).collect()
}

fn finding<'a>(report: &'a Value, id: &str) -> &'a Value {
    let found = report["findings"].as_array().unwrap().iter().find(|finding| finding["id"] == id);
    found.unwrap_or_else(|| panic!("no {id} in {report:#}"))
}

fn has(report: &Value, id: &str) -> bool {
    report["findings"].as_array().unwrap().iter().any(|finding| finding["id"] == id)
}

/// The configuration of the test's server names another port than the one that the system chose for it.
async fn doctor(server: &ServerProcess, arguments: &[&str]) -> Output {
    let host = server.host();
    let arguments: Vec<&str> = ["doctor", "--listen", host].iter().chain(arguments).copied().collect();
    server.command(&arguments).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn before_the_first_start_it_creates_nothing() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("data");
    let (status, report) = report(&command(&folder, None, &["doctor", "--json", "--listen", "127.0.0.1:9"]).await);
    // That the server does not run is a warning.
    assert_eq!(status, 1);
    assert_eq!(report["format"], 1);
    for id in ["system.server_stopped", "database.not_created", "files.folder_missing", "network.port"] {
        finding(&report, id);
    }
    // The disk of the machine that runs the tests may be nearly full.
    assert!(["disks.space", "disks.space_low", "disks.space_reserve_reached"].iter().any(|id| has(&report, id)), "{report:#}");
    assert!(!has(&report, "backup.none"));
    assert!(!folder.exists());
}

async fn it_works_beside_a_running_server_and_after_it(dialect: Dialect) {
    let Some(store) = TestStore::fresh(dialect).await else { return };
    let mut server = ServerProcess::start(&store).await;
    let ada = server.sign_up("ada").await;
    let (status, running) = report(&doctor(&server, &["--json"]).await);
    let problems = [ids(&running, "critical"), ids(&running, "warning")].concat();
    assert_eq!(status, i32::from(!problems.is_empty()), "{problems:?}");
    assert_eq!(finding(&running, "backup.none")["severity"], "warning");
    for id in ["backup.none", "database.state", "system.process", "system.descriptors", "work.jobs", "files.data_folder"] {
        finding(&running, id);
    }
    // The servers of the tests do not flush to disk, which is found; so is what is wrong with the disks of this machine.
    let is_expected = |id: &str| id.starts_with("disks.") || (dialect != Dialect::Sqlite && id == "database.not_durable");
    let unexpected: Vec<String> = ids(&running, "critical").into_iter().filter(|id| !is_expected(id)).collect();
    assert_eq!(unexpected, [""; 0], "{running:#}");
    if dialect == Dialect::Sqlite {
        finding(&running, "database.structure");
        finding(&running, "database.sqlite");
    } else {
        assert!(!has(&running, "database.structure"));
    }
    // It changed nothing, and the server goes on.
    assert!(server.call(&ada, "GET", "/users/me", None).await.is_ok());

    // Muted over the local socket, and seen by a server and by the command.
    assert!(server.command(&["doctor", "mute", "backup.none"]).await.status.success());
    assert_eq!(server.command(&["doctor", "mute", "no.such"]).await.status.code(), Some(2));
    let (_, muted) = report(&doctor(&server, &["--json"]).await);
    assert_eq!((&finding(&muted, "backup.none")["muted"], &muted["summary"]["muted"]), (&Value::Bool(true), &Value::from(1)));

    server.terminate().await;
    let (_, stopped) = report(&doctor(&server, &["--json"]).await);
    for id in ["system.server_stopped", "network.port", "database.state"] {
        finding(&stopped, id);
    }
    let text = doctor(&server, &[]).await;
    let text = String::from_utf8(text.stdout).unwrap();
    assert!(text.contains("(system.server_stopped)") && text.trim_end().ends_with(" passed."), "{text}");
    assert!(!text.contains('\u{1b}'), "no colours in a file");
}
on_every_database!(it_works_beside_a_running_server_and_after_it);

/// The server remembers a proxy, and the command asks the server.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_proxy_that_is_not_trusted_is_found_and_findings_are_explained() {
    let server = ServerProcess::start(&TestStore::fresh(Dialect::Sqlite).await.unwrap()).await;
    server.sign_up("ada").await;
    // Where each finding is explained is said, and every finding is explained there.
    let text = String::from_utf8(doctor(&server, &[]).await.stdout).unwrap();
    let link = format!("http://{}/help/troubleshooting#ID explains each of them.", server.host());
    assert!(text.contains(&link) && !text.contains("network.proxy_not_trusted"), "{text}");
    let page = server.page("/help/troubleshooting").await;
    for kind in guildhall_doctor::kinds() {
        assert!(page.contains(&format!("<h3 id=\"{}\">", kind.id)), "{}", kind.id);
    }
    server.forwarded_page("/api/v4/system/ping", "203.0.113.7").await;
    let (status, after) = report(&doctor(&server, &["--json"]).await);
    let found = finding(&after, "network.proxy_not_trusted");
    assert_eq!((status, &found["subject"], &found["severity"]), (1, &Value::from("127.0.0.1"), &Value::from("warning")), "{found:#}");
    assert!(found["remedy"].as_str().unwrap().contains("trusted_proxies = \"127.0.0.1\""), "{found:#}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_in_the_data_folder_is_found_and_mended() {
    let mut server = ServerProcess::start(&TestStore::fresh(Dialect::Sqlite).await.unwrap()).await;
    server.terminate().await;
    let folder = server.data_dir().to_owned();
    fs::set_permissions(folder.join("guildhall.db"), Permissions::from_mode(0o644)).unwrap();
    let owner = fs::metadata(&folder).unwrap().uid();
    let is_root = owner == 0;
    if is_root {
        std::os::unix::fs::lchown(folder.join("node.id"), Some(12_345), None).unwrap();
    }
    let (status, broken) = report(&doctor(&server, &["--json"]).await);
    assert_eq!(status, 1);
    assert!(finding(&broken, "files.wrong_mode")["details"].to_string().contains("guildhall.db: mode 0644"), "{broken:#}");
    assert_eq!(has(&broken, "files.wrong_owner"), is_root);
    assert_eq!(broken["fixed"], serde_json::json!([]));

    let (_, fixed) = report(&doctor(&server, &["--fix", "--json"]).await);
    assert!(!has(&fixed, "files.wrong_mode") && !has(&fixed, "files.wrong_owner"), "{fixed:#}");
    assert_eq!(fixed["fixed"].as_array().unwrap().len(), if is_root { 2 } else { 1 });
    assert_eq!(fs::metadata(folder.join("guildhall.db")).unwrap().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(folder.join("node.id")).unwrap().uid(), owner);
    let (_, again) = report(&doctor(&server, &["--fix", "--json"]).await);
    assert_eq!(again["fixed"], serde_json::json!(["There was nothing that could be mended safely."]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_database_is_found_and_not_touched() {
    let mut server = ServerProcess::start(&TestStore::fresh(Dialect::Sqlite).await.unwrap()).await;
    server.sign_up("ada").await;
    server.terminate().await;
    let file = server.data_dir().join("guildhall.db");
    let mut bytes = fs::read(&file).unwrap();
    // The pages behind the schema's first one.
    for byte in bytes.iter_mut().skip(4096 * 6).take(4096 * 20) {
        *byte = 0x5a;
    }
    fs::write(&file, &bytes).unwrap();
    let output = doctor(&server, &["--json"]).await;
    let (status, report) = report(&output);
    assert_eq!(status, 1);
    assert!(has(&report, "database.damaged") || has(&report, "database.unreachable"), "{report:#}");
    assert_eq!(fs::read(&file).unwrap(), bytes);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unreachable_database_a_taken_port_and_a_wrong_name_are_found() {
    let folder = tempfile::tempdir().unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    fs::write(folder.path().join("g.toml"), "[site]\nurl = \"https://no-such-name.invalid\"\n").unwrap();
    let config = folder.path().join("g.toml");
    let arguments = ["--config", config.to_str().unwrap(), "--listen", &address, "doctor", "--json"];
    let database = Some("postgres://nobody@127.0.0.1:9/none");
    let (status, report) = report(&command(folder.path(), database, &arguments).await);
    assert_eq!(status, 1);
    for id in ["database.unreachable", "network.port_in_use", "network.name_unresolved"] {
        assert_eq!(finding(&report, id)["severity"], "critical");
    }
}

/// On a file system of 16 MiB, which only root can mount.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_str().unwrap();
    let run = async |words: &[&str]| {
        let status = tokio::process::Command::new(words[0]).args(&words[1..]).stderr(std::process::Stdio::null()).status().await;
        status.is_ok_and(|status| status.success())
    };
    if !run(&["mount", "-t", "tmpfs", "-o", "size=16m,nr_inodes=20", "tmpfs", path]).await {
        return;
    }
    for name in 0..19 {
        let _ = fs::write(folder.path().join(name.to_string()), "x");
    }
    let output = command(folder.path(), None, &["doctor", "--json"]).await;
    assert!(run(&["umount", path]).await);
    let (status, report) = report(&output);
    assert_eq!(status, 1);
    assert_eq!(finding(&report, "disks.space_reserve_reached")["severity"], "critical");
    assert_eq!(finding(&report, "disks.inodes_low")["severity"], "warning");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invalid_configuration_is_one_sentence_and_the_status_2() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("g.toml");
    fs::write(&file, "[singup]\nopen = true\n").unwrap();
    let output = command(folder.path(), None, &["--config", file.to_str().unwrap(), "doctor"]).await;
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.starts_with("The configuration is not valid: there is no section singup") && text.lines().count() == 1, "{text}");
}
