//! The link: whom it admits, once, and when it ends.

use futures::future::join_all;
use guildhall_testkit::{Dialect, PASSWORD, TestServer};
use serde_json::json;

use super::{Fixture, LINK_EXPIRED, LINK_INVALID, MINUTE_MS, token_in};

#[tokio::test]
async fn a_link_logs_in_once() {
    let fixture = Fixture::new().await;
    let ada = fixture.create_user("ada").await;
    let (_, token, _) = fixture.mailed("ada@example.com").await;
    assert!(fixture.server.columns_containing_text(&token).await.is_empty(), "the token is stored hashed");

    // Opening the page uses nothing up.
    for _ in 0..3 {
        let owner = fixture.server.anonymous().post("/users/login/magic_link/info", json!({"token": token})).await.ok();
        assert_eq!(owner, json!({"username": "ada", "email": "ada@example.com"}));
    }
    let answer = fixture.log_in(&token, "").await;
    assert_eq!(answer.ok()["username"], "ada");
    let session = ada.with_token(answer.header("token"));
    assert_eq!(session.get("/users/me").await.ok()["email"], "ada@example.com");
    ada.get("/users/me").await.ok();
    let records = fixture.audits("sessions.login").await;
    assert!(records[0]["extra_info"].as_str().unwrap().contains("by=link"), "{records:?}");
    assert_eq!(fixture.audits("sessions.request_magic_link").await.len(), 1);

    fixture.log_in(&token, "").await.assert_error(401, LINK_INVALID);
    let info = fixture.server.anonymous().post("/users/login/magic_link/info", json!({"token": token})).await;
    info.assert_error(401, LINK_INVALID);
    assert_eq!(fixture.audits("sessions.login_failed").await.len(), 1);
    fixture.assert_no_mail().await;
}

#[tokio::test]
async fn mattermosts_own_ways_work() {
    let fixture = Fixture::new().await;
    fixture.create_user("ada").await;
    let (_, token, _) = fixture.mailed("ada@example.com").await;
    let answer = fixture.server.anonymous().post("/users/login", json!({"magic_link_token": token})).await;
    assert_eq!((answer.ok()["username"].as_str(), answer.header("token").len()), (Some("ada"), 26));

    // Who has a password is asked for it, and gets no mail. So is a name that nobody has.
    let kind = async |name: &str| fixture.server.anonymous().post("/users/login/type", json!({"login_id": name})).await.ok();
    assert_eq!((kind("ada").await, kind("nobody").await), (json!({"auth_service": ""}), json!({"auth_service": ""})));
    fixture.assert_no_mail().await;
    fixture.server.execute("UPDATE users SET password_hash = '' WHERE username = 'ada'").await;
    assert_eq!(kind("Ada@Example.com").await, json!({"auth_service": "magic_link"}));
    let mail = fixture.server.mailer.next().await;
    assert!(!mail.text.contains("10 minutes"), "nobody waits for a code: {}", mail.text);
    fixture.log_in(&token_in(&mail), "").await.ok();
    fixture.set("ServiceSettings", "LogInByLink", json!("none")).await;
    assert_eq!(kind("ada").await, json!({"auth_service": ""}));
}

#[tokio::test]
async fn links_end() {
    let fixture = Fixture::new().await;
    let ada = fixture.create_user("ada").await;
    let new = async || fixture.mailed("ada@example.com").await.1;
    for bad in ["", "x", "ybndrfg8ejkmcpqxot1uwisza3", &"y".repeat(10_000)] {
        fixture.log_in(bad, "").await.assert_error(401, LINK_INVALID);
    }
    let truncated = new().await[..25].to_owned();
    fixture.log_in(&truncated, "").await.assert_error(401, LINK_INVALID);
    // A link of another kind.
    fixture.server.anonymous().post("/users/password/reset/send", json!({"email": "ada@example.com"})).await.ok();
    let reset = fixture.server.mailer.next().await;
    let reset: String = reset.text.split_once("?token=").unwrap().1.chars().take_while(char::is_ascii_alphanumeric).collect();
    fixture.log_in(&reset, "").await.assert_error(401, LINK_INVALID);

    let expired = new().await;
    fixture.server.clock.advance_ms(60 * MINUTE_MS);
    fixture.log_in(&expired, "").await.assert_error(401, LINK_EXPIRED);

    // One log-in ends the others.
    let (first, second) = (new().await, new().await);
    fixture.log_in(&second, "").await.ok();
    fixture.log_in(&first, "").await.assert_error(401, LINK_INVALID);

    fixture.server.clock.advance_ms(60 * MINUTE_MS);
    let before_password = new().await;
    let change = json!({"current_password": PASSWORD, "new_password": "An0ther!longer"});
    ada.put("/users/me/password", change).await.ok();
    fixture.discard_mail().await;
    fixture.log_in(&before_password, "").await.assert_error(401, LINK_INVALID);
    let before_revocation = new().await;
    fixture.root.post(&format!("/users/{}/sessions/revoke/all", ada.id), json!({})).await.ok();
    fixture.log_in(&before_revocation, "").await.assert_error(401, LINK_INVALID);
    let before_change = new().await;
    fixture.root.put(&format!("/users/{}/patch", ada.id), json!({"email": "ada@example.org"})).await.ok();
    fixture.log_in(&before_change, "").await.assert_error(401, LINK_INVALID);
    fixture.discard_mail().await;

    fixture.server.clock.advance_ms(120 * MINUTE_MS);
    fixture.server.app().services.run_due_jobs().await.unwrap();
    assert_eq!(fixture.server.count("SELECT COUNT(*) FROM magic_link_codes").await, 0, "expired codes are deleted");
}

