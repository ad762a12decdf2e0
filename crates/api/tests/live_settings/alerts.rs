//! The setting that says where administrators are told of alerts.

use guildhall_model::finding::Severity;

use super::{Group, World};
use serde_json::json;

/// As a new value: the id of the world's channel.
pub(super) const WORLD_CHANNEL: &str = "{channel}";

pub(super) const CHANNEL: Group =
    Group { preset: &[], rows: &[row!("alerts.channel_id", WORLD_CHANNEL, |world| world.is_told_in_channel().await)] };

#[tokio::test]
async fn a_change_of_the_channel_for_alerts_takes_effect() {
    super::assert_takes_effect(&CHANNEL).await;
}

impl World {
    /// Whether something new is told in the world's channel.
    async fn is_told_in_channel(&self) -> bool {
        let path = format!("/channels/{}/posts", self.channel["id"].as_str().unwrap());
        let count = async || self.ann.get(&path).await.ok()["posts"].to_string().matches("**Critical**").count();
        self.server.examiner.find_about("test.critical", Severity::Critical, &self.name());
        let before = count().await;
        self.server.app().services.findings().examine(false).await.unwrap();
        self.server.app().services.run_due_jobs().await.unwrap();
        count().await > before
    }
}
