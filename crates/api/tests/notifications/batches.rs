//! How often a person gets mails, and what comes together in one.

use guildhall_testkit::{Dialect, TestServer};
use serde_json::json;

use super::{Fixture, HOUR_MS, MINUTE_MS, SECOND_MS, WAITING};

#[tokio::test]
async fn a_mail_is_sent_after_the_interval_that_the_person_chose() {
    let fixture = Fixture::new().await;
    for (value, too_early_ms, rest_ms) in
        [("30", 29 * SECOND_MS, 2 * SECOND_MS), ("900", 14 * MINUTE_MS, 2 * MINUTE_MS), ("3600", 59 * MINUTE_MS, 2 * MINUTE_MS)]
    {
        fixture.prefer("notifications", "email_interval", value).await;
        fixture.ann.create_post(&fixture.dev, "@bob one").await;
        fixture.wait(too_early_ms).await;
        fixture.ann.create_post(&fixture.dev, "@bob two").await;
        fixture.run_jobs().await;
        assert_eq!(fixture.server.mailer.take_sent().len(), 0, "{value}");
        fixture.wait(rest_ms + 11 * SECOND_MS).await;
        let mail = fixture.server.mailer.next().await;
        assert_eq!(mail.subject, "2 unread messages", "{value}");
        fixture.assert_nothing_waits().await;
        fixture.bob.post("/channels/members/me/view", json!({"channel_id": fixture.dev["id"]})).await.ok();
        fixture.leave().await;
    }
}

#[tokio::test]
async fn without_batching_the_delay_of_the_setting_counts() {
    let fixture = Fixture::new().await;
    fixture.prefer("notifications", "email_interval", "3600").await;
    let config = json!({"EmailSettings": {"EnableEmailBatching": false, "EmailBatchingInterval": 120}});
    fixture.root.put("/config/patch", config).await.ok();
    fixture.ann.create_post(&fixture.dev, "@bob").await;
    fixture.wait(110 * SECOND_MS).await;
    assert_eq!(fixture.server.mailer.attempts().len(), 0);
    fixture.wait(11 * SECOND_MS).await;
    assert_eq!(fixture.server.mailer.next().await.subject, "ann mentioned you in dev");
    let client = fixture.bob.get("/config/client?format=old").await.ok();
    assert_eq!((&client["EnableEmailBatching"], &client["EmailNotificationContentsType"]), (&json!("false"), &json!("full")));
}

#[tokio::test]
async fn messages_come_together_by_channel_and_thread() {
    let fixture = Fixture::new().await;
    let other = fixture.ann.create_channel(&fixture.team, "other", "O").await;
    fixture.ann.add_to_channel(&other, &fixture.bob).await;
    let root = fixture.ann.create_post(&fixture.dev, "The beginning\nof a **thread**").await;
    fixture.ann.create_post(&fixture.dev, "@bob one").await;
    fixture.ann.create_post(&other, "@bob two").await;
    fixture.reply(&fixture.ann, &root, "@bob three").await;
    fixture.ann.create_post(&fixture.dev, "@bob four").await;
    fixture.reply(&fixture.ann, &root, "five").await;
    let mail = fixture.mail().await;
    assert_eq!(mail.subject, "5 unread messages");
    let order: Vec<usize> =
        ["== dev ==", "@bob one", "@bob four", "== other ==", "@bob two", "Thread: The beginning of a thread", "@bob three", "five"]
            .iter()
            .map(|part| mail.text.find(part).unwrap_or_else(|| panic!("{part}: {}", mail.text)))
            .collect();
    assert!(order.is_sorted(), "{}", mail.text);
    fixture.assert_nothing_waits().await;
}

