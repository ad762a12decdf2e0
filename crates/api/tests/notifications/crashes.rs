//! Processes that end between the commit of a message, the working out of its recipients, and the mail.

use guildhall_testkit::TestServer;

use super::{Fixture, NEW, SECOND_MS, WAITING};

impl Fixture {
    async fn restart(self) -> Self {
        let Self { server, root, ann, bob, team, dev } = self;
        let server = server.restart().await;
        let (root, ann, bob) = (server.reconnect(&root), server.reconnect(&ann), server.reconnect(&bob));
        Self { server, root, ann, bob, team, dev }
    }
}

#[tokio::test]
async fn nothing_is_lost_or_doubled_wherever_the_process_ends() {
    let fixture = Fixture::on(TestServer::start_on_disk(|_| {}).await).await;
    fixture.ann.create_post(&fixture.dev, "@bob after the commit").await;
    let fixture = fixture.restart().await;
    assert_eq!((fixture.server.count(NEW).await, fixture.server.count(WAITING).await), (1, 0));
    fixture.run_jobs().await;
    let fixture = fixture.restart().await;
    assert_eq!((fixture.server.count(NEW).await, fixture.server.count(WAITING).await), (0, 1));
    fixture.server.mailer.fail_next(false, "busy");
    fixture.server.clock.advance_ms(31 * SECOND_MS);
    fixture.run_jobs().await;
    fixture.server.until_count("SELECT COUNT(*) FROM deliveries WHERE attempts = 1 AND lease_owner IS NULL", 1).await;
    let id = fixture.server.mailer.attempts()[0].1.message_id.clone();
    let fixture = fixture.restart().await;
    fixture.server.clock.advance_ms(60 * SECOND_MS);
    fixture.server.app().services.make_due_deliveries().await.unwrap();
    let sent = fixture.server.mailer.take_sent();
    assert_eq!(sent.iter().map(|mail| &mail.message_id).collect::<Vec<_>>(), [&id]);
    fixture.run_jobs().await;
    fixture.assert_nothing_waits().await;
}

/// The first of two batches of people was committed, and their mails were even sent.
#[tokio::test]
async fn people_who_were_dealt_with_are_not_dealt_with_again() {
    let fixture = Fixture::new().await;
    let eve = fixture.server.create_user("eve").await;
    fixture.ann.add_to_team(&fixture.team, &eve).await;
    fixture.ann.add_to_channel(&fixture.dev, &eve).await;
    fixture.server.mailer.take_sent();
    fixture.ann.create_post(&fixture.dev, "@bob @eve").await;
    fixture
        .server
        .execute("UPDATE post_notifications SET expanded_until = (SELECT MIN(id) FROM users WHERE username IN ('bob', 'eve'))")
        .await;
    fixture.run_jobs().await;
    assert_eq!(fixture.server.count(WAITING).await, 1);
    let last = "SELECT COUNT(*) FROM mail_notifications WHERE user_id = (SELECT MAX(id) FROM users WHERE username IN ('bob', 'eve'))";
    assert_eq!(fixture.server.count(last).await, 1);
    assert_eq!(fixture.server.count(NEW).await, 0);
}

/// Another worker has taken the job over: nothing of the first one is written any more.
#[tokio::test]
async fn the_job_is_visible_and_created_only_where_there_is_work() {
    let fixture = Fixture::new().await;
    fixture.run_jobs().await;
    let jobs = async || fixture.root.get("/jobs/type/mail_notifications").await.ok().as_array().unwrap().clone();
    assert_eq!(jobs().await.len(), 0);
    fixture.ann.create_post(&fixture.dev, "@bob").await;
    fixture.run_jobs().await;
    let after = jobs().await;
    assert_eq!(after.len(), 1);
    assert_eq!(
        (&after[0]["status"], &after[0]["data"]["messages"], &after[0]["data"]["mails"]),
        (&"success".into(), &"1".into(), &"0".into())
    );
    fixture.server.clock.advance_ms(20 * SECOND_MS);
    fixture.run_jobs().await;
    assert_eq!(jobs().await.len(), 1, "nothing is due");
    fixture.server.clock.advance_ms(11 * SECOND_MS);
    fixture.run_jobs().await;
    assert_eq!(jobs().await[0]["data"]["mails"], "1");
    fixture.server.mailer.next().await;
    fixture.assert_nothing_waits().await;
}
