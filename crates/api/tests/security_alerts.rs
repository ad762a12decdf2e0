//! Security alerts: what raises one and what does not, through the whole server; who is told; whose access ends.

use guildhall_testkit::{PASSWORD, TestServer, TestUser};
use serde_json::{Value, json};

const MINUTE_MS: i64 = 60 * 1_000;
const FORBIDDEN: &str = "api.context.permissions.app_error";

async fn run_jobs(server: &TestServer) {
    server.clock.advance_ms(10_001);
    // The second run writes the messages.
    for _ in 0..2 {
        server.app().services.run_due_jobs().await.unwrap();
    }
}

async fn alerts(root: &TestUser) -> Vec<Value> {
    root.get("/security_alerts").await.ok().as_array().unwrap().clone()
}

fn rules(alerts: &[Value]) -> Vec<&str> {
    alerts.iter().map(|alert| alert["rule"].as_str().unwrap()).collect()
}

async fn set(root: &TestUser, settings: Value) {
    root.put("/config/patch", json!({"SecurityAlertSettings": settings})).await.ok();
}

async fn log_in(server: &TestServer, name: &str, password: &str, address: &str) -> u16 {
    let user = server.anonymous().connected_from(address);
    user.post("/users/login", json!({"login_id": name, "password": password})).await.status
}

/// The texts of the direct messages of the server itself to this person.
async fn messages(root: &TestUser) -> Vec<String> {
    let channels = root.get("/users/me/channels").await.ok();
    let mut texts = Vec::new();
    for channel in channels.as_array().unwrap().iter().filter(|channel| channel["type"] == "D") {
        let posts = root.get(&format!("/channels/{}/posts", channel["id"].as_str().unwrap())).await.ok();
        texts.extend(posts["posts"].as_object().unwrap().values().map(|post| post["message"].as_str().unwrap().to_owned()));
    }
    texts
}

#[tokio::test]
async fn a_new_administrator_is_told_once_and_acknowledged() {
    let server = TestServer::start().await;
    let (root, bob) = (server.create_user("root").await, server.create_user("bob").await);
    run_jobs(&server).await;
    assert_eq!(alerts(&root).await, Vec::<Value>::new(), "the first administrator is nobody's surprise");
    root.put(&format!("/users/{}/roles", bob.id), json!({"roles": "system_user system_admin"})).await.ok();
    run_jobs(&server).await;
    run_jobs(&server).await;
    let raised = alerts(&root).await;
    assert_eq!((rules(&raised), &raised[0]["user_id"], &raised[0]["count"]), (vec!["new_administrator"], &json!(bob.id), &json!(1)));
    assert_eq!((&raised[0]["summary"], &raised[0]["revoked_at"]), (&json!("@bob has become an administrator."), &json!(0)));
    let evidence = raised[0]["evidence"].as_array().unwrap();
    let records = root.get("/audits?per_page=100").await.ok();
    let record = records.as_array().unwrap().iter().find(|record| record["id"] == evidence[0]).unwrap();
    assert_eq!((evidence.len(), &record["action"]), (1, &json!("users.update_roles")));
    let told = messages(&root).await;
    assert_eq!(told.iter().filter(|text| text.contains("@bob has become an administrator.")).count(), 1, "{told:?}");

    let path = format!("/security_alerts/{}/acknowledge", raised[0]["id"].as_str().unwrap());
    root.post(&path, json!({})).await.ok();
    bob.post(&path, json!({})).await.ok();
    let done = alerts(&root).await;
    assert_eq!(done[0]["acknowledged_by"], root.id.to_string());
    assert_eq!(root.get("/security_alerts?open=true").await.ok(), json!([]));
    let last = root.get("/audits?per_page=1").await.ok();
    assert_eq!((&last[0]["action"], &last[0]["user_id"]), (&json!("security_alerts.acknowledge"), &json!(root.id)));

    let eve = server.create_user("eve").await;
    eve.get("/security_alerts").await.assert_error(403, FORBIDDEN);
    eve.post(&path, json!({})).await.assert_error(403, FORBIDDEN);
    root.post(&format!("/security_alerts/{}/acknowledge", root.id), json!({}))
        .await
        .assert_error(404, "api.security_alerts.not_found.app_error");
}

