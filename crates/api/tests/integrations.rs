//! Who acts for whom: webhooks, slash commands and bots act as their owners, and only while the owners may have them.

use crate::support::StubServer;
use guildhall_testkit::{TestResponse, TestServer, TestUser};
use serde_json::{Value, json};

const FORBIDDEN: &str = "api.context.permissions.app_error";
const HOOK_FORBIDDEN: &str = "web.incoming_webhook.permissions.app_error";
const HOOK_LOCKED: &str = "web.incoming_webhook.channel_locked.app_error";

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

struct Fixture {
    server: TestServer,
    /// The system administrator, in no team.
    root: TestUser,
    /// The administrator of the team.
    ann: TestUser,
    bob: TestUser,
    carol: TestUser,
    team: Value,
    channel: Value,
}

async fn fixture() -> Fixture {
    let server = TestServer::start_with_settings(|settings| {
        settings.integrations.allowed_addresses = "127.0.0.1".to_owned();
        settings.site.url = "https://chat.example.com".to_owned();
    })
    .await;
    let root = server.create_user("root").await;
    let (ann, bob, carol) = (server.create_user("ann").await, server.create_user("bob").await, server.create_user("carol").await);
    let team = ann.create_team("builders").await;
    ann.add_to_team(&team, &bob).await;
    ann.add_to_team(&team, &carol).await;
    let channel = ann.create_channel(&team, "builds", "O").await;
    ann.add_to_channel(&channel, &carol).await;
    Fixture { server, root, ann, bob, carol, team, channel }
}

impl Fixture {
    async fn incoming(&self, creator: &TestUser, more: Value) -> TestResponse {
        let mut hook = json!({"channel_id": self.channel["id"], "display_name": "CI"});
        hook.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        creator.post("/hooks/incoming", hook).await
    }

    async fn outgoing(&self, creator: &TestUser, url: &str) -> Value {
        let hook = json!({
            "team_id": self.team["id"], "channel_id": self.channel["id"], "display_name": "out", "trigger_words": ["zap"], "callback_urls": [url],
        });
        creator.post("/hooks/outgoing", hook).await.ok()
    }

    async fn command(&self, creator: &TestUser, trigger: &str, url: &str) -> Value {
        creator.post("/commands", json!({"team_id": self.team["id"], "trigger": trigger, "method": "P", "url": url})).await.ok()
    }

    async fn send(&self, hook: &Value, message: Value) -> TestResponse {
        self.server.anonymous().post(&format!("//hooks/{}", id(hook)), message).await
    }

    async fn execute(&self, person: &TestUser, command: &str) -> TestResponse {
        let request = json!({"channel_id": self.channel["id"], "team_id": self.team["id"], "command": command});
        person.post("/commands/execute", request).await
    }

    async fn messages(&self, reader: &TestUser, channel: &str) -> Vec<String> {
        let list = reader.get(&format!("/channels/{channel}/posts")).await.ok();
        let posts = list["order"].as_array().unwrap().iter().map(|id| &list["posts"][id.as_str().unwrap()]);
        posts.map(|post| post["message"].as_str().unwrap().to_owned()).collect()
    }

    async fn direct(&self, one: &TestUser, other: &TestUser) -> Value {
        one.post("/channels/direct", json!([one.id, other.id])).await.ok()
    }

    /// Changes what somebody may do in the team.
    async fn set_team_admin(&self, person: &TestUser, is_admin: bool) {
        let path = format!("/teams/{}/members/{}/schemeRoles", id(&self.team), person.id);
        self.root.put(&path, json!({"scheme_user": true, "scheme_admin": is_admin})).await.ok();
    }

    async fn queue_is_empty(&self) {
        self.server.until_count("SELECT COUNT(*) FROM deliveries", 0).await;
    }

    async fn end(&self, end: End) {
        let ann = self.ann.id;
        match end {
            End::Deactivated => drop(self.root.delete(&format!("/users/{ann}")).await.ok()),
            End::Removed => drop(self.root.delete(&format!("/teams/{}/members/{ann}", id(&self.team))).await.ok()),
            End::Demoted => self.set_team_admin(&self.ann, false).await,
            End::Guest => drop(self.root.put(&format!("/users/{ann}/roles"), json!({"roles": "system_guest"})).await.ok()),
        }
    }