/// In Berlin it is 13:00 of a Monday when it is 12:00 in UTC.
#[tokio::test]
async fn summaries_are_sent_in_the_morning_of_the_person() {
    let fixture = Fixture::new().await;
    let zone = json!({"useAutomaticTimezone": "false", "manualTimezone": "Europe/Berlin", "automaticTimezone": ""});
    fixture.bob.put("/users/me/patch", json!({"timezone": zone})).await.ok();
    fixture.prefer("notifications", "email_interval", "86400").await;
    fixture.ann.create_post(&fixture.dev, "@bob in the summary").await;
    fixture.ann.create_post(&fixture.dev, "for everybody").await;
    fixture.run_jobs().await;
    let due_ms = fixture.server.count("SELECT due_at FROM mail_notifications").await;
    let berlin_ms = due_ms + if is_summer(due_ms) { 2 * HOUR_MS } else { HOUR_MS };
    assert_eq!(berlin_ms % (24 * HOUR_MS), 8 * HOUR_MS, "{due_ms}");
    let now_ms = fixture.server.app().services.now().0;
    assert!(due_ms > now_ms && due_ms <= now_ms + 24 * HOUR_MS);
    fixture.server.clock.advance_ms(due_ms - now_ms);
    // Also for who is there.
    let _socket = fixture.bob.subscribe().await;
    fixture.run_jobs().await;
    let mail = fixture.server.mailer.next().await;
    assert_eq!(mail.subject, "Your day: 1 unread message");
    assert!(
        mail.text.contains("in the summary") && mail.text.contains("== Channels with unread messages ==\n\ndev: 2 messages\n"),
        "{}",
        mail.text
    );
    assert!(mail.html.contains("href=\"https://chat.example.com/crew/channels/dev\""));
    fixture.assert_nothing_waits().await;
}

/// The clock of tests starts in a known year, in which summer time is from the end of March to the end of October.
fn is_summer(ms: i64) -> bool {
    let day_of_year = (ms / (24 * HOUR_MS)) % 365;
    (100..290).contains(&(day_of_year - 14).rem_euclid(365))
}

#[tokio::test]
async fn mails_wait_for_the_end_of_quiet_hours() {
    let fixture = Fixture::new().await;
    let minute = |ms: i64| format!("{:02}:{:02}", (ms / HOUR_MS) % 24, (ms / MINUTE_MS) % 60);
    let now_ms = fixture.server.app().services.now().0;
    let hours = format!("{}-{}", minute(now_ms - HOUR_MS), minute(now_ms + 2 * HOUR_MS));
    fixture.prefer("notifications", "email_quiet_hours", &hours).await;
    fixture.ann.create_post(&fixture.dev, "@bob sleeps").await;
    fixture.wait(HOUR_MS).await;
    assert_eq!((fixture.server.count(WAITING).await, fixture.server.mailer.attempts().len()), (1, 0));
    fixture.server.clock.advance_ms(HOUR_MS);
    fixture.run_jobs().await;
    assert!(fixture.server.mailer.next().await.text.contains("@bob sleeps"));
}

async fn one_mail_on(server: TestServer) {
    let fixture = Fixture::on(server).await;
    fixture.ann.create_post(&fixture.dev, "@bob one").await;
    let root = fixture.ann.create_post(&fixture.dev, "@all @bob two").await;
    fixture.reply(&fixture.ann, &root, "three").await;
    let services = &fixture.server.app().services;
    let (one, other) = tokio::join!(services.run_due_jobs(), services.run_due_jobs());
    one.unwrap();
    other.unwrap();
    assert_eq!(fixture.server.count(WAITING).await, 3);
    fixture.server.clock.advance_ms(31 * SECOND_MS);
    let (one, other) = tokio::join!(services.run_due_jobs(), services.run_due_jobs());
    one.unwrap();
    other.unwrap();
    let mail = fixture.server.mailer.next().await;
    assert!(["@bob one", "@all @bob two", "three"].iter().all(|part| mail.text.contains(part)), "{}", mail.text);
    fixture.assert_nothing_waits().await;
}

#[tokio::test]
async fn concurrent_workers_send_one_mail_on_every_database() {
    for dialect in [Dialect::Sqlite, Dialect::Postgres, Dialect::Mysql] {
        if let Some(server) = TestServer::start_on_dialect(dialect).await {
            one_mail_on(server).await;
        }
    }
}
