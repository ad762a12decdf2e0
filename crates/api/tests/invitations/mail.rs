//! Invitations by mail: what becomes of each address, tokens that are not valid, mails that are sent again.

use guildhall_model::mail::OutgoingMail;
use guildhall_testkit::{TestServer, TestUser};
use serde_json::json;

use super::{DAY_MS, EXPIRED, Fixture, HOUR_MS, INVALID, OTHER_ADDRESS, PERMISSIONS, id, token_in};

#[tokio::test]
async fn who_is_invited_by_mail_signs_up_with_a_verified_address() {
    let fixture = Fixture::new().await;
    fixture.ada.put("/users/me/patch", json!({"first_name": "Ada", "last_name": "<b>Lovelace</b>"})).await.ok();
    let dev = fixture.ada.create_channel(&fixture.team, "dev", "P").await;
    let body = json!({"emails": [" New.Person@Example.com"], "channelIds": [dev["id"]], "message": "Hello,\n<i>see</i> you"});
    assert_eq!(fixture.invite(body).await, [("new.person@example.com".to_owned(), String::new())]);
    let mail = fixture.server.mailer.next().await;
    assert_eq!((mail.to.address.as_str(), mail.to.name.as_str()), ("new.person@example.com", ""));
    assert_eq!(mail.subject, "Ada <b>Lovelace</b> (ada) invites you to studio");
    assert!(mail.text.contains("Channels: dev") && mail.text.contains("Hello,\n<i>see</i> you"), "{}", mail.text);
    assert!(mail.html.contains("Hello,<br>\n&lt;i&gt;see&lt;/i&gt; you") && !mail.html.contains("<b>Lovelace"));
    let token = token_in(&mail);
    assert!(fixture.server.columns_containing_text(&token).await.is_empty(), "the token is stored hashed");

    fixture.sign_up(&token, "eve", "other@example.com").await.assert_error(403, OTHER_ADDRESS);
    let account = fixture.sign_up(&token, "eve", "new.person@example.com").await.ok();
    assert_eq!((&account["roles"], &account["email_verified"]), (&json!("system_user"), &json!(true)));
    let eve = fixture.log_in("eve").await;
    let channels = eve.get(&format!("/users/me{}", fixture.path("/channels"))).await.ok();
    let mut names: Vec<&str> = channels.as_array().unwrap().iter().map(|channel| channel["name"].as_str().unwrap()).collect();
    names.sort_unstable();
    assert_eq!(names, ["dev", "off-topic", "town-square"]);
    fixture.sign_up(&token, "mallory", "new.person@example.com").await.assert_error(400, INVALID);
    assert_eq!(fixture.server.mailer.take_sent(), Vec::<OutgoingMail>::new(), "the address needs no other mail to be verified");
    assert_eq!(fixture.audits("invitations.invite_members").await.len(), 1);
}

