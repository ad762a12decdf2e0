//! What bounds notifications by mail: rows of a message, people, waiting messages, messages of a mail, mails in the queue.

use serde_json::json;

use super::{DELIVERIES, Fixture, NEW, SECOND_MS, WAITING, text};

/// Copies of Bob who are members of "dev", too.
const ADD_PEOPLE: &str = "INSERT INTO users (id, create_at, update_at, delete_at, username, email, password_hash, email_verified, nickname, \
    first_name, last_name, position, roles, notify_props, props, timezone, locale, last_password_update, last_picture_update, \
    failed_attempts, last_failed_at, is_bot) \
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500) \
    SELECT randomblob(16), create_at, update_at, delete_at, 'person' || i, 'person' || i || '@example.com', '', 1, '', \
    '', '', '', roles, notify_props, props, timezone, locale, 0, 0, 0, 0, 0 FROM users, n WHERE username = 'bob'";
const ADD_MEMBERS: &str = "INSERT INTO channel_members (channel_id, user_id, scheme_guest, scheme_user, scheme_admin, explicit_roles, \
    last_viewed_at, msg_count, msg_count_root, mention_count, mention_count_root, urgent_mention_count, notify_props, last_update_at) \
    SELECT m.channel_id, u.id, 0, 1, 0, '', m.last_viewed_at, 0, 0, 0, 0, 0, m.notify_props, m.last_update_at \
    FROM channel_members m JOIN channels c ON c.id = m.channel_id JOIN users b ON b.id = m.user_id, users u \
    WHERE c.name = 'dev' AND b.username = 'bob' AND u.username LIKE 'person%'";

#[tokio::test]
async fn a_message_to_many_writes_one_row_and_is_worked_out_later() {
    let fixture = Fixture::new().await;
    fixture.server.execute(ADD_PEOPLE).await;
    fixture.server.execute(ADD_MEMBERS).await;
    // A message that concerns nobody, with and without mail, and one to all.
    let queries = async |message: &str| {
        let before = fixture.server.queries();
        fixture.ann.create_post(&fixture.dev, message).await;
        fixture.server.queries() - before
    };
    queries("warm").await;
    let plain = queries("plain").await;
    let to_all = queries("@all").await;
    fixture.root.put("/config/patch", json!({"EmailSettings": {"SendEmailNotifications": false}})).await.ok();
    queries("warm").await;
    assert_eq!((queries("plain").await, queries("@all").await), (plain, to_all - 1), "one statement more");
    fixture.root.put("/config/patch", json!({"EmailSettings": {"SendEmailNotifications": true}})).await.ok();

    assert_eq!((fixture.server.count(NEW).await, fixture.server.count(WAITING).await), (1, 0));
    fixture.run_jobs().await;
    assert_eq!((fixture.server.count(NEW).await, fixture.server.count(WAITING).await), (0, 501));
}

#[tokio::test]
async fn while_the_mail_server_is_away_few_mails_and_messages_wait() {
    let fixture = Fixture::new().await;
    fixture.server.execute(ADD_PEOPLE).await;
    fixture.server.execute(ADD_MEMBERS).await;
    fixture.ann.create_post(&fixture.dev, "@all one").await;
    fixture.run_jobs().await;
    // They do not have Bob's preference.
    fixture.server.clock.advance_ms(16 * 60 * SECOND_MS);
    for _ in 0..600 {
        fixture.server.mailer.fail_next(false, "away");
    }
    fixture.run_jobs().await;
    assert_eq!((fixture.server.count(WAITING).await, fixture.server.count(DELIVERIES).await), (1, 500));
}

#[tokio::test]
async fn a_mail_shows_the_newest_and_says_how_many_there_are_more() {
    let fixture = Fixture::new().await;
    for n in 1..=210 {
        fixture.ann.create_post(&fixture.dev, &format!("@bob message {n}.")).await;
    }
    fixture.run_jobs().await;
    assert_eq!(fixture.server.count(WAITING).await, 200, "more do not wait for one person");
    let mail = fixture.mail().await;
    assert_eq!(mail.subject, "200 unread messages");
    assert!(mail.text.contains("There are 150 more unread messages for you."), "{}", mail.text);
    assert!(!mail.text.contains("message 150.") && mail.text.contains("message 151.") && mail.text.contains("message 200."));
    fixture.assert_nothing_waits().await;
}

#[tokio::test]
async fn messages_that_waited_too_long_are_not_mailed() {
    let fixture = Fixture::new().await;
    let me = fixture.bob.id;
    fixture.bob.put(&format!("/users/{me}/status"), json!({"user_id": me, "status": "dnd"})).await.ok();
    fixture.ann.create_post(&fixture.dev, "@bob old").await;
    fixture.wait(15 * 24 * 3600 * SECOND_MS).await;
    fixture.bob.put(&format!("/users/{me}/status"), json!({"user_id": me, "status": "offline"})).await.ok();
    fixture.ann.create_post(&fixture.dev, "@bob new").await;
    fixture.wait(3600 * SECOND_MS).await;
    let mail = fixture.server.mailer.next().await;
    assert!(mail.text.contains("@bob new") && !mail.text.contains("@bob old"), "{}", mail.text);
    fixture.assert_nothing_waits().await;
}

#[tokio::test]
async fn long_messages_are_cut() {
    let fixture = Fixture::new().await;
    let post = fixture.ann.create_post(&fixture.dev, &format!("@bob {}", "ä".repeat(2_000))).await;
    let mail = fixture.mail().await;
    assert!(mail.text.contains(&format!("{}…\n", "ä".repeat(995))) && !mail.text.contains(&"ä".repeat(996)));
    assert!(mail.text.contains(&format!("https://chat.example.com/crew/pl/{}\n", text(&post["id"]))));
}
