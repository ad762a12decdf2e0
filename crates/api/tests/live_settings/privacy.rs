//! Settings of privacy: who exports what is stored about them, and for how long an export is kept.

use guildhall_testkit::TestResponse;
use serde_json::json;

use super::{Group, World, assert_takes_effect, has_id};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

pub(super) const EXPORTS: Group = Group {
    preset: &[],
    rows: &[
        row!("privacy.own_exports", false, |world| {
            has_id(&world.export(true).await, "api.data_export.disabled.app_error")
                && world.ann.get("/config/client?format=old").await.ok()["EnableDataExports"] == "false"
        }),
        row!("privacy.export_days", 3, |world| {
            let export = world.export(false).await.ok();
            export["expires_at"].as_i64().unwrap() - export["create_at"].as_i64().unwrap() == 3 * DAY_MS
        }),
        row!("privacy.permanent_deletion", true, |world| {
            let newcomer = world.server.create_user(&world.name()).await;
            world.root.delete(&format!("/users/{}?permanent=true", newcomer.id)).await.status == 200
        }),
    ],
};

impl World {
    /// Of somebody new, who asks for it or for whom an administrator does.
    async fn export(&self, is_own: bool) -> TestResponse {
        let newcomer = self.server.create_user(&self.name()).await;
        let who = if is_own { &newcomer } else { &self.root };
        who.post(&format!("/users/{}/data_exports", newcomer.id), json!({})).await
    }
}

#[tokio::test]
async fn changes_of_privacy_take_effect() {
    assert_takes_effect(&EXPORTS).await;
}