#[tokio::test]
async fn each_address_has_a_result() {
    let fixture = Fixture::new().await;
    let bob = fixture.create_user("bob").await;
    fixture.ada.add_to_team(&fixture.team, &bob).await;
    fixture.create_user("carl").await;
    let dora = fixture.create_user("dora").await;
    fixture.root.delete(&format!("/users/{}", dora.id)).await.ok();
    fixture.discard_mail().await;
    let addresses = json!([
        "bob@example.com",
        "carl@example.com",
        "dora@example.com",
        "no address",
        "a+b@example.com",
        "grüße@müller.example",
        "x@example.com\r\nBcc: y@example.com",
        "\"q\"@example.com",
        "",
        "A+B@example.com"
    ]);
    let invalid = "api.team.invite_members.invalid_email.app_error";
    let results = fixture.invite(addresses.clone()).await;
    let expected = [
        ("bob@example.com", "api.team.invite_members.already_member.app_error"),
        ("carl@example.com", ""),
        ("dora@example.com", "api.team.invite_members.inactive.app_error"),
        ("no address", invalid),
        ("a+b@example.com", ""),
        ("grüße@müller.example", ""),
        ("x@example.com\r\nbcc: y@example.com", invalid),
        ("\"q\"@example.com", invalid),
        ("", invalid),
    ];
    assert_eq!(results, expected.map(|(email, error)| (email.to_owned(), error.to_owned())));
    let mut sent = Vec::new();
    for _ in 0..3 {
        sent.push(fixture.server.mailer.next().await.to.address);
    }
    sent.sort_unstable();
    assert_eq!(sent, ["a+b@example.com", "carl@example.com", "grüße@müller.example"]);

    // Without graceful, none is invited if one cannot be.
    let before = fixture.counts().await;
    fixture.ada.post(&fixture.path("/invite/email"), json!(["fine@example.com", "no address"])).await.assert_error(400, invalid);
    assert_eq!(fixture.counts().await, before);
    assert_eq!(fixture.ada.post(&fixture.path("/invite/email"), json!(["fine@example.com"])).await.ok(), json!({"status": "OK"}));

    fixture.ada.put(&fixture.path("/patch"), json!({"allowed_domains": "example.com"})).await.ok();
    let elsewhere = fixture.invite(json!(["somebody@example.org"])).await;
    assert_eq!(elsewhere[0].1, "api.team.invite_members.domain.app_error");
}

#[tokio::test]
async fn an_account_that_is_there_joins_by_the_mail() {
    let fixture = Fixture::new().await;
    let carl = fixture.create_user("carl").await;
    let mallory = fixture.create_user("mallory").await;
    let token = fixture.token_for("carl@example.com").await;
    let join = |token: &str| format!("/teams/members/invite?token={token}");
    mallory.post(&join(&token), json!({})).await.assert_error(403, OTHER_ADDRESS);
    assert_eq!(carl.post(&join(&token), json!({})).await.ok()["roles"], "team_user");
    assert_eq!(carl.post(&join(&token), json!({})).await.ok()["roles"], "team_user", "by the same person again");

    // Being removed by somebody else ends what was sent before.
    let second = fixture.token_for_member_after_removal(&carl).await;
    carl.post(&join(&second), json!({})).await.assert_error(400, INVALID);
    let third = fixture.token_for("carl@example.com").await;
    carl.post(&join(&third), json!({})).await.ok();
}

impl Fixture {
    /// A token of an invitation that was made before the person was removed from the team.
    async fn token_for_member_after_removal(&self, user: &TestUser) -> String {
        let member = self.path(&format!("/members/{}", user.id));
        user.delete(&member).await.ok();
        let token = self.token_for(&format!("{}@example.com", user.username)).await;
        self.ada.add_to_team(&self.team, user).await;
        self.ada.delete(&member).await.ok();
        token
    }
}

#[tokio::test]
async fn tokens_that_are_not_valid_admit_nobody() {
    let fixture = Fixture::new().await;
    let token = fixture.token_for("eve@example.com").await;
    for bad in ["x", "ybndrfg8ejkmcpqxot1uwisza3", &token[1..], &format!("{token}a")] {
        fixture.sign_up(bad, "eve", "eve@example.com").await.assert_error(400, INVALID);
        fixture.ada.post(&format!("/teams/members/invite?token={bad}"), json!({})).await.assert_error(400, INVALID);
    }
    fixture.server.clock.advance_ms(2 * DAY_MS);
    fixture.sign_up(&token, "eve", "eve@example.com").await.assert_error(400, EXPIRED);
    fixture.server.clock.advance_ms(8 * DAY_MS);
    fixture.server.app().services.run_due_jobs().await.unwrap();
    assert_eq!(fixture.counts().await, [0, 0, 0]);

    let (one, two) = (fixture.token_for("eve@example.com").await, fixture.token_for("eve@example.com").await);
    fixture.ada.delete("/teams/invites/email").await.assert_error(403, PERMISSIONS);
    fixture.root.delete("/teams/invites/email").await.ok();
    for token in [one, two] {
        fixture.sign_up(&token, "eve", "eve@example.com").await.assert_error(400, INVALID);
    }
    assert_eq!(fixture.audits("invitations.revoke_all_by_mail").await.len(), 1);
}

