//! Settings of the OAuth provider: apps that register themselves, and how long tokens last.

use serde_json::json;

use super::{Group, World, assert_takes_effect};
use crate::support::oauth::{CALLBACK, OAuthClient};

pub(super) const REGISTRATION: Group = Group {
    preset: &[],
    rows: &[
        row!("integrations.oauth_registration", true, |world| world.register_app().await != 501),
        row!("quotas.registered_oauth_apps", 1, |world| {
            world.register_app().await;
            world.register_app().await == 429
        }),
        row!("sessions.oauth_hours", 5, |world| {
            let app = OAuthClient::create(&world.server, &world.root, json!({})).await;
            app.tokens(&world.ann).await.answer["expires_in"] == 5 * 60 * 60
        }),
    ],
};

pub(super) const OFF: Group = Group {
    preset: &[],
    rows: &[row!("integrations.oauth_provider", false, |world| {
        let app =
            json!({"name": world.name(), "description": "x", "homepage": "https://a.example", "callback_urls": ["https://a.example"]});
        world.root.post("/oauth/apps", app).await.status == 501
    })],
};

impl World {
    async fn register_app(&self) -> u16 {
        self.server.anonymous().post("/oauth/apps/register", json!({"redirect_uris": [CALLBACK]})).await.status
    }
}

#[tokio::test]
async fn changes_of_the_oauth_provider_take_effect() {
    assert_takes_effect(&REGISTRATION).await;
    assert_takes_effect(&OFF).await;
}
