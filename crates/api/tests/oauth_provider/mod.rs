//! The OAuth provider: authorizing apps, their tokens, and what these may do.

mod authorize;
mod ends;
mod register;
mod tokens;

use guildhall_testkit::{TestServer, TestUser};
use serde_json::{Value, json};

use crate::support::oauth::OAuthClient;

pub const PERMISSIONS: &str = "api.context.permissions.app_error";
pub const EXPIRED: &str = "api.context.session_expired.app_error";
pub const MINUTE_MS: i64 = 60 * 1_000;
pub const DAY_MS: i64 = 24 * 60 * MINUTE_MS;

pub struct World {
    pub server: TestServer,
    pub root: TestUser,
    pub bob: TestUser,
    pub app: OAuthClient,
}

impl World {
    pub async fn new(changes: Value) -> Self {
        let server = TestServer::start_with_settings(|settings| settings.site.url = "https://chat.example.com".to_owned()).await;
        let (root, bob) = (server.create_user("root").await, server.create_user("bob").await);
        let app = OAuthClient::create(&server, &root, changes).await;
        Self { server, root, bob, app }
    }

    pub async fn sweep(&self) {
        self.server.local_administrator().post("/jobs", json!({"type": "expired_sessions"})).await.ok();
        self.server.app().services.run_due_jobs().await.unwrap();
    }
}
