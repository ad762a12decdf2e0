//! The settings of quotas.

use guildhall_testkit::{TestResponse, TestUser};
use serde_json::{Value, json};

use super::{Group, World, assert_takes_effect, has_id};

pub(super) const DISK: Group =
    Group { preset: &[], rows: &[row!("files.free_space_reserve_bytes", 1_i64 << 60, |world| world.upload(1).await.status == 507)] };

/// Who uploads is checked before where: each check passes the quotas of those before it.
pub(super) const BYTES: Group = Group {
    preset: &[],
    rows: &[
        row!("quotas.user_bytes", 100, |world| is_full(&world.begin_upload_somewhere(200).await, "user")),
        row!("quotas.guest_bytes", 50, |world| is_full(&World::begin_upload(&world.guest, &world.guest_channel, 60).await, "user")),
        row!("quotas.channel_bytes", 20, |world| is_full(&world.begin_upload_somewhere(30).await, "channel")),
    ],
};

/// Of what has been stored before the change.
pub(super) const SUMS: Group = Group {
    preset: &[],
    rows: &[
        row!("quotas.team_bytes", 1, |world| is_full(&world.upload_somewhere(10).await, "team")),
        row!("quotas.server_bytes", 1, |world| is_full(&world.upload_to_someone(10).await, "server")),
    ],
};

pub(super) const FILES: Group = Group {
    preset: &[],
    rows: &[
        row!("quotas.user_files", 1, |world| is_full(&world.upload(1).await, "user")),
        row!("quotas.guest_files", 1, |world| is_full(&World::upload_as(&world.guest, &world.guest_channel, 1).await, "user")),
        row!("quotas.channel_files", 1, |world| is_full(&world.newcomer_upload(&world.channel, 1).await, "channel")),
        row!("quotas.team_files", 1, |world| is_full(&world.upload_somewhere(1).await, "team")),
        row!("quotas.server_files", 1, |world| is_full(&world.upload_to_someone(1).await, "server")),
    ],
};

/// The checks that pass before the change have made one or two of each already.
pub(super) const OBJECTS: Group = Group {
    preset: &[],
    rows: &[
        row!("quotas.uploads_per_user", 1, |world| {
            let upload = json!({"channel_id": world.channel["id"], "filename": "big.bin", "file_size": 9});
            world.bob.post("/uploads", upload).await.status == 400
        }),
        row!("quotas.preferences_per_user", 1, |world| {
            let preference = json!([{"user_id": world.bob.id, "category": "mine", "name": world.name(), "value": "x"}]);
            world.bob.put("/users/me/preferences", preference).await.status == 400
        }),
        row!("quotas.emoji_per_user", 1, |world| {
            has_id(&world.create_emoji(&world.bob).await, "api.emoji.create.too_many_of_user.app_error")
        }),
        row!("quotas.emoji", 2, |world| has_id(
            &world.create_emoji(&world.server.create_user(&world.name()).await).await,
            "api.emoji.create.too_many.app_error"
        )),
        row!("quotas.teams_per_user", 2, |world| {
            let team = json!({"name": world.name(), "display_name": "x", "type": "O"});
            world.ann.post("/teams", team).await.status == 400
        }),
        row!("quotas.channels_per_user", 2, |world| {
            let channel = json!({"team_id": world.team["id"], "name": world.name(), "display_name": "x", "type": "O"});
            world.ann.post("/channels", channel).await.status == 400
        }),
        row!("quotas.group_channels_per_user", 1, |world| {
            let other = world.create_account(json!({})).await.ok();
            world.ann.post("/channels/group", json!([world.bob.id, other["id"]])).await.status == 400
        }),
        row!("quotas.webhooks_per_user", 2, |world| {
            world.ann.post("/hooks/incoming", json!({"channel_id": world.channel["id"]})).await.status == 400
        }),
        row!("quotas.commands_per_user", 3, |world| {
            let command = json!({"team_id": world.team["id"], "trigger": world.name(), "method": "P", "url": "https://a.example"});
            world.ann.post("/commands", command).await.status == 400
        }),
        row!("quotas.bots_per_user", 1, |world| world.root.post("/bots", json!({"username": world.name()})).await.status == 400),
        row!("quotas.oauth_apps_per_user", 1, |world| {
            let app =
                json!({"name": world.name(), "description": "x", "homepage": "https://a.example", "callback_urls": ["https://a.example"]});
            world.root.post("/oauth/apps", app).await.status == 400
        }),
    ],
};

/// Whether the quota of such a holder is the reason.
fn is_full(answer: &TestResponse, holder: &str) -> bool {
    has_id(answer, &format!("api.file.upload_file.{holder}_quota.app_error"))
}

#[tokio::test]
async fn changes_of_the_quotas_in_bytes_take_effect() {
    assert_takes_effect(&BYTES).await;
}

#[tokio::test]
async fn changes_of_the_quotas_of_sums_take_effect() {
    assert_takes_effect(&SUMS).await;
}

#[tokio::test]
async fn changes_of_the_quotas_in_files_take_effect() {
    assert_takes_effect(&FILES).await;
}

#[tokio::test]
async fn changes_of_the_quotas_of_objects_take_effect() {
    assert_takes_effect(&OBJECTS).await;
}

impl World {
    pub(super) async fn upload_as(who: &TestUser, channel: &Value, size_bytes: usize) -> TestResponse {
        let path = format!("/files?channel_id={}", channel["id"].as_str().unwrap());
        who.upload(&path, &[("files", Some("a.txt"), &vec![b'a'; size_bytes])]).await
    }

    async fn begin_upload(who: &TestUser, channel: &Value, size_bytes: usize) -> TestResponse {
        who.post("/uploads", json!({"channel_id": channel["id"], "filename": "big.bin", "file_size": size_bytes})).await
    }

    /// By somebody who has stored nothing yet, to a channel with nothing in it.
    async fn begin_upload_somewhere(&self, size_bytes: usize) -> TestResponse {
        let newcomer = self.server.create_user(&self.name()).await;
        let channel = newcomer.post("/channels/direct", json!([newcomer.id, self.bob.id])).await.ok();
        Self::begin_upload(&newcomer, &channel, size_bytes).await
    }

    /// By somebody who has stored nothing yet.
    async fn newcomer_upload(&self, channel: &Value, size_bytes: usize) -> TestResponse {
        let newcomer = self.server.create_user(&self.name()).await;
        self.ann.add_to_team(&self.team, &newcomer).await;
        self.ann.add_to_channel(channel, &newcomer).await;
        Self::upload_as(&newcomer, channel, size_bytes).await
    }

    /// The same to a channel with nothing in it.
    async fn upload_somewhere(&self, size_bytes: usize) -> TestResponse {
        let channel = self.ann.create_channel(&self.team, &self.name(), "O").await;
        self.newcomer_upload(&channel, size_bytes).await
    }

    /// The same to a direct channel, which is in no team.
    async fn upload_to_someone(&self, size_bytes: usize) -> TestResponse {
        let newcomer = self.server.create_user(&self.name()).await;
        let channel = newcomer.post("/channels/direct", json!([newcomer.id, self.bob.id])).await.ok();
        Self::upload_as(&newcomer, &channel, size_bytes).await
    }

    async fn create_emoji(&self, who: &TestUser) -> TestResponse {
        let described = json!({"name": self.name(), "creator_id": who.id}).to_string();
        let image = include_bytes!("../support/dot.png");
        who.upload("/emoji", &[("image", Some("e.png"), &image[..]), ("emoji", None, described.as_bytes())]).await
    }
}
