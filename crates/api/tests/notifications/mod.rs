//! Notifications by mail: who gets a mail about which message, when, and with which text.

mod batches;
mod bounds;
mod contents;
mod crashes;
mod recipients;
mod unsubscribe;

use guildhall_model::mail::OutgoingMail;
use guildhall_testkit::{TestServer, TestUser};
use serde_json::{Value, json};

const SECOND_MS: i64 = 1_000;
const MINUTE_MS: i64 = 60 * SECOND_MS;
const HOUR_MS: i64 = 60 * MINUTE_MS;
const DELIVERIES: &str = "SELECT COUNT(*) FROM deliveries";
const NEW: &str = "SELECT COUNT(*) FROM post_notifications";
const WAITING: &str = "SELECT COUNT(*) FROM mail_notifications";

/// Ann writes in "dev", where Bob is a member who is not there, and gets his mails at once.
struct Fixture {
    server: TestServer,
    root: TestUser,
    ann: TestUser,
    bob: TestUser,
    team: Value,
    dev: Value,
}

impl Fixture {
    async fn new() -> Self {
        Self::on(TestServer::start().await).await
    }

    async fn on(server: TestServer) -> Self {
        let (root, ann, bob) = (server.create_user("root").await, server.create_user("ann").await, server.create_user("bob").await);
        let team = ann.create_team("crew").await;
        let dev = ann.create_channel(&team, "dev", "O").await;
        ann.add_to_team(&team, &bob).await;
        ann.add_to_channel(&dev, &bob).await;
        root.put("/config/patch", mail_config()).await.ok();
        let fixture = Self { server, root, ann, bob, team, dev };
        for other in [&fixture.root, &fixture.ann] {
            set_notify_prop(other, "email", "false").await;
        }
        fixture.prefer("notifications", "email_interval", "30").await;
        fixture.leave().await;
        fixture
    }

    /// Everybody is away.
    async fn leave(&self) {
        self.server.clock.advance_ms(6 * MINUTE_MS);
        self.server.app().services.statuses().sweep_statuses().await.unwrap();
    }

    /// Of Bob.
    async fn prefer(&self, category: &str, name: &str, value: &str) {
        let preference = json!([{"user_id": self.bob.id, "category": category, "name": name, "value": value}]);
        self.bob.put("/users/me/preferences", preference).await.ok();
    }

    /// Of Bob's account.
    async fn notify(&self, name: &str, value: &str) {
        set_notify_prop(&self.bob, name, value).await;
    }

    /// Of Bob in "dev".
    async fn notify_in_dev(&self, name: &str, value: &str) {
        let path = format!("/channels/{}/members/{}/notify_props", text(&self.dev["id"]), self.bob.id);
        self.bob.put(&path, json!({"channel_id": self.dev["id"], "user_id": self.bob.id, name: value})).await.ok();
    }

    async fn reply(&self, who: &TestUser, root: &Value, message: &str) -> Value {
        who.post("/posts", json!({"channel_id": root["channel_id"], "root_id": root["id"], "message": message})).await.ok()
    }

    async fn direct(&self) -> Value {
        self.ann.post("/channels/direct", json!([self.ann.id, self.bob.id])).await.ok()
    }

    async fn view(&self, who: &TestUser, channel: &Value) {
        let body = json!({"channel_id": channel["id"], "collapsed_threads_supported": true});
        who.post("/channels/members/me/view", body).await.ok();
    }

    /// Also when the job has just run.
    async fn run_jobs(&self) {
        self.server.execute("UPDATE job_schedules SET next_run_at = 0 WHERE type = 'mail_notifications'").await;
        self.server.app().services.run_due_jobs().await.unwrap();
    }

    /// The jobs run, and again after this time.
    async fn wait(&self, ms: i64) {
        self.run_jobs().await;
        self.server.clock.advance_ms(ms);
        self.run_jobs().await;
    }

    async fn mail(&self) -> OutgoingMail {
        self.wait(31 * SECOND_MS).await;
        self.server.mailer.next().await
    }

    async fn assert_mailed(&self, expected: &str) {
        let mail = self.mail().await;
        assert_eq!(mail.to.address, "bob@example.com");
        assert!(mail.text.contains(expected), "{expected}: {}", mail.text);
        self.assert_nothing_waits().await;
    }

    async fn assert_not_mailed(&self) {
        self.wait(31 * SECOND_MS).await;
        self.assert_nothing_waits().await;
    }

    /// No mail was sent that nobody has looked at, and none waits.
    async fn assert_nothing_waits(&self) {
        self.server.until_count(DELIVERIES, 0).await;
        assert_eq!((self.server.count(NEW).await, self.server.count(WAITING).await), (0, 0));
        assert_eq!(self.server.mailer.take_sent(), Vec::<OutgoingMail>::new());
    }
}

async fn set_notify_prop(person: &TestUser, name: &str, value: &str) {
    let mut props = person.get("/users/me").await.ok()["notify_props"].clone();
    props[name] = json!(value);
    person.put("/users/me/patch", json!({"notify_props": props})).await.ok();
}

fn mail_config() -> Value {
    json!({
        "EmailSettings": {"SMTPServer": "smtp.example.com", "FeedbackEmail": "chat@example.com"},
        "ServiceSettings": {"SiteURL": "https://chat.example.com"},
    })
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}
