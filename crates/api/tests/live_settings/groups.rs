//! Settings of groups of people: whether there are any, and how many.

use guildhall_testkit::{TestResponse, TestUser};
use serde_json::json;

use super::{Group, World, assert_takes_effect, has_id};

/// Each check of the number of a person's groups makes one of Bob's; the check of the server's number is made by somebody new.
pub(super) const NUMBERS: Group = Group {
    preset: &[],
    rows: &[
        row!("quotas.groups_per_user", 1, |world| has_id(&world.create_group(&world.bob).await, "api.group.too_many_of_user.app_error")),
        row!("quotas.groups", 2, |world| {
            let newcomer = world.server.create_user(&world.name()).await;
            has_id(&world.create_group(&newcomer).await, "api.group.too_many.app_error")
        }),
    ],
};

pub(super) const OFF: Group = Group {
    preset: &[],
    rows: &[row!("groups.enabled", false, |world| {
        has_id(&world.ann.get("/groups").await, "api.custom_groups.feature_disabled")
            && world.ann.get("/config/client?format=old").await.ok()["EnableCustomGroups"] == "false"
    })],
};

impl World {
    async fn create_group(&self, who: &TestUser) -> TestResponse {
        let group = json!({"name": self.name(), "display_name": "x", "source": "custom", "allow_reference": true, "user_ids": []});
        who.post("/groups", group).await
    }
}

#[tokio::test]
async fn changes_of_the_number_of_groups_take_effect() {
    assert_takes_effect(&NUMBERS).await;
}

#[tokio::test]
async fn groups_can_be_switched_off() {
    assert_takes_effect(&OFF).await;
}
