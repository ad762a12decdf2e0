//! The setting of the end of projects.

use serde_json::json;

use super::{Group, World, assert_takes_effect};

pub(super) const END: Group =
    Group { preset: &[], rows: &[row!("guests.end_with_project", true, |world| world.archived_project_ends_guest().await)] };

impl World {
    async fn archived_project_ends_guest(&self) -> bool {
        let (name, team) = (self.name(), self.team["id"].as_str().unwrap());
        let template = json!({"name": name, "channels": [{"display_name": "{project}"}]});
        let template = self.ann.post(&format!("/teams/{team}/channel_templates"), template).await.ok();
        let path = format!("/channel_templates/{}/channels", template["id"].as_str().unwrap());
        let project = self.ann.post(&path, json!({"project": name})).await.ok()["project"].clone();
        let guest = self.create_account(json!({})).await.ok();
        self.root.post(&format!("/users/{}/demote", guest["id"].as_str().unwrap()), json!({})).await.ok();
        let member = json!({"team_id": team, "user_id": guest["id"]});
        self.ann.post(&format!("/teams/{team}/members"), member).await.ok();
        let channel = project["channels"][0]["id"].as_str().unwrap();
        self.ann.post(&format!("/channels/{channel}/members"), json!({"user_id": guest["id"]})).await.ok();
        self.ann.delete(&format!("/projects/{}", project["id"].as_str().unwrap())).await.ok();
        // Before or after the job has done it.
        let account = self.root.get(&format!("/users/{}", guest["id"].as_str().unwrap())).await.ok();
        let expiry = self.root.get(&format!("/users/{}/guest_expiry", guest["id"].as_str().unwrap())).await.ok();
        expiry["expires_at"] != 0 || account["delete_at"] != 0
    }
}

#[tokio::test]
async fn the_end_of_guests_with_their_project_takes_effect() {
    assert_takes_effect(&END).await;
}
