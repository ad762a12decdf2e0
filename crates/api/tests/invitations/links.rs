//! Links with an end: races for the last use, revoking, and what their maker may do.

use guildhall_model::Clock;
use guildhall_testkit::{Dialect, TestServer};
use serde_json::json;

use super::{DAY_MS, EXPIRED, Fixture, HOUR_MS, INVALID, id, token_in};

#[tokio::test]
async fn an_invitation_is_worth_what_its_maker_may_do() {
    let fixture = Fixture::new().await;
    let bob = fixture.create_user("bob").await;
    fixture.ada.add_to_team(&fixture.team, &bob).await;
    let token_by_bob = async |email: &str| {
        bob.post(&fixture.path("/invite/email"), json!([email])).await.ok();
        token_in(&fixture.server.mailer.next().await)
    };
    let token = token_by_bob("eve@example.com").await;
    fixture.ada.delete(&fixture.path(&format!("/members/{}", bob.id))).await.ok();
    fixture.sign_up(&token, "eve", "eve@example.com").await.assert_error(400, INVALID);

    fixture.ada.add_to_team(&fixture.team, &bob).await;
    let token = token_by_bob("eve@example.com").await;
    fixture.root.delete(&format!("/users/{}", bob.id)).await.ok();
    fixture.sign_up(&token, "eve", "eve@example.com").await.assert_error(400, INVALID);
}

async fn the_last_use_is_won_by_one(server: TestServer) {
    let fixture = Fixture::on(server).await;
    let (token, _) = fixture.create_link(json!({"max_uses": 2})).await;
    let names = ["eve", "fay", "gus", "hal"];
    let sign_ups = names.map(|name| {
        let (fixture, token) = (&fixture, &token);
        async move { fixture.sign_up(token, name, &format!("{name}@example.com")).await }
    });
    let answers = futures::future::join_all(sign_ups).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 2);
    assert!(answers.iter().all(|answer| answer.status == 201 || answer.error() == (400, INVALID.to_owned())));
    let members = fixture.ada.get(&fixture.path("/members")).await.ok();
    assert_eq!(members.as_array().unwrap().len(), 3);
    assert_eq!(fixture.ada.get(&fixture.path("/invitations")).await.ok(), json!([]));
}

#[tokio::test]
async fn the_last_use_of_a_link_is_won_by_one_on_every_database() {
    for dialect in [Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql] {
        if let Some(server) = TestServer::start_on_dialect(dialect).await {
            the_last_use_is_won_by_one(server).await;
        }
    }
}

#[tokio::test]
async fn links_are_listed_and_revoked() {
    let fixture = Fixture::new().await;
    let now = fixture.server.clock.now().0;
    let (token, created) = fixture.create_link(json!({"max_uses": 5, "expires_at": now + HOUR_MS})).await;
    assert_eq!((&created["uses_left"], &created["is_guest"]), (&json!(5), &json!(false)));
    fixture.sign_up(&token, "eve", "eve@example.com").await.ok();
    let eve = fixture.log_in("eve").await;
    assert_eq!(fixture.ada.get(&fixture.path("/invitations")).await.ok()[0]["uses_left"], 4);
    assert_eq!(eve.get(&fixture.path("/invitations")).await.ok(), json!([]), "members see their own");
    let one = fixture.path(&format!("/invitations/{}", id(&created)));
    eve.delete(&one).await.assert_error(404, "app.team.get_invitation.missing.app_error");
    fixture.ada.delete(&one).await.ok();
    fixture.ada.delete(&one).await.assert_error(404, "app.team.get_invitation.missing.app_error");
    fixture.sign_up(&token, "fay", "fay@example.com").await.assert_error(400, INVALID);
    fixture.server.clock.advance_ms(HOUR_MS / 30);
    fixture.server.app().services.run_due_jobs().await.unwrap();
    assert_eq!(fixture.counts().await, [0, 0, 0]);

    for bad in
        [json!({"max_uses": 0}), json!({"max_uses": 10_001}), json!({"expires_at": now - 1}), json!({"expires_at": now + 400 * DAY_MS})]
    {
        assert_eq!(fixture.ada.post(&fixture.path("/invitations"), bad).await.status, 400);
    }
    let (token, _) = fixture.create_link(json!({"expires_at": fixture.server.clock.now().0 + HOUR_MS})).await;
    fixture.server.clock.advance_ms(HOUR_MS);
    fixture.sign_up(&token, "fay", "fay@example.com").await.assert_error(400, EXPIRED);
}

/// The account and the membership are two batches: what if the server crashes in between.
#[tokio::test]
async fn who_has_used_an_invitation_up_comes_by_it_again() {
    let fixture = Fixture::new().await;
    let (token, _) = fixture.create_link(json!({"max_uses": 1})).await;
    fixture.sign_up(&token, "eve", "eve@example.com").await.ok();
    let eve = fixture.log_in("eve").await;
    for sql in [
        "DELETE FROM channel_members WHERE user_id = (SELECT id FROM users WHERE username = 'eve')",
        "DELETE FROM team_members WHERE user_id = (SELECT id FROM users WHERE username = 'eve')",
    ] {
        fixture.server.execute(sql).await;
    }
    let join = format!("/teams/members/invite?token={token}");
    fixture.root.post(&join, json!({})).await.assert_error(400, INVALID);
    assert_eq!(eve.post(&join, json!({})).await.ok()["roles"], "team_user");
    eve.get(&fixture.path("/channels/name/town-square")).await.ok();
}