#[tokio::test]
async fn without_mail_a_link_is_the_way() {
    let server = TestServer::start().await;
    let ada = server.create_user("ada").await;
    let team = ada.create_team("studio").await;
    let answer = ada.post(&format!("/teams/{}/invite/email", id(&team)), json!(["eve@example.com"])).await;
    answer.assert_error(400, "api.team.invite_members.no_mail.app_error");
    assert_eq!(ada.get("/config/client?format=old").await.ok()["EnableEmailInvitations"], "false");
}

#[tokio::test]
async fn a_person_invites_a_bounded_number_within_an_hour() {
    let server = TestServer::start_with_settings(|settings| {
        settings.limits.enabled = true;
        settings.limits.invitations_per_hour = 3;
    })
    .await;
    let fixture = Fixture::on(server).await;
    fixture.invite(json!(["a@example.com", "b@example.com"])).await;
    fixture.discard_mail().await;
    let before = fixture.counts().await;
    let answer = fixture.ada.post(&fixture.path("/invite/email?graceful=true"), json!(["c@example.com", "d@example.com"])).await;
    answer.assert_error(413, "app.email.rate_limit_exceeded.app_error");
    assert_eq!(fixture.counts().await, before);
    fixture.server.clock.advance_ms(HOUR_MS);
    fixture.invite(json!(["c@example.com", "d@example.com"])).await;
}

#[tokio::test]
async fn a_mail_is_sent_again_with_a_token_of_its_own() {
    let fixture = Fixture::new().await;
    fixture.server.mailer.fail_next(false, "450 later");
    fixture.invite(json!(["eve@example.com"])).await;
    fixture.server.until_count("SELECT COUNT(*) FROM deliveries WHERE attempts = 1 AND lease_owner IS NULL", 1).await;
    let lost = token_in(&fixture.server.mailer.attempts()[0].1);
    fixture.server.clock.advance_ms(HOUR_MS);
    fixture.server.app().services.make_due_deliveries().await.unwrap();
    let sent = fixture.server.mailer.next().await;
    assert_eq!(fixture.server.mailer.attempts()[0].1.message_id, sent.message_id);
    assert_ne!(token_in(&sent), lost);
    // The first may have arrived all the same.
    fixture.sign_up(&lost, "eve", "eve@example.com").await.ok();
    fixture.sign_up(&token_in(&sent), "fay", "eve@example.com").await.assert_error(400, INVALID);

    fixture.server.mailer.fail_next(true, "550 no such address");
    fixture.invite(json!(["nobody@example.com"])).await;
    fixture.server.until_count("SELECT COUNT(*) FROM deliveries", 0).await;
    let rejected = fixture.audits("mail.reject").await;
    assert!(rejected[0]["extra_info"].as_str().unwrap().contains("email=nobody@example.com"), "{rejected:?}");

    // What is revoked before it is sent is not sent.
    fixture.server.mailer.fail_next(false, "450 later");
    fixture.invite(json!(["gus@example.com"])).await;
    fixture.server.until_count("SELECT COUNT(*) FROM deliveries WHERE attempts = 1 AND lease_owner IS NULL", 1).await;
    fixture.root.delete("/teams/invites/email").await.ok();
    fixture.server.clock.advance_ms(HOUR_MS);
    fixture.server.app().services.make_due_deliveries().await.unwrap();
    fixture.server.until_count("SELECT COUNT(*) FROM deliveries", 0).await;
    assert_eq!(fixture.server.mailer.take_sent(), Vec::<OutgoingMail>::new());
}
