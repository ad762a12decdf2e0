//! Each rule of who gets a mail, with a message that is mailed and one that is not.

use serde_json::json;

use super::{Fixture, HOUR_MS, MINUTE_MS, NEW, SECOND_MS, WAITING, text};

#[tokio::test]
async fn mentions_are_mailed_and_other_messages_are_not() {
    let fixture = Fixture::new().await;
    fixture.ann.create_post(&fixture.dev, "Nobody in particular").await;
    assert_eq!(fixture.server.count(NEW).await, 0, "no row for a message that concerns nobody");
    fixture.assert_not_mailed().await;
    fixture.notify("mention_keys", "lighthouse").await;
    fixture.bob.put("/users/me/patch", json!({"first_name": "Robert"})).await.ok();
    fixture.notify("first_name", "true").await;
    for message in ["Hello @bob", "@channel one", "@all two", "the lighthouse", "Robert, three"] {
        fixture.ann.create_post(&fixture.dev, message).await;
        fixture.assert_mailed(message).await;
    }
    fixture.ann.create_post(&fixture.dev, "@here four").await;
    fixture.assert_not_mailed().await;
    fixture.notify("channel", "false").await;
    fixture.ann.create_post(&fixture.dev, "@channel five").await;
    fixture.assert_not_mailed().await;
}

#[tokio::test]
async fn direct_and_group_messages_are_mailed() {
    let fixture = Fixture::new().await;
    let direct = fixture.direct().await;
    fixture.ann.create_post(&direct, "Between us").await;
    let mail = fixture.mail().await;
    assert_eq!(mail.subject, "ann sent you a message");
    assert!(mail.text.contains("== Direct message ==") && mail.text.contains("Between us"), "{}", mail.text);
    let group = fixture.ann.post("/channels/group", json!([fixture.ann.id, fixture.bob.id, fixture.root.id])).await.ok();
    fixture.ann.create_post(&group, "The three of us").await;
    fixture.assert_mailed("The three of us").await;
}

#[tokio::test]
async fn replies_in_followed_threads_are_mailed() {
    let fixture = Fixture::new().await;
    let root = fixture.bob.create_post(&fixture.dev, "Bob's thread").await;
    let other = fixture.ann.create_post(&fixture.dev, "Ann's thread").await;
    fixture.leave().await;
    fixture.reply(&fixture.ann, &other, "Bob does not follow this").await;
    fixture.assert_not_mailed().await;
    fixture.reply(&fixture.ann, &root, "An answer").await;
    let mail = fixture.mail().await;
    assert_eq!(mail.subject, "ann replied in dev");
    assert!(mail.text.contains("Thread: Bob's thread") && mail.text.contains("An answer"), "{}", mail.text);

    fixture.notify("email_threads", "mention").await;
    fixture.reply(&fixture.ann, &root, "Another answer").await;
    fixture.assert_not_mailed().await;
    fixture.reply(&fixture.ann, &root, "Another answer, @bob").await;
    fixture.assert_mailed("Another answer, @bob").await;
    fixture.notify("email_threads", "all").await;
    let path = format!("/users/me/teams/{}/threads/{}/following", text(&fixture.team["id"]), text(&root["id"]));
    fixture.bob.delete(&path).await.ok();
    fixture.reply(&fixture.ann, &root, "He has unfollowed it").await;
    fixture.assert_not_mailed().await;
}

#[tokio::test]
async fn settings_of_the_account_and_the_channel_turn_mail_off() {
    let fixture = Fixture::new().await;
    let message = "For @bob";
    for (in_channel, name, off, on) in
        [(false, "email", "false", "true"), (true, "email", "none", "default"), (true, "mark_unread", "mention", "all")]
    {
        for (value, is_mailed) in [(off, false), (on, true)] {
            if in_channel {
                fixture.notify_in_dev(name, value).await;
            } else {
                fixture.notify(name, value).await;
            }
            fixture.ann.create_post(&fixture.dev, message).await;
            if is_mailed {
                fixture.assert_mailed(message).await;
            } else {
                fixture.assert_not_mailed().await;
            }
        }
    }
    // Also a setting that is changed while the mail waits.
    fixture.ann.create_post(&fixture.dev, message).await;
    fixture.run_jobs().await;
    assert_eq!(fixture.server.count(WAITING).await, 1);
    fixture.notify_in_dev("mark_unread", "mention").await;
    fixture.assert_not_mailed().await;
}

#[tokio::test]
async fn who_is_there_gets_no_mail() {
    let fixture = Fixture::new().await;
    let socket = fixture.bob.subscribe().await;
    fixture.ann.create_post(&fixture.dev, "@bob, you are there").await;
    assert_eq!(fixture.server.count(NEW).await, 0, "everybody whom it concerns is there");
    fixture.assert_not_mailed().await;
    drop(socket);
    fixture.leave().await;
    fixture.ann.create_post(&fixture.dev, "@bob, are you there?").await;
    fixture.assert_mailed("are you there?").await;
    // Who comes back before the mail is sent sees it in the client.
    fixture.ann.create_post(&fixture.dev, "@bob, and now?").await;
    fixture.run_jobs().await;
    assert_eq!(fixture.server.count(WAITING).await, 1);
    let _socket = fixture.bob.subscribe().await;
    fixture.assert_not_mailed().await;
}

