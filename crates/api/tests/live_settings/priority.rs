//! The settings of priorities and of notifications that are repeated.

use guildhall_testkit::PASSWORD;
use serde_json::{Value, json};

use super::{Group, World, assert_takes_effect, has_id};

pub(super) const NUMBERS: Group = Group {
    preset: &[],
    rows: &[
        row!("posts.persistent_notifications_for_guests", true, |world| {
            let draft = persistent(&world.guest_channel, &format!("@{}", world.ann.username));
            world.guest.post("/posts", draft).await.status == 201
        }),
        row!("posts.persistent_notification_interval_minutes", 60, |world| {
            let in_an_hour = "SELECT COUNT(*) FROM persistent_notifications n JOIN posts p ON p.id = n.post_id \
                WHERE n.next_at - p.create_at = 3600000";
            let before = world.server.count(in_an_hour).await;
            world.post_persistent(&[&world.bob.username]).await;
            world.server.count(in_an_hour).await > before
        }),
        row!("posts.persistent_notifications_max", 1, |world| {
            world.post_persistent(&[&world.bob.username]).await;
            world.server.clock.advance_ms(61 * 60_000);
            world.server.app().services.run_due_jobs().await.unwrap();
            world.server.count("SELECT COUNT(*) FROM persistent_notifications").await == 0
        }),
        row!("posts.persistent_notification_recipients_max", 1, |world| {
            let status = world.post_persistent(&[&world.new_member().await, &world.bob.username]).await;
            status == 400
        }),
    ],
};

pub(super) const ONCE_ONLY: Group = Group {
    preset: &[],
    rows: &[row!("posts.persistent_notifications", false, |world| world.post_persistent(&[&world.bob.username]).await == 403)],
};

pub(super) const OFF: Group = Group {
    preset: &[],
    rows: &[row!("posts.priority", false, |world| {
        let draft = json!({"channel_id": world.channel["id"], "metadata": {"priority": {"requested_ack": true}}, "message": "x"});
        let rejected = "api.post.post_priority.priority_post_not_allowed_for_user.request_error";
        has_id(&world.ann.post("/posts", draft).await, rejected)
    })],
};

fn persistent(channel: &Value, message: &str) -> Value {
    let priority = json!({"priority": "urgent", "persistent_notifications": true});
    json!({"channel_id": channel["id"], "message": message, "metadata": {"priority": priority}})
}

impl World {
    /// Somebody else in the channel.
    async fn new_member(&self) -> String {
        let (name, team) = (self.name(), self.team["id"].as_str().unwrap());
        let account = json!({"username": name, "email": format!("{name}@b.example"), "password": PASSWORD});
        let zoe = self.root.post("/users", account).await.ok();
        self.ann.post(&format!("/teams/{team}/members"), json!({"team_id": team, "user_id": zoe["id"]})).await.ok();
        let path = format!("/channels/{}/members", self.channel["id"].as_str().unwrap());
        self.ann.post(&path, json!({"user_id": zoe["id"]})).await.ok();
        name
    }

    async fn post_persistent(&self, mentioned: &[&str]) -> u16 {
        let names: String = mentioned.iter().map(|name| format!("@{name} ")).collect();
        self.ann.post("/posts", persistent(&self.channel, &names)).await.status
    }
}

#[tokio::test]
async fn changes_of_numbers_take_effect() {
    assert_takes_effect(&NUMBERS).await;
}

#[tokio::test]
async fn people_are_notified_once_only_when_that_is_chosen() {
    assert_takes_effect(&ONCE_ONLY).await;
}

#[tokio::test]
async fn priorities_are_switched_off() {
    assert_takes_effect(&OFF).await;
}
