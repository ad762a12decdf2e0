//! An address that was not verified until somebody logged in by its mail: what whoever made the account has of it ends.

use guildhall_testkit::PASSWORD;
use serde_json::json;

use super::{Fixture, token_in};
use crate::passkeys;

#[tokio::test]
async fn what_was_known_of_an_account_ends_when_its_address_is_proven() {
    let fixture = Fixture::new().await;
    fixture.set("ServiceSettings", "EnableUserAccessTokens", json!(true)).await;
    // Somebody has registered the address of somebody else.
    let mallory = fixture.server.create_user("ada").await;
    fixture.root.put(&format!("/users/{}/roles", mallory.id), json!({"roles": "system_user system_user_access_token"})).await.ok();
    let token = mallory.post(&format!("/users/{}/tokens", mallory.id), json!({"description": "x"})).await.ok();
    let by_token = mallory.with_token(token["token"].as_str().unwrap());
    by_token.get("/users/me").await.ok();
    let mut passkey = passkeys::new_passkey();
    passkeys::add(&mallory, &mut passkey, "Phone").await;
    fixture.discard_mail().await;
    // Where the address must be verified, this log-in does it.
    fixture.set("EmailSettings", "RequireEmailVerification", json!(true)).await;

    let (_, link, _) = fixture.mailed("ada@example.com").await;
    let mut events = fixture.root.subscribe().await;
    let answer = fixture.log_in(&link, "").await;
    assert_eq!(answer.ok()["email_verified"], true);
    let ada = mallory.with_token(answer.header("token"));
    assert_eq!(ada.get("/users/me").await.ok()["email_verified"], true);
    for former in [&mallory, &by_token] {
        former.get("/users/me").await.assert_error(401, "api.context.session_expired.app_error");
    }
    passkeys::log_in(&fixture.server, &mut passkey).await.assert_error(401, passkeys::UNKNOWN);
    let by_password = json!({"login_id": "ada", "password": PASSWORD});
    let rejected = fixture.server.anonymous().post("/users/login", by_password).await;
    rejected.assert_error(401, "api.user.login.invalid_credentials_email_username");
    assert_eq!(events.wait_for("user_updated").await["data"]["user"]["username"], "ada");
    assert_eq!(fixture.server.mailer.next().await.subject, "Your email address was confirmed by logging in");
    assert_eq!(fixture.audits("sessions.prove_address").await.len(), 1);

    // The next time nothing ends any more, and a password can be set by a link.
    let (_, link, _) = fixture.mailed("ada@example.com").await;
    fixture.log_in(&link, "").await.ok();
    ada.get("/users/me").await.ok();
    assert_eq!(fixture.audits("sessions.prove_address").await.len(), 1);
    fixture.server.anonymous().post("/users/password/reset/send", json!({"email": "ada@example.com"})).await.ok();
    let mail = fixture.server.mailer.next().await;
    let reset: String = mail.text.split_once("?token=").unwrap().1.chars().take_while(char::is_ascii_alphanumeric).collect();
    fixture.server.anonymous().post("/users/password/reset", json!({"token": reset, "new_password": PASSWORD})).await.ok();
    fixture.server.anonymous().post("/users/login", json!({"login_id": "ada", "password": PASSWORD})).await.ok();
}

#[tokio::test]
async fn mails_are_in_the_readers_language() {
    let fixture = Fixture::new().await;
    let ada = fixture.create_user("ada").await;
    ada.put("/users/me/patch", json!({"locale": "de"})).await.ok();
    fixture.ask("ada@example.com").await;
    let mail = fixture.server.mailer.next().await;
    assert_eq!(mail.subject, "Ihr Link zum Anmelden");
    assert!(mail.text.contains("Code innerhalb von 10 Minuten"), "{}", mail.text);
    fixture.log_in(&token_in(&mail), "").await.ok();
}
