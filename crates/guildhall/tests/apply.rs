//! `guildhall apply`: a plan makes what it names, makes it once, and is rejected as a whole where it is wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test helpers")]

#[macro_use]
mod support;

use std::path::Path;

use guildhall_storage::Dialect;
use serde_json::{Value, json};
use support::{PASSWORD, ServerProcess, TestStore, command, error_output, success_output};

const PLAN: &str = r#"
version = 1

[settings.site]
name = "Studio"

[settings.quotas]
guest_bytes = 1000000

[[users]]
username = "client"
email = "client@example.org"
role = "guest"

[[users]]
username = "ada"
email = "ada@example.com"
role = "admin"
first_name = "Ada"
password_file = "PASSWORD_FILE"

[[users]]
username = "bob"
email = "bob@example.com"
position = "Editor"

[[teams]]
name = "studio"
display_name = "Studio"
description = "All of us"
members = ["bob"]
admins = ["ada"]

[[teams.channels]]
name = "spring-film"
display_name = "Spring film"
private = true
purpose = "Cuts"
members = ["bob", "client"]
admins = ["bob"]

[[teams.channels]]
name = "lunch"
display_name = "Lunch"

[[bots]]
username = "renderfarm"
display_name = "Render farm"

[[incoming_webhooks]]
team = "studio"
channel = "spring-film"
display_name = "Render finished"
username = "farm"

[[outgoing_webhooks]]
team = "studio"
channel = "lunch"
display_name = "Order"
trigger_words = ["order"]
callback_urls = ["https://lunch.example.com/order"]

[[commands]]
team = "studio"
trigger = "cut"
url = "https://cuts.example.com/new"
auto_complete = true
"#;

/// Each line that starts with `+` or `~`.
fn changes(output: &str) -> Vec<&str> {
    output.lines().filter(|line| line.starts_with(['+', '~'])).collect()
}