#[tokio::test]
async fn what_is_read_before_is_not_mailed() {
    let fixture = Fixture::new().await;
    fixture.ann.create_post(&fixture.dev, "@bob one").await;
    fixture.run_jobs().await;
    fixture.view(&fixture.bob, &fixture.dev).await;
    fixture.leave().await;
    fixture.assert_not_mailed().await;

    // A reply is read with its thread.
    let root = fixture.ann.create_post(&fixture.dev, "a thread").await;
    fixture.reply(&fixture.ann, &root, "@bob two").await;
    fixture.run_jobs().await;
    fixture.view(&fixture.bob, &fixture.dev).await;
    fixture.leave().await;
    fixture.wait(SECOND_MS).await;
    assert!(fixture.server.mailer.next().await.text.contains("@bob two"));
    let reply = fixture.reply(&fixture.ann, &root, "@bob three").await;
    fixture.run_jobs().await;
    let path = format!("/users/me/teams/{}/threads/{}/read/{}", text(&fixture.team["id"]), text(&root["id"]), reply["create_at"]);
    fixture.bob.put(&path, json!({})).await.ok();
    fixture.leave().await;
    fixture.assert_not_mailed().await;

    // What is marked as unread again is unread.
    let post = fixture.ann.create_post(&fixture.dev, "@bob four").await;
    fixture.run_jobs().await;
    fixture.view(&fixture.bob, &fixture.dev).await;
    fixture.bob.post(&format!("/users/me/posts/{}/set_unread", text(&post["id"])), json!({"collapsed_threads_supported": true})).await.ok();
    fixture.leave().await;
    fixture.assert_mailed("@bob four").await;
}

/// The person reads while the mail server keeps the mail waiting.
#[tokio::test]
async fn what_is_read_between_two_attempts_is_not_mailed() {
    let fixture = Fixture::new().await;
    for is_read in [false, true] {
        fixture.server.mailer.fail_next(false, "busy");
        let attempts = fixture.server.mailer.attempts().len();
        fixture.ann.create_post(&fixture.dev, "@bob").await;
        fixture.wait(31 * SECOND_MS).await;
        fixture.server.until_count("SELECT COUNT(*) FROM deliveries WHERE attempts = 1 AND lease_owner IS NULL", 1).await;
        assert_eq!(fixture.server.mailer.attempts().len(), attempts + 1);
        if is_read {
            fixture.view(&fixture.bob, &fixture.dev).await;
            fixture.leave().await;
        }
        fixture.server.clock.advance_ms(MINUTE_MS);
        fixture.server.app().services.make_due_deliveries().await.unwrap();
        assert_eq!(fixture.server.mailer.take_sent().len(), usize::from(!is_read));
        fixture.assert_nothing_waits().await;
    }
}

#[tokio::test]
async fn own_and_system_messages_are_not_mailed() {
    let fixture = Fixture::new().await;
    fixture.bob.create_post(&fixture.dev, "@bob @all it is me").await;
    fixture.leave().await;
    fixture.assert_not_mailed().await;
    // A webhook's owner has not written what it posts.
    let hook = json!({"channel_id": fixture.dev["id"], "display_name": "CI"});
    fixture.root.put("/config/patch", json!({"ServiceSettings": {"EnableIncomingWebhooks": true}})).await.ok();
    let hook = fixture
        .root
        .post("/hooks/incoming", json!({"user_id": fixture.bob.id, "channel_id": hook["channel_id"], "display_name": "CI"}))
        .await
        .ok();
    fixture.server.anonymous().post(&format!("//hooks/{}", text(&hook["id"])), json!({"text": "@bob the build failed"})).await;
    fixture.leave().await;
    fixture.assert_mailed("the build failed").await;
    // "ann added bob" mentions Bob.
    let other = fixture.ann.create_channel(&fixture.team, "other", "O").await;
    fixture.ann.add_to_channel(&other, &fixture.bob).await;
    fixture.assert_not_mailed().await;
}

#[tokio::test]
async fn accounts_that_receive_no_mail() {
    let fixture = Fixture::new().await;
    let message = "@bob";
    fixture.root.put("/config/patch", json!({"EmailSettings": {"RequireEmailVerification": true}})).await.ok();
    fixture.ann.create_post(&fixture.dev, message).await;
    fixture.assert_not_mailed().await;
    fixture.root.post(&format!("/users/{}/email/verify/member", fixture.bob.id), json!({})).await.ok();
    fixture.ann.create_post(&fixture.dev, message).await;
    fixture.assert_mailed(message).await;

    fixture.ann.create_post(&fixture.dev, message).await;
    fixture.run_jobs().await;
    assert_eq!(fixture.server.count(WAITING).await, 1);
    fixture.root.delete(&format!("/users/{}", fixture.bob.id)).await.ok();
    fixture.wait(31 * SECOND_MS).await;
    fixture.server.until_count(super::DELIVERIES, 0).await;
    assert_eq!((fixture.server.count(NEW).await, fixture.server.count(WAITING).await), (0, 0));
    let sent = fixture.server.mailer.take_sent();
    assert!(sent.iter().all(|mail| mail.subject == "Your account was deactivated"), "{sent:?}");
}

