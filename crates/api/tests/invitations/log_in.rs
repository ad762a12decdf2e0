//! Invitations of guests whose link logs in, without a password.

use guildhall_model::mail::OutgoingMail;
use guildhall_testkit::{TestResponse, TestUser};
use serde_json::{Value, json};

use super::{DAY_MS, Fixture, INVALID, id, token_in};

const LINK_INVALID: &str = "api.user.login_by_link.invalid.app_error";
const LINK_EXPIRED: &str = "api.user.login_by_link.expired.app_error";

struct Door {
    fixture: Fixture,
    channel: Value,
}

impl Door {
    async fn new() -> Self {
        let fixture = Fixture::new().await;
        fixture.root.put("/config/patch", json!({"GuestAccountsSettings": {"EnableGuestMagicLink": true}})).await.ok();
        let channel = fixture.ada.create_channel(&fixture.team, "review", "P").await;
        Self { fixture, channel }
    }

    async fn try_invite(&self, email: &str, channel: &Value) -> TestResponse {
        let body = json!({"emails": [email], "channels": [channel["id"]], "message": "Come and see."});
        self.fixture.ada.post(&self.fixture.path("/invite-guests/email?graceful=true&guest_magic_link=true"), body).await
    }

    /// The token of the mail's link.
    async fn invite(&self, email: &str, channel: &Value) -> String {
        let rows = self.try_invite(email, channel).await.ok();
        assert_eq!(rows[0]["error"], Value::Null, "{rows}");
        link_in(&self.fixture.server.mailer.next().await)
    }

    async fn log_in(&self, token: &str) -> TestResponse {
        self.fixture.server.anonymous().post("/users/login/one_time_link", json!({"token": token})).await
    }

    async fn owner(&self, token: &str) -> TestResponse {
        self.fixture.server.anonymous().post("/users/login/magic_link/info", json!({"token": token})).await
    }

    fn person(&self, logged_in: &TestResponse) -> TestUser {
        let mut user = self.fixture.server.anonymous();
        user.token = Some(logged_in.header("token").to_owned());
        user.id = logged_in.json()["id"].as_str().unwrap().parse().unwrap();
        user
    }

    async fn is_in(&self, person: &TestUser, channel: &Value) -> bool {
        person.get(&format!("/channels/{}/members/me", id(channel))).await.status == 200
    }
}

fn link_in(mail: &OutgoingMail) -> String {
    let (_, rest) = mail.text.split_once("https://chat.example.com/login/one_time_link?t=").unwrap_or_else(|| panic!("{}", mail.text));
    rest.chars().take_while(char::is_ascii_alphanumeric).collect()
}

#[tokio::test]
async fn a_guest_comes_by_the_link_alone() {
    let door = Door::new().await;
    let token = door.invite("Eve.Client@example.org", &door.channel).await;
    let owner = door.owner(&token).await.ok();
    assert_eq!((&owner["username"], &owner["email"]), (&json!(""), &json!("eve.client@example.org")));
    let logged_in = door.log_in(&token).await;
    let account = logged_in.ok();
    assert_eq!((&account["username"], &account["roles"]), (&json!("eve.client"), &json!("system_guest")));
    assert_eq!((&account["email"], &account["email_verified"]), (&json!("eve.client@example.org"), &json!(true)));
    let eve = door.person(&logged_in);
    assert!(door.is_in(&eve, &door.channel).await);
    eve.create_post(&door.channel, "Beautiful").await;
    // Once.
    door.log_in(&token).await.assert_error(401, LINK_INVALID);
    door.owner(&token).await.assert_error(401, LINK_INVALID);
    let invited = door.fixture.audits("invitations.invite_guests").await;
    assert!(invited[0]["extra_info"].as_str().unwrap().contains("guest_magic_link=true"), "{invited:?}");
    let log_ins = door.fixture.audits("sessions.login").await;
    assert!(log_ins.iter().any(|audit| audit["extra_info"].as_str().unwrap().contains("by=invitation")), "{log_ins:?}");
    // Later the log-in page sends links, as to other guests.
    door.fixture.server.anonymous().post("/users/login/magic_link/send", json!({"email": "eve.client@example.org"})).await.ok();
    let later = link_in(&door.fixture.server.mailer.next().await);
    assert_eq!(door.log_in(&later).await.ok()["id"], account["id"]);
}