#[tokio::test]
async fn only_those_whom_the_setting_names_get_links() {
    let fixture = Fixture::new().await;
    let (ada, bob) = (fixture.create_user("ada").await, fixture.create_user("bob").await);
    fixture.root.post("/bots", json!({"username": "robot"})).await.ok();
    fixture.root.post(&format!("/users/{}/demote", bob.id), json!({})).await.ok();
    let (_, of_ada, _) = fixture.mailed("ada@example.com").await;
    let (_, of_bob, _) = fixture.mailed("bob@example.com").await;
    fixture.set("ServiceSettings", "LogInByLink", json!("guests")).await;
    fixture.ask("ada@example.com").await;
    fixture.ask("robot@localhost").await;
    fixture.ask("nobody@example.com").await;
    fixture.assert_no_mail().await;
    fixture.log_in(&of_ada, "").await.assert_error(401, LINK_INVALID);
    fixture.log_in(&of_bob, "").await.ok();

    // A deactivated account gets none, and says why to whoever has one.
    let (_, of_bob, _) = fixture.mailed("bob@example.com").await;
    fixture.server.execute("UPDATE users SET delete_at = 1 WHERE username = 'bob'").await;
    fixture.log_in(&of_bob, "").await.assert_error(401, "api.user.login.inactive.app_error");
    fixture.ask("bob@example.com").await;
    fixture.assert_no_mail().await;
    ada.get("/users/me").await.ok();

    let ask = async || fixture.server.anonymous().post("/users/login/magic_link/send", json!({"email": "ada@example.com"})).await;
    fixture.set("GuestAccountsSettings", "EnableGuestMagicLink", json!(false)).await;
    ask().await.assert_error(501, "api.user.login_by_link.disabled.app_error");
    fixture.set("ServiceSettings", "LogInByLink", json!("everybody")).await;
    let shown = async || fixture.server.anonymous().get("/config/client?format=old").await.ok()["EnableGuestMagicLink"].clone();
    assert_eq!(shown().await, "true");
    fixture.set("EmailSettings", "SMTPServer", json!("")).await;
    ask().await.assert_error(400, "api.user.login_by_link.no_mail.app_error");
    assert_eq!(shown().await, "false");
}

#[tokio::test]
async fn mails_are_bounded_by_account_and_address() {
    let server = TestServer::start_with_settings(|settings| settings.limits.enabled = true).await;
    let fixture = Fixture::on(server).await;
    fixture.create_user("ada").await;
    let here = fixture.server.anonymous().connected_from("203.0.113.7");
    let mut answers = Vec::new();
    for _ in 0..52 {
        answers.push(here.post("/users/login/magic_link/send", json!({"email": "ada@example.com"})).await.status);
    }
    assert_eq!((answers.iter().filter(|status| **status == 200).count(), answers[51]), (50, 429));
    let elsewhere = fixture.server.anonymous().connected_from("198.51.100.7");
    elsewhere.post("/users/login/magic_link/send", json!({"email": "ada@example.com"})).await.ok();
    fixture.server.until_count("SELECT COUNT(*) FROM deliveries", 0).await;
    assert_eq!(fixture.server.mailer.take_sent().len(), 5, "mails to one account within an hour");
}

async fn one_of_concurrent_log_ins_wins(server: TestServer) {
    let fixture = Fixture::on(server).await;
    fixture.create_user("ada").await;
    let (page, token, code) = fixture.mailed("ada@example.com").await;
    let links = join_all((0..3).map(|_| fixture.log_in(&token, "")));
    let codes = join_all((0..3).map(|_| fixture.log_in_by_code(&page, &code, "")));
    let (links, codes) = futures::future::join(links, codes).await;
    // The link and the code are two ways in; each admits one at most, and whoever comes first ends the other.
    let statuses = |answers: &[guildhall_testkit::TestResponse]| answers.iter().filter(|answer| answer.status == 200).count();
    let won = [statuses(&links), statuses(&codes)];
    assert!(won.iter().sum::<usize>() >= 1 && won.iter().all(|won| *won <= 1), "{won:?}");
    assert!(links.iter().chain(&codes).all(|answer| [200, 401].contains(&answer.status)));
}

#[tokio::test]
async fn one_of_concurrent_log_ins_wins_on_every_database() {
    for dialect in [Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql] {
        if let Some(server) = TestServer::start_on_dialect(dialect).await {
            one_of_concurrent_log_ins_wins(server).await;
        }
    }
}
