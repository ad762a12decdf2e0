//! The Model Context Protocol: who is admitted, what the tools answer, and how programs post.

mod admission;
mod posting;
mod tools;

use guildhall_testkit::{TestServer, TestUser};
use serde_json::{Value, json};

use crate::support::mcp::{answer, call};
use crate::support::oauth::{CALLBACK, OAuthClient, Tokens, VERIFIER, param, tokens_of};

const SITE: &str = "https://chat.example.com";

struct World {
    server: TestServer,
    root: TestUser,
    bob: TestUser,
    team: Value,
    channel: Value,
}

impl World {
    /// Bob is in a public channel, Root also in a private one.
    async fn new(posting: &'static str) -> Self {
        let server = TestServer::start_with_settings(|settings| {
            settings.site.url = SITE.to_owned();
            settings.mcp.enabled = true;
            settings.mcp.posting = posting.to_owned();
        })
        .await;
        let (root, bob) = (server.create_user("root").await, server.create_user("bob").await);
        let team = root.create_team("studio").await;
        root.add_to_team(&team, &bob).await;
        let channel = root.create_channel(&team, "reviews", "O").await;
        root.add_to_channel(&channel, &bob).await;
        Self { server, root, bob, team, channel }
    }

    /// Bob through an app that has a token for `resource`.
    async fn app_of_bob(&self, resource: &str) -> TestUser {
        self.bob.with_token(&self.tokens_of_bob(resource).await.access)
    }

    async fn tokens_of_bob(&self, resource: &str) -> Tokens {
        let app = OAuthClient::create(&self.server, &self.root, json!({"name": "Helper"})).await;
        let mut request = app.request();
        request["resource"] = json!(resource);
        let redirect = self.bob.post("//oauth/authorize", request).await.ok()["redirect"].as_str().unwrap().to_owned();
        let exchange = [
            ("grant_type", "authorization_code"),
            ("client_id", app.id.as_str()),
            ("client_secret", app.secret.as_str()),
            ("code", &param(&redirect, "code").unwrap()),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
            ("resource", resource),
        ];
        tokens_of(&app.token_request(&exchange).await)
    }

    async fn told(&self, user: &TestUser, tool: &str, arguments: Value) -> Value {
        answer(call(user, tool, arguments).await)
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}