#[tokio::test]
async fn who_has_an_account_comes_to_a_further_channel() {
    let door = Door::new().await;
    let first = door.invite("eve@example.org", &door.channel).await;
    let eve = door.person(&door.log_in(&first).await);
    let lab = door.fixture.ada.create_channel(&door.fixture.team, "lab", "P").await;
    let second = door.invite("eve@example.org", &lab).await;
    assert_eq!(door.owner(&second).await.ok()["username"], "eve");
    assert!(!door.is_in(&eve, &lab).await, "before the log-in");
    let again = door.log_in(&second).await;
    assert_eq!(again.ok()["id"], eve.id.to_string());
    assert!(door.is_in(&eve, &lab).await);
    // Who was removed meanwhile does not come back.
    let third = door.invite("eve@example.org", &door.fixture.ada.create_channel(&door.fixture.team, "third", "P").await).await;
    door.fixture.ada.delete(&door.fixture.path(&format!("/members/{}", eve.id))).await.ok();
    door.log_in(&third).await.assert_error(401, LINK_INVALID);
}

#[tokio::test]
async fn links_that_cannot_be_used_say_nothing() {
    let door = Door::new().await;
    let expired = door.invite("eve@example.org", &door.channel).await;
    door.fixture.server.clock.advance_ms(2 * DAY_MS + 1);
    door.log_in(&expired).await.assert_error(401, LINK_EXPIRED);
    let revoked = door.invite("fay@example.org", &door.channel).await;
    let root = door.fixture.log_in("root").await;
    root.delete("/teams/invites/email").await.ok();
    for token in [revoked.as_str(), "", "ybndrfg8ejkmcpqxot1uwisza3", &revoked[..20]] {
        door.log_in(token).await.assert_error(401, LINK_INVALID);
    }
    // Nobody chooses a password by such a link, and the link of another invitation does not log in.
    let link = door.invite("gil@example.org", &door.channel).await;
    let chosen = door.fixture.sign_up(&link, "gil", "gil@example.org").await;
    chosen.assert_error(400, INVALID);
    let ada = door.fixture.log_in("ada").await;
    let body = json!({"emails": ["hal@example.org"], "channels": [door.channel["id"]]});
    ada.post(&door.fixture.path("/invite-guests/email?graceful=true"), body).await.ok();
    let ordinary = token_in(&door.fixture.server.mailer.next().await);
    door.log_in(&ordinary).await.assert_error(401, LINK_INVALID);
    assert_eq!(door.fixture.server.count("SELECT COUNT(*) FROM users WHERE email LIKE '%@example.org'").await, 0);
}

#[tokio::test]
async fn where_guests_do_not_log_in_by_links_nobody_is_invited_by_one() {
    let door = Door::new().await;
    let token = door.invite("eve@example.org", &door.channel).await;
    door.fixture.root.put("/config/patch", json!({"GuestAccountsSettings": {"EnableGuestMagicLink": false}})).await.ok();
    let code = "api.team.invite_guests_to_channels.magic_link_disabled.app_error";
    door.try_invite("fay@example.org", &door.channel).await.assert_error(501, code);
    door.log_in(&token).await.assert_error(401, LINK_INVALID);
}

#[tokio::test]
async fn of_two_log_ins_by_one_link_one_is_the_first() {
    let door = Door::new().await;
    let token = door.invite("eve@example.org", &door.channel).await;
    let (one, other) = tokio::join!(door.log_in(&token), door.log_in(&token));
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 401]);
    assert_eq!(door.fixture.server.count("SELECT COUNT(*) FROM users WHERE email = 'eve@example.org'").await, 1);
}