    async fn undo(&self, end: End) {
        let ann = self.ann.id;
        match end {
            End::Deactivated => drop(self.root.put(&format!("/users/{ann}/active"), json!({"active": true})).await.ok()),
            End::Removed => self.root.add_to_team(&self.team, &self.ann).await,
            End::Demoted => {}
            End::Guest => drop(self.root.put(&format!("/users/{ann}/roles"), json!({"roles": "system_user"})).await.ok()),
        }
        self.set_team_admin(&self.ann, true).await;
    }
}

/// How an owner loses the right to have integrations.
#[derive(Debug, Clone, Copy)]
enum End {
    Deactivated,
    Removed,
    Demoted,
    Guest,
}

const ENDS: [End; 4] = [End::Deactivated, End::Removed, End::Demoted, End::Guest];

#[tokio::test]
async fn integrations_stop_with_the_rights_of_their_owner_and_go_on_with_them() {
    for end in ENDS {
        let fixture = fixture().await;
        let mut stub = StubServer::responding_with(200, "application/json", r#"{"text": "done", "response_type": "in_channel"}"#).await;
        let hook = fixture.incoming(&fixture.ann, json!({})).await.ok();
        let outgoing = fixture.outgoing(&fixture.ann, &stub.url).await;
        let command = fixture.command(&fixture.ann, "deploy", &stub.url).await;
        assert_eq!(fixture.send(&hook, json!({"text": "before"})).await.status, 200);
        fixture.execute(&fixture.carol, "/deploy").await.ok();
        stub.next().await;

        fixture.end(end).await;
        fixture.send(&hook, json!({"text": "after"})).await.assert_error(403, HOOK_FORBIDDEN);
        fixture.execute(&fixture.carol, "/deploy").await.assert_error(400, "api.command.execute_command.owner.app_error");
        fixture.carol.create_post(&fixture.channel, "zap").await;
        fixture.queue_is_empty().await;
        assert!(stub.has_no_request(), "{end:?}");
        assert!(!fixture.messages(&fixture.carol, id(&fixture.channel)).await.contains(&"after".to_owned()));
        // Those who manage them see why.
        let paths =
            [format!("/hooks/incoming/{}", id(&hook)), format!("/hooks/outgoing/{}", id(&outgoing)), format!("/commands/{}", id(&command))];
        fixture.server.until_count("SELECT COUNT(*) FROM outgoing_webhooks WHERE last_error_at > 0", 1).await;
        for path in &paths {
            let reason = fixture.root.get(path).await.ok()["last_error"].as_str().unwrap_or_default().to_owned();
            assert!(reason.len() > 10, "{end:?} {path}: {reason:?}");
        }

        fixture.undo(end).await;
        assert_eq!(fixture.send(&hook, json!({"text": "again"})).await.status, 200, "{end:?}");
        fixture.execute(&fixture.carol, "/deploy").await.ok();
        stub.next().await;
        fixture.carol.create_post(&fixture.channel, "zap").await;
        stub.next().await;
        fixture.server.until_count("SELECT COUNT(*) FROM outgoing_webhooks WHERE last_error_at > 0", 0).await;
        for path in &paths {
            assert!(fixture.root.get(path).await.ok()["last_error"].is_null(), "{end:?} {path}");
        }
    }
}

#[tokio::test]
async fn the_answer_of_an_outgoing_webhook_is_not_posted_for_somebody_who_left() {
    let fixture = fixture().await;
    let stub = StubServer::responding_in_turn(&[(500, "{}"), (200, r#"{"text": "too late"}"#)]).await;
    fixture.outgoing(&fixture.ann, &stub.url).await;
    fixture.carol.create_post(&fixture.channel, "zap").await;
    fixture.server.until_count("SELECT COUNT(*) FROM deliveries WHERE lease_owner IS NULL AND attempts = 1", 1).await;
    fixture.end(End::Removed).await;
    fixture.server.clock.advance_ms(60_000);
    fixture.server.app().services.make_due_deliveries().await.unwrap();
    fixture.queue_is_empty().await;
    assert!(!fixture.messages(&fixture.carol, id(&fixture.channel)).await.contains(&"too late".to_owned()));
}

#[tokio::test]
async fn a_reply_of_an_integration_is_unread_for_its_owner_who_need_not_be_a_member() {
    let fixture = fixture().await;
    let stub = StubServer::responding_with(200, "application/json", r#"{"text": "answer", "response_type": "comment"}"#).await;
    fixture.outgoing(&fixture.ann, &stub.url).await;
    fixture.carol.create_post(&fixture.channel, "zap").await;
    fixture.queue_is_empty().await;
    let channel = id(&fixture.channel);
    let unread = fixture.ann.get(&format!("/users/me/channels/{channel}/unread")).await.ok();
    assert_eq!((&unread["msg_count"], &unread["msg_count_root"]), (&json!(2), &json!(1)));

    fixture.ann.delete(&format!("/channels/{channel}/members/{}", fixture.ann.id)).await.ok();
    fixture.carol.create_post(&fixture.channel, "zap").await;
    fixture.queue_is_empty().await;
    assert_eq!(fixture.messages(&fixture.carol, channel).await.iter().filter(|message| *message == "answer").count(), 2);
}

#[tokio::test]
async fn a_webhook_for_somebody_else_needs_a_right_and_stays_in_its_channel() {
    let fixture = fixture().await;
    let (ann, bob, carol) = (&fixture.ann, &fixture.bob, &fixture.carol);
    fixture.incoming(bob, json!({"user_id": carol.id})).await.assert_error(403, FORBIDDEN);
    // Team administrators do not act for administrators of the server.
    fixture.incoming(ann, json!({"user_id": fixture.root.id})).await.assert_error(403, FORBIDDEN);
    let outgoing = json!({
        "team_id": fixture.team["id"], "channel_id": fixture.channel["id"], "trigger_words": ["x"], "callback_urls": ["https://ci.example"],
        "display_name": "o", "creator_id": fixture.root.id,
    });
    ann.post("/hooks/outgoing", outgoing).await.assert_error(403, FORBIDDEN);
    let stranger = fixture.server.create_user("stranger").await;
    fixture.incoming(ann, json!({"user_id": stranger.id})).await.assert_error(400, "api.context.invalid_body_param.app_error");

    let hook = fixture.incoming(ann, json!({"user_id": bob.id, "channel_locked": false})).await.ok();
    assert_eq!((&hook["channel_locked"], &hook["user_id"]), (&json!(true), &json!(bob.id)));
    let direct = fixture.direct(bob, carol).await;
    let elsewhere = ann.create_channel(&fixture.team, "elsewhere", "O").await;
    for channel in ["@carol", "elsewhere", "#elsewhere", "town-square"] {
        fixture.send(&hook, json!({"text": "forged", "channel": channel})).await.assert_error(403, HOOK_LOCKED);
    }
    let mut unlocked = hook.clone();
    unlocked["channel_locked"] = json!(false);
    assert_eq!(ann.put(&format!("/hooks/incoming/{}", id(&hook)), unlocked).await.ok()["channel_locked"], true);
    fixture.send(&hook, json!({"text": "forged", "channel": "@carol"})).await.assert_error(403, HOOK_LOCKED);
    assert_eq!(fixture.send(&hook, json!({"text": "well"})).await.status, 200);
    assert!(fixture.messages(carol, id(&direct)).await.is_empty());
    assert!(!fixture.messages(ann, id(&elsewhere)).await.contains(&"forged".to_owned()));

    // It depends on its creator, too.
    fixture.end(End::Demoted).await;
    fixture.send(&hook, json!({"text": "x"})).await.assert_error(403, HOOK_FORBIDDEN);
    fixture.undo(End::Demoted).await;
    assert_eq!(fixture.send(&hook, json!({"text": "x"})).await.status, 200);
    fixture.root.delete(&format!("/users/{}", bob.id)).await.ok();
    fixture.send(&hook, json!({"text": "x"})).await.assert_error(403, HOOK_FORBIDDEN);
}

#[tokio::test]
async fn a_webhook_that_somebody_else_changes_is_locked() {
    let fixture = fixture().await;
    let hook = fixture.incoming(&fixture.ann, json!({})).await.ok();
    let path = format!("/hooks/incoming/{}", id(&hook));
    let own = fixture.ann.put(&path, hook.clone()).await.ok();
    assert_eq!(own["channel_locked"], false);
    assert_eq!(fixture.root.put(&path, hook.clone()).await.ok()["channel_locked"], true);
    // Webhooks of administrators are hidden from lesser managers: their ids authorize posting in the administrator's name.
    let roots = fixture.incoming(&fixture.root, json!({})).await.ok();
    let path = format!("/hooks/incoming/{}", id(&roots));
    fixture.ann.get(&path).await.assert_error(403, FORBIDDEN);
    fixture.ann.put(&path, roots.clone()).await.assert_error(403, FORBIDDEN);
    fixture.ann.delete(&path).await.assert_error(403, FORBIDDEN);
}

#[tokio::test]
async fn a_message_goes_only_where_the_owner_may_post_now() {
    let fixture = fixture().await;
    let (ann, bob, carol) = (&fixture.ann, &fixture.bob, &fixture.carol);
    let hook = fixture.incoming(ann, json!({})).await.ok();
    let private = bob.create_channel(&fixture.team, "bobs", "P").await;
    let own = ann.create_channel(&fixture.team, "anns", "P").await;
    let open = bob.create_channel(&fixture.team, "open", "O").await;
    let foreign_direct = fixture.direct(bob, carol).await;
    let group = bob.post("/channels/group", json!([bob.id, carol.id, fixture.root.id])).await.ok();
    let other_team = bob.create_team("others").await;
    bob.create_channel(&other_team, "others-open", "O").await;

    assert_eq!(fixture.send(&hook, json!({"text": "to open", "channel": "#open"})).await.status, 200);
    assert_eq!(fixture.messages(bob, id(&open)).await[0], "to open");
    assert_eq!(fixture.send(&hook, json!({"text": "to own", "channel": "anns"})).await.status, 200);
    assert_eq!(fixture.send(&hook, json!({"text": "to carol", "channel": "@carol"})).await.status, 200);
    let direct = fixture.direct(ann, carol).await;
    assert_eq!(fixture.messages(carol, id(&direct)).await, ["to carol"]);
    fixture.send(&hook, json!({"text": "forged", "channel": "bobs"})).await.assert_error(403, HOOK_FORBIDDEN);
    for name in ["others-open", foreign_direct["name"].as_str().unwrap(), group["name"].as_str().unwrap(), id(&foreign_direct)] {
        let answer = fixture.send(&hook, json!({"text": "forged", "channel": name})).await;
        answer.assert_error(404, "web.incoming_webhook.channel.app_error");
    }
    for channel in [&private, &foreign_direct, &group] {
        assert!(!fixture.messages(bob, id(channel)).await.contains(&"forged".to_owned()));
    }
    ann.delete(&format!("/channels/{}", id(&own))).await.ok();
    assert_eq!(fixture.send(&hook, json!({"text": "x", "channel": "anns"})).await.status, 400);
    ann.delete(&format!("/channels/{}", id(&open))).await;

    // An administrator's webhook does not open private channels that the administrator is not in, either.
    let roots = fixture.incoming(&fixture.root, json!({})).await.ok();
    fixture.send(&roots, json!({"text": "forged", "channel": "bobs"})).await.assert_error(403, HOOK_FORBIDDEN);
    assert_eq!(fixture.send(&roots, json!({"text": "from root", "channel": "town-square"})).await.status, 200);
}

#[tokio::test]
async fn lists_count_only_the_webhooks_that_they_show() {
    let fixture = fixture().await;
    let hidden = fixture.bob.create_channel(&fixture.team, "bobs", "P").await;
    fixture.incoming(&fixture.root, json!({"channel_id": hidden["id"], "user_id": fixture.bob.id})).await.ok();
    fixture.incoming(&fixture.root, json!({})).await.ok();
    for n in 0..3 {
        fixture.incoming(&fixture.ann, json!({"display_name": format!("own {n}")})).await.ok();
    }
    fixture.incoming(&fixture.root, json!({"channel_id": hidden["id"], "user_id": fixture.bob.id})).await.ok();
    let list = async |person: &TestUser, query: &str| {
        let path = format!("/hooks/incoming?team_id={}&include_total_count=true&{query}", id(&fixture.team));
        let list = person.get(&path).await.ok();
        (list["incoming_webhooks"].as_array().unwrap().len(), list["total_count"].as_i64().unwrap())
    };
    assert_eq!(list(&fixture.ann, "page=0&per_page=2").await, (2, 3));
    assert_eq!(list(&fixture.ann, "page=1&per_page=2").await, (1, 3));
    assert_eq!(list(&fixture.root, "page=0&per_page=10").await, (6, 6));
}

#[tokio::test]
async fn a_command_redirects_neither_clients_nor_posts() {
    let fixture = fixture().await;
    let direct = fixture.direct(&fixture.carol, &fixture.bob).await;
    let private = fixture.carol.create_channel(&fixture.team, "carols", "P").await;
    let open = fixture.carol.create_channel(&fixture.team, "open", "O").await;
    let answers = [
        (json!({"text": "x", "goto_location": "javascript:alert(1)"}), Some("")),
        (json!({"text": "x", "goto_location": "//evil.example"}), Some("")),
        (json!({"text": "x", "goto_location": "data:text/html,x"}), Some("")),
        (json!({"text": "x", "goto_location": "/builders/channels/open"}), Some("/builders/channels/open")),
        (json!({"text": "x", "goto_location": "https://ci.example/7"}), Some("https://ci.example/7")),
        (json!({"text": "forged", "response_type": "in_channel", "channel_id": direct["id"]}), None),
        (json!({"text": "forged", "response_type": "ephemeral", "channel_id": direct["id"]}), None),
        // Carol is in it, but the command's owner is not.
        (json!({"text": "forged", "response_type": "in_channel", "channel_id": private["id"]}), None),
        (json!({"text": "fine", "response_type": "in_channel", "channel_id": open["id"]}), Some("")),
    ];
    for (n, (answer, location)) in answers.iter().enumerate() {
        let stub = StubServer::responding_with(200, "application/json", answer.to_string().leak()).await;
        fixture.command(&fixture.ann, &format!("go{n}"), &stub.url).await;
        let response = fixture.execute(&fixture.carol, &format!("/go{n}")).await;
        match location {
            Some(location) => assert_eq!(response.ok()["goto_location"], *location, "{answer}"),
            None => response.assert_error(403, FORBIDDEN),
        }
    }
    for channel in [&direct, &private] {
        assert!(!fixture.messages(&fixture.carol, id(channel)).await.contains(&"forged".to_owned()));
    }
    assert!(fixture.messages(&fixture.carol, id(&open)).await.contains(&"fine".to_owned()));
}

#[tokio::test]
async fn delayed_responses_end_with_the_command_its_owner_and_the_user() {
    let fixture = fixture().await;
    let mut stub = StubServer::responding_with(200, "application/json", r#"{"text": "working"}"#).await;
    let command = fixture.command(&fixture.ann, "deploy", &stub.url).await;
    let mut urls = Vec::new();
    for _ in 0..2 {
        fixture.execute(&fixture.carol, "/deploy").await.ok();
        let url = stub.next().await.form("response_url");
        urls.push(format!("//{}", url.strip_prefix("https://chat.example.com/").unwrap()));
    }
    let send = async |url: &str| fixture.server.anonymous().post(url, json!({"text": "late", "response_type": "in_channel"})).await;
    assert_eq!(send(&urls[0]).await.status, 200);
    fixture.end(End::Demoted).await;
    send(&urls[0]).await.assert_error(400, "web.command_webhook.invalid.app_error");
    fixture.undo(End::Demoted).await;
    assert_eq!(send(&urls[0]).await.status, 200);
    fixture.ann.delete(&format!("/channels/{}/members/{}", id(&fixture.channel), fixture.carol.id)).await.ok();
    assert_eq!(send(&urls[0]).await.status, 403);
    fixture.ann.add_to_channel(&fixture.channel, &fixture.carol).await;
    fixture.ann.delete(&format!("/commands/{}", id(&command))).await.ok();
    send(&urls[1]).await.assert_error(400, "web.command_webhook.invalid.app_error");
}

/// Lets all users have bots and access tokens.
async fn allow_bots(root: &TestUser) {
    let role = root.get("/roles/name/system_user").await.ok();
    let mut permissions = role["permissions"].as_array().unwrap().clone();
    let added =
        ["create_bot", "read_bots", "manage_bots", "create_user_access_token", "read_user_access_token", "revoke_user_access_token"];
    permissions.extend(added.map(Value::from));
    root.put(&format!("/roles/{}/patch", id(&role)), json!({ "permissions": permissions })).await.ok();
}

async fn bot_token(owner: &TestUser, bot: &str) -> TestResponse {
    owner.post(&format!("/users/{bot}/tokens"), json!({"description": "t"})).await
}

#[tokio::test]
async fn a_bot_gives_its_owner_no_more_than_the_owner_has() {
    let fixture = fixture().await;
    let (root, bob) = (&fixture.root, &fixture.bob);
    allow_bots(root).await;
    let bot = bob.post("/bots", json!({"username": "beeper"})).await.ok()["user_id"].as_str().unwrap().to_owned();
    let early = bob.with_token(bot_token(bob, &bot).await.ok()["token"].as_str().unwrap());
    early.get("/users/me").await.ok();

    root.put(&format!("/users/{bot}/roles"), json!({"roles": "system_user system_admin"})).await.ok();
    early.get("/users/me").await.assert_error(401, "api.context.session_expired.app_error");
    bot_token(bob, &bot).await.assert_error(403, FORBIDDEN);
    bob.put(&format!("/bots/{bot}"), json!({"description": "mine"})).await.assert_error(403, FORBIDDEN);
    bob.post(&format!("/bots/{bot}/assign/{}", fixture.carol.id), json!({})).await.assert_error(403, FORBIDDEN);
    bob.post(&format!("/bots/{bot}/disable"), json!({})).await.assert_error(403, FORBIDDEN);
    assert_eq!(bob.post(&format!("/bots/{bot}/convert_to_user"), json!({"password": "Passw0rd!longer"})).await.status, 403);
    let admins = root.with_token(bot_token(root, &bot).await.ok()["token"].as_str().unwrap());
    admins.get("/users/me").await.ok();
}

#[tokio::test]
async fn bots_end_with_their_owner_and_can_be_handed_over() {
    for end in [End::Deactivated, End::Guest] {
        let mut fixture = fixture().await;
        allow_bots(&fixture.root).await;
        let bot = fixture.ann.post("/bots", json!({"username": "beeper"})).await.ok()["user_id"].as_str().unwrap().to_owned();
        let client = fixture.ann.with_token(bot_token(&fixture.ann, &bot).await.ok()["token"].as_str().unwrap());
        let mut events = client.subscribe().await;
        fixture.end(end).await;
        client.get("/users/me").await.assert_error(401, "api.context.session_expired.app_error");
        events.wait_until_closed().await;
        let root = &fixture.root;
        let found = root.get(&format!("/bots/{bot}?include_deleted=true")).await.ok();
        assert_ne!(found["delete_at"], 0, "{end:?}");
        let audits = root.get("/audits?per_page=20").await.ok();
        assert!(audits.as_array().unwrap().iter().any(|audit| audit["action"] == "bots.disable_with_owner"), "{audits}");
        // Enabling it does not help while its owner is gone.
        root.post(&format!("/bots/{bot}/enable"), json!({})).await.ok();
        let token = bot_token(root, &bot).await.ok();
        let client = root.with_token(token["token"].as_str().unwrap());
        client.get("/users/me").await.assert_error(401, "api.context.session_expired.app_error");
        root.post(&format!("/bots/{bot}/assign/{}", fixture.carol.id), json!({})).await.ok();
        client.get("/users/me").await.ok();
        fixture.undo(end).await;
        fixture.ann.log_in().await;
        client.get("/users/me").await.ok();
    }
}

#[tokio::test]
async fn a_demoted_administrator_keeps_no_administrators_bot() {
    let fixture = fixture().await;
    let (root, ann) = (&fixture.root, &fixture.ann);
    root.put(&format!("/users/{}/roles", ann.id), json!({"roles": "system_user system_admin"})).await.ok();
    let powerful = ann.post("/bots", json!({"username": "powerful"})).await.ok()["user_id"].as_str().unwrap().to_owned();
    let plain = ann.post("/bots", json!({"username": "plain"})).await.ok()["user_id"].as_str().unwrap().to_owned();
    ann.put(&format!("/users/{powerful}/roles"), json!({"roles": "system_user system_admin"})).await.ok();
    let token = async |bot: &str| ann.with_token(bot_token(ann, bot).await.ok()["token"].as_str().unwrap());
    let (powerful, plain) = (token(&powerful).await, token(&plain).await);
    powerful.get("/config").await.ok();
    root.put(&format!("/users/{}/roles", ann.id), json!({"roles": "system_user"})).await.ok();
    powerful.get("/users/me").await.assert_error(401, "api.context.session_expired.app_error");
    plain.get("/users/me").await.ok();
}
