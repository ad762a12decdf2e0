//! Settings of messages: drafts, scheduled messages and emoji, which can be switched off.

use serde_json::json;

use super::{Group, assert_takes_effect, has_id};

pub(super) const SWITCHES: Group = Group {
    preset: &[],
    rows: &[
        row!("posts.drafts", false, |world| {
            let draft = json!({"channel_id": world.channel["id"], "message": "unfinished"});
            has_id(&world.ann.post("/drafts", draft).await, "api.drafts.disabled.app_error")
        }),
        row!("posts.scheduled", false, |world| {
            let post = json!({"channel_id": world.channel["id"], "message": "later", "scheduled_at": 1_900_000_000_000_i64});
            has_id(&world.ann.post("/posts/schedule", post).await, "api.scheduled_posts.feature_disabled")
        }),
        row!("posts.custom_emoji", false, |world| {
            let described = json!({"name": world.name(), "creator_id": world.root.id}).to_string();
            let image = include_bytes!("../support/dot.png");
            let parts = [("image", Some("e.png"), &image[..]), ("emoji", None, described.as_bytes())];
            world.root.upload("/emoji", &parts).await.status == 501
        }),
    ],
};

#[tokio::test]
async fn drafts_scheduled_messages_and_emoji_can_be_switched_off() {
    assert_takes_effect(&SWITCHES).await;
}
