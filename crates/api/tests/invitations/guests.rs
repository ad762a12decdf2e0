//! Invitations of guests, and who was removed.

use guildhall_model::Clock;
use serde_json::{Value, json};

use super::{DAY_MS, Fixture, OTHER_ADDRESS, OTHER_KIND, PERMISSIONS, REMOVED, id, token_in};

#[tokio::test]
async fn guests_come_to_the_channels_of_their_invitation_only() {
    let fixture = Fixture::new().await;
    let dev = fixture.ada.create_channel(&fixture.team, "dev", "P").await;
    let invite = fixture.path("/invite-guests/email?graceful=true");
    let body = |emails: Value, channels: Value| json!({"emails": emails, "channels": channels, "message": ""});
    fixture
        .ada
        .post(&invite, body(json!(["eve@example.org"]), json!([])))
        .await
        .assert_error(400, "model.guest.is_valid.channels.app_error");
    let office = fixture.ada.create_team("office").await;
    let elsewhere = fixture.ada.create_channel(&office, "elsewhere", "O").await;
    let foreign = fixture.ada.post(&invite, body(json!(["eve@example.org"]), json!([elsewhere["id"]]))).await;
    foreign.assert_error(400, "api.team.invite_guests.channel_in_invalid_team.app_error");

    let rows = fixture.ada.post(&invite, body(json!(["eve@example.org", "root@example.com"]), json!([dev["id"]]))).await.ok();
    assert_eq!((&rows[0]["error"], &rows[1]["error"]["id"]), (&json!(null), &json!("api.team.invite_guests.no_guest.app_error")));
    let mail = fixture.server.mailer.next().await;
    assert_eq!(mail.subject, "ada invites you to studio as a guest");
    let account = fixture.sign_up(&token_in(&mail), "eve", "").await.ok();
    assert_eq!((&account["roles"], &account["email"]), (&json!("system_guest"), &json!("eve@example.org")));
    let eve = fixture.log_in("eve").await;
    let channels = eve.get(&format!("/users/me{}", fixture.path("/channels"))).await.ok();
    assert_eq!(channels.as_array().unwrap().iter().map(|channel| channel["name"].clone()).collect::<Vec<_>>(), [json!("dev")]);
    assert_eq!(eve.get(&fixture.path("/members/me")).await.ok()["roles"], "team_guest");
    eve.post(&invite, body(json!(["fay@example.org"]), json!([dev["id"]]))).await.assert_error(403, PERMISSIONS);

    // A guest is invited to a further channel, and members' invitations are not for guests.
    let lab = fixture.ada.create_channel(&fixture.team, "lab", "O").await;
    fixture.ada.post(&invite, body(json!(["eve@example.org"]), json!([lab["id"]]))).await.ok();
    let token = token_in(&fixture.server.mailer.next().await);
    fixture.root.post(&format!("/teams/members/invite?token={token}"), json!({})).await.assert_error(403, OTHER_ADDRESS);
    eve.post(&format!("/teams/members/invite?token={token}"), json!({})).await.ok();
    eve.get(&format!("/channels/{}/members/me", id(&lab))).await.ok();
    let (members, _) = fixture.create_link(json!({"max_uses": 3})).await;
    eve.post(&format!("/teams/members/invite?token={members}"), json!({})).await.assert_error(400, OTHER_KIND);
    let rows = fixture.ada.post(&invite, body(json!(["eve@example.org"]), json!([dev["id"], lab["id"]]))).await.ok();
    assert_eq!(rows[0]["error"]["id"], "api.team.invite_members.already_member.app_error");

    fixture.root.put("/config/patch", json!({"GuestAccountsSettings": {"Enable": false}})).await.ok();
    let disabled = fixture.ada.post(&invite, body(json!(["fay@example.org"]), json!([dev["id"]]))).await;
    disabled.assert_error(403, "api.team.invate_guests_to_channels.disabled.error");
}

#[tokio::test]
async fn who_was_removed_does_not_come_back_by_an_older_invitation() {
    let fixture = Fixture::new().await;
    let dev = fixture.ada.create_channel(&fixture.team, "dev", "P").await;
    let link = json!({"is_guest": true, "channel_ids": [dev["id"]], "max_uses": 3});
    let (used, _) = fixture.create_link(link.clone()).await;
    let (unused, _) = fixture.create_link(link.clone()).await;
    fixture.sign_up(&used, "eve", "eve@example.org").await.ok();
    let eve = fixture.log_in("eve").await;
    let in_dev = format!("/channels/{}/members", id(&dev));
    let join = async |token: &str| eve.post(&format!("/teams/members/invite?token={token}"), json!({})).await;
    let is_in_dev = async || eve.get(&format!("{in_dev}/me")).await.status == 200;
    assert!(is_in_dev().await);

    fixture.ada.delete(&format!("{in_dev}/{}", eve.id)).await.ok();
    for token in [&used, &unused] {
        assert_eq!(join(token).await.ok()["roles"], "team_guest", "she is still in the team");
        assert!(!is_in_dev().await);
    }
    eve.delete(&fixture.path(&format!("/members/{}", eve.id))).await.ok();
    for token in [&used, &unused] {
        join(token).await.assert_error(403, REMOVED);
    }
    let (newer, _) = fixture.create_link(link.clone()).await;
    join(&newer).await.ok();
    assert!(is_in_dev().await);

    let (unused, _) = fixture.create_link(link).await;
    fixture.ada.delete(&fixture.path(&format!("/members/{}", eve.id))).await.ok();
    join(&unused).await.assert_error(403, REMOVED);
    // Added again, but not to the channel.
    fixture.ada.add_to_team(&fixture.team, &eve).await;
    join(&unused).await.ok();
    assert!(!is_in_dev().await);
}

#[tokio::test]
async fn the_access_of_guests_who_come_by_an_invitation_has_its_end() {
    let fixture = Fixture::new().await;
    let dev = fixture.ada.create_channel(&fixture.team, "dev", "P").await;
    let now = fixture.server.clock.now().0;
    let link = |end: i64| json!({"is_guest": true, "channel_ids": [dev["id"]], "guest_expires_at": end});
    for bad in [link(now - 1), json!({"guest_expires_at": now + DAY_MS})] {
        assert_eq!(fixture.ada.post(&fixture.path("/invitations"), bad).await.status, 400);
    }
    let (token, created) = fixture.create_link(link(now + DAY_MS)).await;
    assert_eq!(created["expires_at"], now + DAY_MS, "nobody comes by it later");
    let account = fixture.sign_up(&token, "eve", "eve@example.org").await.ok();
    let expiry = format!("/users/{}/guest_expiry", id(&account));
    assert_eq!(fixture.root.get(&expiry).await.ok(), json!({"expires_at": now + DAY_MS}));
    let mut eve = fixture.log_in("eve").await;
    fixture.server.clock.advance_ms(DAY_MS);
    fixture.server.app().services.run_due_jobs().await.unwrap();
    eve.get("/users/me").await.assert_error(401, "api.context.session_expired.app_error");
    fixture.root.put(&format!("/users/{}/active", eve.id), json!({"active": true})).await.ok();
    eve.log_in().await;
}