#[tokio::test]
async fn passwords_that_are_tried_on_many_accounts_are_found_and_whoever_got_in_is_out() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let victim = server.create_user("victim").await;
    set(&root, json!({"CredentialStuffing": "revoke"})).await;
    for number in 0..25 {
        assert_eq!(log_in(&server, &format!("person{number}"), "wrong", &format!("203.0.113.{number}")).await, 401);
    }
    assert_eq!(log_in(&server, "victim", PASSWORD, "203.0.113.9").await, 200);
    run_jobs(&server).await;
    let raised = alerts(&root).await;
    assert_eq!((rules(&raised), &raised[0]["subject"]), (vec!["credential_stuffing"], &json!("203.0.113.0/24")));
    assert!(raised[0]["revoked_at"].as_i64().unwrap() > 0 && raised[0]["evidence"].as_array().unwrap().len() == 20);
    assert_eq!(victim.get("/users/me").await.status, 401);
    assert_eq!(root.get("/users/me").await.status, 200);
    // It goes on: the same alert has more.
    let before = raised[0]["count"].as_i64().unwrap();
    for number in 30..40 {
        log_in(&server, &format!("person{number}"), "wrong", "203.0.113.7").await;
    }
    run_jobs(&server).await;
    let again = alerts(&root).await;
    assert_eq!((again.len(), again[0]["count"].as_i64().unwrap() > before), (1, true));
    assert_eq!(messages(&root).await.len(), 1);
}

#[tokio::test]
async fn an_office_in_the_morning_raises_nothing() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    for number in 0..50 {
        server.create_user(&format!("person{number}")).await;
    }
    server.clock.advance_ms(60 * MINUTE_MS);
    for number in 0..50 {
        let name = format!("person{number}");
        for _ in 0..(number % 3) {
            assert_eq!(log_in(&server, &name, "mistyped", "203.0.113.7").await, 401);
        }
        assert_eq!(log_in(&server, &name, PASSWORD, "203.0.113.7").await, 200);
        if number % 5 == 0 {
            // The phone of the same person, in the mobile network.
            assert_eq!(log_in(&server, &name, PASSWORD, "198.51.100.7").await, 200);
        }
    }
    run_jobs(&server).await;
    assert_eq!(alerts(&root).await, Vec::<Value>::new());
}

#[tokio::test]
async fn log_ins_from_three_networks_are_found_and_the_only_administrator_stays() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    set(&root, json!({"LogInNetworks": "revoke"})).await;
    for name in ["root", "ann"] {
        if name == "ann" {
            server.create_user(name).await;
        }
        for address in ["203.0.113.7", "198.51.100.7", "192.0.2.7"] {
            assert_eq!(log_in(&server, name, PASSWORD, address).await, 200);
        }
    }
    run_jobs(&server).await;
    let raised = alerts(&root).await;
    assert_eq!(rules(&raised), ["log_in_networks"; 2]);
    let of = |id: &str| raised.iter().find(|alert| alert["user_id"] == id).unwrap();
    let own = of(&root.id.to_string());
    assert!(own["summary"].as_str().unwrap().contains("it is the only administrator") && own["revoked_at"] == 0, "{own}");
    assert_eq!(server.count("SELECT COUNT(*) FROM audits WHERE action = 'security_alerts.revoke_access'").await, 1);
    assert_eq!(server.count("SELECT COUNT(*) FROM sessions s JOIN users u ON u.id = s.user_id WHERE u.username = 'ann'").await, 0);
}

#[tokio::test]
async fn a_token_in_two_networks_and_a_phone_that_moves() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let created = root.post("/users/me/tokens", json!({"description": "for scripts"})).await.ok();
    let token = root.with_token(created["token"].as_str().unwrap());
    // A session of a person moves between networks.
    for address in ["203.0.113.7", "198.51.100.7", "203.0.113.7", "192.0.2.1"] {
        root.connected_from(address).get("/users/me").await.ok();
    }
    for _ in 0..5 {
        token.connected_from("203.0.113.7").get("/users/me").await.ok();
        token.connected_from("203.0.113.8").get("/users/me").await.ok();
    }
    run_jobs(&server).await;
    assert_eq!(alerts(&root).await, Vec::<Value>::new());
    for _ in 0..5 {
        token.connected_from("198.51.100.7").get("/users/me").await.ok();
    }
    run_jobs(&server).await;
    let raised = alerts(&root).await;
    assert_eq!((rules(&raised), &raised[0]["subject"], &raised[0]["count"]), (vec!["token_networks"], &created["id"], &json!(1)));
    assert_eq!(server.count("SELECT COUNT(*) FROM audits WHERE action = 'security_alerts.token_in_networks'").await, 1);
}