#[tokio::test]
async fn bots_get_no_mail() {
    let fixture = Fixture::new().await;
    let bot = fixture.root.post("/bots", json!({"username": "robot"})).await.ok();
    let (bot, dev) = (text(&bot["user_id"]).to_owned(), text(&fixture.dev["id"]).to_owned());
    fixture
        .root
        .post(&format!("/teams/{}/members", text(&fixture.team["id"])), json!({"team_id": fixture.team["id"], "user_id": bot}))
        .await
        .ok();
    fixture.ann.post(&format!("/channels/{dev}/members"), json!({"user_id": bot})).await.ok();
    fixture.ann.create_post(&fixture.dev, "@robot").await;
    fixture.assert_not_mailed().await;
}

#[tokio::test]
async fn who_may_not_read_the_channel_any_more_gets_no_mail() {
    let fixture = Fixture::new().await;
    let secret = fixture.ann.create_channel(&fixture.team, "secret", "P").await;
    fixture.ann.add_to_channel(&secret, &fixture.bob).await;
    fixture.ann.create_post(&secret, "@bob one").await;
    fixture.assert_mailed("@bob one").await;
    fixture.ann.create_post(&secret, "@bob two").await;
    fixture.run_jobs().await;
    assert_eq!(fixture.server.count(WAITING).await, 1);
    fixture.ann.delete(&format!("/channels/{}/members/{}", text(&secret["id"]), fixture.bob.id)).await.ok();
    fixture.assert_not_mailed().await;
    // Archived meanwhile.
    fixture.ann.create_post(&fixture.dev, "@bob three").await;
    fixture.run_jobs().await;
    fixture.ann.delete(&format!("/channels/{}", text(&fixture.dev["id"]))).await.ok();
    fixture.assert_not_mailed().await;
}

#[tokio::test]
async fn deleted_messages_drop_out_and_edited_ones_show_their_present_text() {
    let fixture = Fixture::new().await;
    let one = fixture.ann.create_post(&fixture.dev, "@bob the first text").await;
    let two = fixture.ann.create_post(&fixture.dev, "@bob the second").await;
    let three = fixture.ann.create_post(&fixture.dev, "@bob the third").await;
    fixture.run_jobs().await;
    fixture.ann.put(&format!("/posts/{}/patch", text(&one["id"])), json!({"message": "@bob the corrected text"})).await.ok();
    fixture.ann.delete(&format!("/posts/{}", text(&two["id"]))).await.ok();
    fixture.ann.put(&format!("/posts/{}/patch", text(&three["id"])), json!({"message": "not for him"})).await.ok();
    let mail = fixture.mail().await;
    assert!(mail.text.contains("the corrected text"), "{}", mail.text);
    for absent in ["first text", "second", "third", "not for him"] {
        assert!(!mail.text.contains(absent), "{absent}: {}", mail.text);
    }
    fixture.assert_nothing_waits().await;

    let gone = fixture.ann.create_post(&fixture.dev, "@bob at once").await;
    fixture.ann.delete(&format!("/posts/{}", text(&gone["id"]))).await.ok();
    fixture.assert_not_mailed().await;
}

#[tokio::test]
async fn mails_wait_while_a_person_is_not_to_be_disturbed() {
    let fixture = Fixture::new().await;
    let me = fixture.bob.id;
    let end_s = fixture.server.app().services.now().0 / 1000 + 3 * 3600;
    let status = json!({"user_id": me, "status": "dnd", "dnd_end_time": end_s});
    fixture.bob.put(&format!("/users/{me}/status"), status).await.ok();
    fixture.ann.create_post(&fixture.dev, "@bob later").await;
    fixture.wait(HOUR_MS).await;
    assert_eq!(fixture.server.count(WAITING).await, 1);
    assert_eq!(fixture.server.mailer.attempts().len(), 0);
    fixture.server.clock.advance_ms(2 * HOUR_MS + MINUTE_MS);
    fixture.leave().await;
    fixture.run_jobs().await;
    assert!(fixture.server.mailer.next().await.text.contains("@bob later"));
}

#[tokio::test]
async fn without_mail_nothing_is_written() {
    let fixture = Fixture::new().await;
    fixture.ann.create_post(&fixture.dev, "@bob").await;
    fixture.root.put("/config/patch", json!({"EmailSettings": {"SendEmailNotifications": false}})).await.ok();
    fixture.ann.create_post(&fixture.dev, "@bob").await;
    assert_eq!(fixture.server.count(NEW).await, 1, "that from before");
    fixture.assert_not_mailed().await;
}