fn write_plan(folder: &Path, text: &str) -> String {
    let password = folder.join("password");
    std::fs::write(&password, format!("{PASSWORD}\n")).unwrap();
    let plan = folder.join("plan.toml");
    std::fs::write(&plan, text.replace("PASSWORD_FILE", password.to_str().unwrap())).unwrap();
    plan.to_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plan_sets_up_a_new_server_and_changes_nothing_when_applied_again() {
    let folder = tempfile::tempdir().unwrap();
    let plan = write_plan(folder.path(), PLAN);
    let data = folder.path().join("data");

    let preview = success_output(&command(&data, None, &["apply", &plan, "--dry-run"]).await);
    assert!(!data.exists(), "a dry run makes nothing");
    let first = success_output(&command(&data, None, &["apply", &plan]).await);
    assert_eq!(changes(&preview), changes(&first), "a dry run shows what will happen");
    let expected = [
        "+ user ada (admin)",
        "+ user client (guest)",
        "+ user bob",
        "~ setting site.name: \"Guildhall\" -> \"Studio\"",
        "+ team studio",
        "+ member client of team studio",
        "+ channel studio/spring-film",
        "+ member client of channel studio/spring-film",
        "+ administrator bob of channel studio/spring-film",
        "+ bot renderfarm",
        "+ incoming webhook studio/Render finished",
        "+ outgoing webhook studio/Order",
        "+ command studio/cut",
    ];
    for line in expected {
        assert!(changes(&first).contains(&line), "{line} is missing in\n{first}");
    }
    assert!(first.contains("password of bob: ") && !first.contains("password of ada"), "{first}");

    let again = success_output(&command(&data, None, &["apply", &plan]).await);
    assert_eq!(again, "Applied: nothing to change.\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_server_is_changed_and_keeps_what_the_plan_does_not_name() {
    let server = ServerProcess::start(&TestStore::fresh(Dialect::Sqlite).await.expect("tests on SQLite")).await;
    let files = tempfile::tempdir().unwrap();
    success_output(&server.command(&["apply", &write_plan(files.path(), PLAN)]).await);
    let ada = server.log_in("ada").await;
    let team = server.call(&ada, "GET", "/teams/name/studio", None).await.unwrap();
    let channel = format!("/teams/{}/channels/name/spring-film", team["id"].as_str().unwrap());
    let made = server.call(&ada, "GET", &channel, None).await.unwrap();
    assert_eq!((made["type"].as_str(), made["purpose"].as_str()), (Some("P"), Some("Cuts")));
    assert_eq!(made["creator_id"], user(&server, &ada, "ada").await["id"]);
    assert_eq!(user(&server, &ada, "client").await["roles"], "system_guest");
    server.call(&ada, "PUT", &format!("/channels/{}/patch", made["id"].as_str().unwrap()), Some(json!({"header": "Ours"}))).await.unwrap();

    let changed = PLAN
        .replace("purpose = \"Cuts\"", "purpose = \"Final cuts\"")
        .replace("position = \"Editor\"", "position = \"Lead\"\nactive = false")
        .replace("name = \"lunch\"", "name = \"lunch\"\narchived = true")
        .replace("private = true", "private = false")
        .replace("username = \"farm\"", "username = \"renders\"")
        .replace("name = \"Studio\"\n\n[settings.quotas]", "name = \"Film studio\"\n\n[settings.quotas]");
    let plan = write_plan(files.path(), &changed);
    let output = success_output(&server.command(&["apply", &plan]).await);
    assert_eq!(
        changes(&output),
        [
            "~ user bob: position \"Editor\" -> \"Lead\"",
            "~ user bob: active true -> false",
            "~ setting site.name: \"Studio\" -> \"Film studio\"",
            "~ channel studio/spring-film: purpose \"Cuts\" -> \"Final cuts\"",
            "~ channel studio/spring-film: private true -> false",
            "~ channel studio/lunch: archived false -> true",
            "~ incoming webhook studio/Render finished: username \"farm\" -> \"renders\"",
        ]
    );
    let made = server.call(&ada, "GET", &channel, None).await.unwrap();
    assert_eq!((made["type"].as_str(), made["header"].as_str()), (Some("O"), Some("Ours")));
    assert_eq!(success_output(&server.command(&["apply", &plan]).await), "Applied: nothing to change.\n");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_plan_leaves_the_server_as_it_was() {
    let server = ServerProcess::start(&TestStore::fresh(Dialect::Sqlite).await.expect("tests on SQLite")).await;
    let files = tempfile::tempdir().unwrap();
    let missing = files.path().join("none").to_str().unwrap().to_owned();
    let error = error_output(&server.command(&["apply", &missing]).await);
    assert!(error.contains("cannot be read"), "{error}");
    for (text, expected) in [
        (PLAN[..PLAN.len() - 60].to_owned(), "is not valid: line "),
        (PLAN.replace("channel = \"lunch\"", "channel = \"lunhc\""), "There is no channel lunhc in the team studio"),
        (PLAN.replace("members = [\"bob\"]", "members = [\"bop\"]"), "There is no user bop"),
        (PLAN.replace("name = \"Studio\"\n\n", "nmae = \"Studio\"\n\n"), "there is no setting site.nmae"),
        (PLAN.replace("PASSWORD_FILE", "/no/such/file"), "The password of ada cannot be read from /no/such/file"),
    ] {
        let error = error_output(&server.command(&["apply", &write_plan(files.path(), &text)]).await);
        assert!(error.contains(expected) && error.lines().count() == 1, "{error}");
    }
    assert_eq!(success_output(&server.command(&["user", "list"]).await), "");

    // What only the server can find ends the run; the next one, with the mistake corrected, continues.
    let error = error_output(&server.command(&["apply", &write_plan(files.path(), &PLAN.replace("https://cuts", "cuts"))]).await);
    assert!(error.contains("command studio/cut: ") && error.contains("changes were made"), "{error}");
    let rest = success_output(&server.command(&["apply", &write_plan(files.path(), PLAN)]).await);
    assert_eq!(changes(&rest), ["+ command studio/cut"]);
    server.stop().await;
}

async fn user(server: &ServerProcess, token: &std::sync::Arc<str>, name: &str) -> Value {
    server.call(token, "GET", &format!("/users/username/{name}"), None).await.unwrap()
}

/// However many objects a plan names, it asks for each list once, when it compares and when it applies.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_are_asked_for_once() {
    let metrics = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string();
    let settings: &'static [(&str, &str)] = vec![("METRICS_LISTEN", &*metrics.clone().leak())].leak();
    let server = ServerProcess::start_with_settings(&TestStore::fresh(Dialect::Sqlite).await.unwrap(), settings).await;
    let folder = tempfile::tempdir().unwrap();
    let mut text = PLAN.to_owned();
    for n in 0..4 {
        text.push_str(&format!("\n[[bots]]\nusername = \"robot-{n}\"\n"));
        text.push_str(&format!("\n[[incoming_webhooks]]\nteam = \"studio\"\nchannel = \"lunch\"\ndisplay_name = \"Hook {n}\"\n"));
        text.push_str(&format!("\n[[commands]]\nteam = \"studio\"\ntrigger = \"do-{n}\"\nurl = \"https://cuts.example.com/{n}\"\n"));
    }
    let plan = write_plan(folder.path(), &text);
    let output = success_output(&server.command(&["apply", &plan]).await);
    assert_eq!(changes(&output).iter().filter(|change| change.starts_with("+ bot")).count(), 5, "{output}");
    let before = server.text_at(&format!("http://{metrics}/metrics")).await;
    assert!(changes(&success_output(&server.command(&["apply", &plan]).await)).is_empty());
    let after = server.text_at(&format!("http://{metrics}/metrics")).await;
    for route in ["/bots", "/hooks/incoming", "/hooks/outgoing", "/commands"] {
        let series = format!("guildhall_http_request_duration_seconds_count{{method=\"GET\",route=\"/api/v4{route}\",status=\"2xx\"}} ");
        let count = |text: &str| text.lines().find_map(|line| line.strip_prefix(&series)?.parse::<f64>().ok()).unwrap_or(0.0);
        assert_eq!(count(&after) - count(&before), 2.0, "{route}");
    }
    server.stop().await;
}
