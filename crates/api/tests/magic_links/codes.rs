//! The code: only for the page that has asked, with a few tries, and with a second factor.

use futures::future::join_all;
use guildhall_model::Clock;
use guildhall_testkit::TestServer;
use serde_json::json;

use super::{CODE_MISSING, CODE_WRONG, Fixture, MINUTE_MS, other_code};
use crate::support::authenticator::{self, STEP_MS};

#[tokio::test]
async fn a_code_is_for_the_page_that_asked_for_it() {
    let fixture = Fixture::new().await;
    let ada = fixture.create_user("ada").await;
    fixture.create_user("bob").await;
    let (page, _, code) = fixture.mailed("ada@example.com").await;
    assert!(fixture.server.columns_containing_text(&page).await.is_empty(), "the page's token is stored hashed");
    let (other_page, _, _) = fixture.mailed("bob@example.com").await;
    let own_page = fixture.mailed("ada@example.com").await.0;
    for foreign in [other_page.as_str(), own_page.as_str(), "", "x", "ybndrfg8ejkmcpqxot1uwisza3"] {
        fixture.log_in_by_code(foreign, &code, "").await.assert_error(401, CODE_WRONG);
    }
    let answer = fixture.log_in_by_code(&page, &format!(" {} {}", &code[..3], &code[3..]), "").await;
    assert_eq!(answer.ok()["username"], "ada");
    ada.with_token(answer.header("token")).get("/users/me").await.ok();
    fixture.log_in_by_code(&page, &code, "").await.assert_error(401, CODE_WRONG);
    assert!(fixture.audits("sessions.login").await[0]["extra_info"].as_str().unwrap().contains("by=code"));
}

#[tokio::test]
async fn a_code_has_five_tries_and_ten_minutes() {
    let fixture = Fixture::new().await;
    fixture.create_user("ada").await;
    let (page, _, code) = fixture.mailed("ada@example.com").await;
    for bad in [other_code(&code), String::new(), "x".repeat(10_000), code[..5].to_owned()] {
        fixture.log_in_by_code(&page, &bad, "").await.assert_error(401, CODE_WRONG);
    }
    fixture.log_in_by_code(&page, &code, "").await.ok();

    let (page, _, code) = fixture.mailed("ada@example.com").await;
    let wrong = join_all((0..8).map(|_| async { fixture.log_in_by_code(&page, &other_code(&code), "").await.status })).await;
    assert_eq!(wrong, [401; 8]);
    fixture.log_in_by_code(&page, &code, "").await.assert_error(401, CODE_WRONG);

    let (page, _, code) = fixture.mailed("ada@example.com").await;
    fixture.server.clock.advance_ms(10 * MINUTE_MS);
    fixture.log_in_by_code(&page, &code, "").await.assert_error(401, CODE_WRONG);
}

#[tokio::test]
async fn an_unknown_address_cannot_be_told_from_a_known_one() {
    let fixture = Fixture::new().await;
    fixture.create_user("ada").await;
    let answers_and_hashes = async |email: &str| {
        let (before, _) = fixture.server.hasher.counts();
        let page = fixture.ask(email).await;
        fixture.server.until_count("SELECT COUNT(*) FROM deliveries", 0).await;
        let answers = [fixture.log_in_by_code(&page, "x", "").await.error(), fixture.log_in_by_code(&page, "x", "").await.error()];
        (answers, fixture.server.hasher.counts().0 - before)
    };
    let (known, unknown) = (answers_and_hashes("ada@example.com").await, answers_and_hashes("nobody@example.com").await);
    assert_eq!(known, unknown);
    assert_eq!(known.1, 2);
    let rows = fixture.server.count("SELECT COUNT(*) FROM magic_link_codes").await;
    assert_eq!((rows, fixture.audits("sessions.request_magic_link").await.len()), (2, 2));
}

#[tokio::test]
async fn second_factors_are_asked_for_as_always() {
    let fixture = Fixture::new().await;
    let ada = fixture.create_user("ada").await;
    let new = ada.post("/users/me/mfa/generate", json!({})).await.ok();
    let key = new["secret"].as_str().unwrap();
    let second_factor = |steps: i64| authenticator::code_at(key, fixture.server.clock.now().0 + steps * STEP_MS);
    ada.put("/users/me/mfa", json!({"activate": true, "code": second_factor(0)})).await.ok();
    fixture.discard_mail().await;

    let (page, token, code) = fixture.mailed("ada@example.com").await;
    fixture.log_in(&token, "").await.assert_error(401, CODE_MISSING);
    fixture.log_in(&token, "000000").await.assert_error(401, "api.user.check_user_mfa.bad_code.app_error");
    // That the code of the factor is missing takes no try.
    for _ in 0..7 {
        fixture.log_in_by_code(&page, &code, "").await.assert_error(401, CODE_MISSING);
    }
    fixture.log_in_by_code(&page, &other_code(&code), "").await.assert_error(401, CODE_WRONG);
    fixture.log_in_by_code(&page, &code, &second_factor(1)).await.ok();
    fixture.log_in(&token, &second_factor(1)).await.assert_error(401, super::LINK_INVALID);

    fixture.server.clock.advance_ms(2 * MINUTE_MS);
    let (_, token, _) = fixture.mailed("ada@example.com").await;
    fixture.log_in(&token, &second_factor(0)).await.ok();
}

#[tokio::test]
async fn wrong_codes_count_as_failed_log_ins() {
    let server = TestServer::start_with_settings(|settings| settings.limits.enabled = true).await;
    let fixture = Fixture::on(server).await;
    fixture.create_user("ada").await;
    let page = fixture.ask("ada@example.com").await;
    let elsewhere = fixture.server.anonymous().connected_from("203.0.113.9");
    let body = json!({"request_token": page, "code": "x"});
    let mut statuses = Vec::new();
    for _ in 0..12 {
        statuses.push(elsewhere.post("/users/login/magic_link/code", body.clone()).await.status);
    }
    assert_eq!((statuses[0], statuses[11]), (401, 429), "{statuses:?}");
    let mut statuses = Vec::new();
    let body = json!({"token": "ybndrfg8ejkmcpqxot1uwisza3"});
    for _ in 0..12 {
        statuses
            .push(fixture.server.anonymous().connected_from("203.0.113.10").post("/users/login/one_time_link", body.clone()).await.status);
    }
    assert_eq!((statuses[0], statuses[11]), (401, 429), "{statuses:?}");
}