#[tokio::test]
async fn who_takes_very_much_away_is_found_and_who_reads_is_not() {
    let server = TestServer::start().await;
    let (root, ann) = (server.create_user("root").await, server.create_user("ann").await);
    let team = ann.create_team("crew").await;
    let channel = ann.create_channel(&team, "plans", "O").await;
    let id = channel["id"].as_str().unwrap();
    let mut files = Vec::new();
    for number in 0..20 {
        let name = format!("{number}.txt");
        let uploaded = ann.upload(&format!("/files?channel_id={id}"), &[("files", Some(&name), b"hello")]).await.ok();
        files.push(format!("/files/{}", uploaded["file_infos"][0]["id"].as_str().unwrap()));
    }
    set(&root, json!({"MassDownloadFiles": 20, "MassReadingRequests": 30})).await;
    for file in &files[..19] {
        // A player requests parts of a video again and again.
        for _ in 0..3 {
            ann.get(file).await;
        }
        ann.get(&format!("/channels/{id}/posts")).await.ok();
    }
    run_jobs(&server).await;
    assert_eq!(alerts(&root).await, Vec::<Value>::new());
    // Another window begins, in which it is too much.
    server.clock.advance_ms(11 * MINUTE_MS);
    for file in &files {
        ann.get(file).await;
    }
    for _ in 0..35 {
        ann.get(&format!("/channels/{id}/posts")).await.ok();
    }
    run_jobs(&server).await;
    let raised = alerts(&root).await;
    let mut found = rules(&raised);
    found.sort_unstable();
    assert_eq!(found, ["mass_download", "mass_reading"]);
    assert!(raised.iter().all(|alert| alert["user_id"] == ann.id.to_string()));
    let summaries: Vec<&str> = raised.iter().map(|alert| alert["summary"].as_str().unwrap()).collect();
    assert!(summaries.contains(&"@ann has downloaded 20 files within 10 minutes."), "{summaries:?}");
}

#[tokio::test]
async fn many_denied_requests_are_found() {
    let server = TestServer::start().await;
    let (root, eve) = (server.create_user("root").await, server.create_user("eve").await);
    for _ in 0..2 {
        for _ in 0..25 {
            eve.get("/audits").await.assert_error(403, FORBIDDEN);
        }
        server.clock.advance_ms(MINUTE_MS);
    }
    run_jobs(&server).await;
    let raised = alerts(&root).await;
    assert_eq!((rules(&raised), &raised[0]["user_id"]), (vec!["denied_requests"], &json!(eve.id)));
    assert_eq!(eve.get("/users/me").await.status, 200);
}

#[tokio::test]
async fn rules_that_are_off_raise_nothing_and_mails_go_to_administrators() {
    let server = TestServer::start_with_settings(|settings| {
        settings.mail.server = "smtp.example.com".to_owned();
        settings.mail.from_address = "chat@example.com".to_owned();
        settings.site.url = "https://chat.example.com".to_owned();
        settings.security_alerts.new_administrator = "off".to_owned();
    })
    .await;
    let (root, bob) = (server.create_user("root").await, server.create_user("bob").await);
    let promote = async |roles: &str| root.put(&format!("/users/{}/roles", bob.id), json!({"roles": roles})).await.ok();
    promote("system_user system_admin").await;
    run_jobs(&server).await;
    assert_eq!(alerts(&root).await, Vec::<Value>::new());
    promote("system_user").await;
    set(&root, json!({"NewAdministrator": "alert"})).await;
    run_jobs(&server).await;
    server.app().services.make_due_deliveries().await.unwrap();
    server.mailer.take_sent();
    promote("system_user system_admin").await;
    run_jobs(&server).await;
    assert_eq!(rules(&alerts(&root).await), ["new_administrator"]);
    server.app().services.make_due_deliveries().await.unwrap();
    // Both are administrators now; and bob gets mails that he is one.
    let mut receivers = Vec::new();
    while receivers.len() < 2 {
        let mail = server.mailer.next().await;
        if mail.subject.starts_with("Security alert on ") && mail.text.contains("@bob has become an administrator.") {
            receivers.push(mail.to.address);
        }
    }
    receivers.sort_unstable();
    assert_eq!(receivers, ["bob@example.com", "root@example.com"]);
}
