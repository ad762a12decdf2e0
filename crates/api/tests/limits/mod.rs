//! Limits of single people, roles, channels and teams, and how often messages are sent.

mod files;
mod posts;
mod targets;

use guildhall_testkit::{TestResponse, TestServer, TestUser};
use serde_json::{Value, json};

use crate::quotas::{begin_upload, id, upload};

struct World {
    server: TestServer,
    root: TestUser,
    ann: TestUser,
    bob: TestUser,
    team: Value,
    dev: Value,
    ops: Value,
}

impl World {
    /// Messages are limited, requests are not.
    async fn new() -> Self {
        let settings = |settings: &mut guildhall_model::settings::Settings| {
            settings.limits.enabled = true;
            (settings.limits.requests_per_second, settings.limits.requests_burst) = (1_000_000, 1_000_000);
        };
        Self::on(TestServer::start_with_settings(settings).await).await
    }

    async fn on(server: TestServer) -> Self {
        let (root, ann, bob) = (server.create_user("root").await, server.create_user("ann").await, server.create_user("bob").await);
        let team = ann.create_team("crew").await;
        let (dev, ops) = (ann.create_channel(&team, "dev", "O").await, ann.create_channel(&team, "ops", "P").await);
        for person in [&root, &bob] {
            ann.add_to_team(&team, person).await;
            ann.add_to_channel(&dev, person).await;
            ann.add_to_channel(&ops, person).await;
        }
        Self { server, root, ann, bob, team, dev, ops }
    }

    async fn limit(&self, scope: &str, id: &str, limits: Value) {
        self.root.put(&format!("/limits/{scope}/{id}"), limits).await.ok();
    }

    /// Sets settings by their names in Mattermost's configuration.
    async fn set(&self, section: &str, values: Value) {
        self.root.put("/config/patch", json!({section: values})).await.ok();
    }

    /// A guest in the team and in `dev`.
    async fn guest(&self, name: &str) -> TestUser {
        let mut guest = self.server.create_user(name).await;
        self.ann.add_to_team(&self.team, &guest).await;
        self.root.put(&format!("/users/{}/roles", guest.id), json!({"roles": "system_guest"})).await.ok();
        guest.log_in().await;
        self.ann.add_to_channel(&self.dev, &guest).await;
        guest
    }

    async fn role(&self, name: &str) -> String {
        id(&self.root.get(&format!("/roles/name/{name}")).await.ok()).to_owned()
    }
}

async fn send(who: &TestUser, channel: &Value) -> TestResponse {
    who.post("/posts", json!({"channel_id": channel["id"], "message": "hello"})).await
}
