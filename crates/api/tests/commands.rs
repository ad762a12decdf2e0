//! Slash commands: built-in and custom ones.

use crate::support::StubServer;
use guildhall_testkit::{TestResponse, TestServer, TestUser};
use serde_json::{Value, json};

struct Fixture {
    server: TestServer,
    _root: TestUser,
    /// The administrator of the team.
    ann: TestUser,
    bob: TestUser,
    team: Value,
    channel: Value,
}

async fn fixture(allowed: &'static str) -> Fixture {
    fixture_on(TestServer::start_with_settings(|settings| settings.integrations.allowed_addresses = allowed.to_owned()).await).await
}

async fn fixture_on(server: TestServer) -> Fixture {
    let root = server.create_user("root").await;
    let ann = server.create_user("ann").await;
    let bob = server.create_user("bob").await;
    let team = ann.create_team("builders").await;
    ann.add_to_team(&team, &bob).await;
    let channel = ann.create_channel(&team, "builds", "O").await;
    ann.add_to_channel(&channel, &bob).await;
    Fixture { server, _root: root, ann, bob, team, channel }
}

impl Fixture {
    async fn execute(&self, person: &TestUser, command: &str) -> TestResponse {
        self.execute_in(person, &self.channel, command).await
    }

    async fn execute_in(&self, person: &TestUser, channel: &Value, command: &str) -> TestResponse {
        person.post("/commands/execute", json!({"channel_id": channel["id"], "team_id": self.team["id"], "command": command})).await
    }

    async fn newest(&self, channel: &Value) -> Value {
        let list = self.ann.get(&format!("/channels/{}/posts", channel["id"].as_str().unwrap())).await.ok();
        list["posts"][list["order"][0].as_str().unwrap()].clone()
    }

    async fn command(&self, more: Value) -> TestResponse {
        let mut command = json!({"team_id": self.team["id"], "trigger": "deploy", "method": "P", "url": "https://ci.example/x"});
        command.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.ann.post("/commands", command).await
    }

    /// Executes a command, and returns its ephemeral response.
    async fn execute_ephemeral(&self, person: &TestUser, command: &str) -> String {
        let mut events = person.subscribe().await;
        let answer = self.execute(person, command).await.ok();
        assert_eq!(answer["response_type"], "ephemeral", "{answer}");
        let event = events.wait_for("ephemeral_message").await;
        let post: Value = serde_json::from_str(event["data"]["post"].as_str().unwrap()).unwrap();
        assert_eq!(post["message"], answer["text"]);
        post["message"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn commands_can_create_posts() {
    let fixture = fixture("").await;
    let answer = fixture.execute(&fixture.bob, "/me waves").await.ok();
    assert_eq!((&answer["response_type"], &answer["text"], &answer["type"]), (&json!("in_channel"), &json!("*waves*"), &json!("me")));
    let post = fixture.newest(&fixture.channel).await;
    assert_eq!((&post["message"], &post["type"], &post["user_id"]), (&json!("*waves*"), &json!("me"), &json!(fixture.bob.id)));
    for (command, message) in [("/shrug well", r"well ¯\\\_(ツ)\_/¯"), ("/code a\nb", "    a\n    b"), ("/echo \"hi all\"", "hi all")] {
        fixture.execute(&fixture.bob, command).await.ok();
        assert_eq!(fixture.newest(&fixture.channel).await["message"], message);
    }
}

#[tokio::test]
async fn an_unknown_command_creates_no_post() {
    let fixture = fixture("").await;
    let answer = fixture.execute(&fixture.bob, "/nosuchcommand x").await;
    answer.assert_error(404, "api.command.execute_command.not_found.app_error");
    assert!(answer.json()["message"].as_str().unwrap().contains("/nosuchcommand"));
    for none in ["", "/", "me", "/ "] {
        fixture.execute(&fixture.bob, none).await.assert_error(400, "api.context.invalid_body_param.app_error");
    }
    let hidden = fixture.ann.create_channel(&fixture.team, "hidden", "P").await;
    fixture.execute_in(&fixture.bob, &hidden, "/me peeks").await.assert_error(403, "api.context.permissions.app_error");
}

#[tokio::test]
async fn commands_change_join_and_leave_channels() {
    let fixture = fixture("").await;
    let id = fixture.channel["id"].as_str().unwrap();
    for (command, field, value) in
        [("/header above", "header", "above"), ("/purpose why", "purpose", "why"), ("/rename Works", "display_name", "Works")]
    {
        assert_eq!(fixture.execute(&fixture.bob, command).await.ok()["response_type"], "");
        assert_eq!(fixture.bob.get(&format!("/channels/{id}")).await.ok()[field], value);
    }
    let other = fixture.ann.create_channel(&fixture.team, "other", "O").await;
    let hidden = fixture.ann.create_channel(&fixture.team, "hidden", "P").await;
    assert_eq!(fixture.execute(&fixture.bob, "/join ~other").await.ok()["goto_location"], "/builders/channels/other");
    assert_eq!(fixture.execute_in(&fixture.bob, &other, "/leave").await.ok()["goto_location"], "/builders/channels/town-square");
    assert!(fixture.execute_ephemeral(&fixture.bob, "/open hidden").await.contains("no such channel"));
    assert_eq!(fixture.execute_ephemeral(&fixture.ann, "/invite @bob ~hidden").await, "@bob is in ~hidden now.");
    assert_eq!(fixture.execute_ephemeral(&fixture.ann, "/invite @bob ~hidden").await, "@bob is in ~hidden already.");
    assert_eq!(fixture.execute_in(&fixture.ann, &hidden, "/kick @bob").await.ok()["response_type"], "");
    fixture.bob.get(&format!("/channels/{}", hidden["id"].as_str().unwrap())).await.assert_error(403, "api.context.permissions.app_error");
    let mute = fixture.execute_ephemeral(&fixture.bob, "/mute").await;
    assert!(mute.contains("muted now"), "{mute}");
    let member = fixture.bob.get(&format!("/channels/{id}/members/me")).await.ok();
    assert_eq!(member["notify_props"]["mark_unread"], "mention");
}

#[tokio::test]
async fn commands_require_the_permissions_of_the_api_operations() {
    let fixture = fixture("").await;
    let town = fixture.ann.get(&format!("/teams/{}/channels/name/town-square", fixture.team["id"].as_str().unwrap())).await.ok();
    let answer = fixture.execute_in(&fixture.bob, &town, "/leave").await.ok();
    assert_eq!(answer["response_type"], "ephemeral");
    let off = fixture.ann.create_channel(&fixture.team, "anns", "P").await;
    assert!(fixture.execute_ephemeral(&fixture.bob, "/invite @bob ~anns").await.contains("no such channel"));
    assert!(fixture.execute_ephemeral(&fixture.bob, "/msg @nobody hello").await.len() > 3);
    let members = fixture.ann.get(&format!("/channels/{}/members", off["id"].as_str().unwrap())).await.ok();
    assert_eq!(members.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn commands_send_direct_and_group_messages() {
    let fixture = fixture("").await;
    assert_eq!(fixture.execute(&fixture.bob, "/msg @ann hello there").await.ok()["goto_location"], "/builders/messages/@ann");
    let direct = fixture.ann.post("/channels/direct", json!([fixture.ann.id, fixture.bob.id])).await.ok();
    assert_eq!(fixture.newest(&direct).await["message"], "hello there");
    assert_eq!(fixture.execute_in(&fixture.bob, &direct, "/me waves").await.status, 200);
    let group = fixture.execute(&fixture.bob, "/groupmsg @ann, @root hi both").await.ok();
    assert!(group["goto_location"].as_str().unwrap().starts_with("/builders/messages/"));
    assert!(fixture.execute_ephemeral(&fixture.bob, "/groupmsg @bob").await.contains("yourself"));
}

#[tokio::test]
async fn statuses_are_set_by_command() {
    let fixture = fixture("").await;
    for (command, status) in [("/away", "away"), ("/dnd", "dnd"), ("/offline", "offline"), ("/online", "online")] {
        fixture.execute_ephemeral(&fixture.bob, command).await;
        assert_eq!(fixture.bob.get("/users/me/status").await.ok()["status"], status);
    }
    fixture.execute_ephemeral(&fixture.bob, "/status :palm_tree: on holiday").await;
    assert!(fixture.bob.get("/users/me").await.ok()["props"]["customStatus"].as_str().unwrap().contains("palm_tree"));
    assert!(fixture.execute_ephemeral(&fixture.bob, "/help").await.contains("/shrug"));
}

#[tokio::test]
async fn commands_are_listed() {
    let fixture = fixture("").await;
    fixture.command(json!({"auto_complete": true})).await.ok();
    let team = fixture.team["id"].as_str().unwrap();
    let listed = fixture.bob.get(&format!("/commands?team_id={team}")).await.ok();
    let find = |list: &Value, trigger: &str| list.as_array().unwrap().iter().find(|command| command["trigger"] == trigger).cloned();
    assert_eq!(find(&listed, "header").unwrap()["auto_complete"], true);
    let seen = find(&listed, "deploy").unwrap();
    assert_eq!((&seen["token"], &seen["url"]), (&json!(""), &json!("")));
    let own = fixture.ann.get(&format!("/commands?team_id={team}&custom_only=true")).await.ok();
    assert_eq!(own.as_array().unwrap().len(), 1);
    assert_eq!(own[0]["url"], "https://ci.example/x");
    fixture.bob.get(&format!("/commands?team_id={team}&custom_only=true")).await.assert_error(403, "api.context.permissions.app_error");
    let found = fixture.bob.get(&format!("/teams/{team}/commands/autocomplete_suggestions?user_input=/de")).await.ok();
    assert_eq!(found[0]["Complete"], "deploy");
    assert!(fixture.bob.get(&format!("/teams/{team}/commands/autocomplete")).await.ok().as_array().unwrap().len() > 20);
}

#[tokio::test]
async fn managing_commands_requires_permissions() {
    let fixture = fixture("").await;
    for (wrong, id) in [
        (json!({"trigger": "/deploy"}), "model.command.is_valid.trigger.app_error"),
        (json!({"trigger": "de ploy"}), "model.command.is_valid.trigger.app_error"),
        (json!({"trigger": ""}), "model.command.is_valid.trigger.app_error"),
        (json!({"trigger": "Me"}), "api.command.duplicate_trigger.app_error"),
        (json!({"url": "ftp://ci.example"}), "model.command.is_valid.url_http.app_error"),
        (json!({"url": "https://ci.example/\r\nX-Mine: 1"}), "model.command.is_valid.url_http.app_error"),
        (json!({"method": "X"}), "model.command.is_valid.method.app_error"),
    ] {
        fixture.command(wrong).await.assert_error(400, id);
    }
    let command = fixture.command(json!({})).await.ok();
    fixture.command(json!({})).await.assert_error(400, "api.command.duplicate_trigger.app_error");
    let path = format!("/commands/{}", command["id"].as_str().unwrap());
    fixture.bob.get(&path).await.assert_error(403, "api.context.permissions.app_error");
    fixture.bob.put(&format!("{path}/regen_token"), json!({})).await.assert_error(403, "api.context.permissions.app_error");
    let mut changed = command.clone();
    changed["trigger"] = json!("ship");
    assert_eq!(fixture.ann.put(&path, changed).await.ok()["trigger"], "ship");
    let token = fixture.ann.put(&format!("{path}/regen_token"), json!({})).await.ok();
    assert_ne!(token["token"], command["token"]);
    let elsewhere = fixture.ann.create_team("elsewhere").await;
    fixture.ann.put(&format!("{path}/move"), json!({"team_id": elsewhere["id"]})).await.ok();
    assert_eq!(fixture.ann.get(&path).await.ok()["team_id"], elsewhere["id"]);
    fixture.bob.get(&path).await.assert_error(404, "store.sql_command.get.missing.app_error");
    fixture.ann.delete(&path).await.ok();
    fixture.ann.get(&path).await.assert_error(404, "store.sql_command.get.missing.app_error");
}

#[tokio::test]
async fn a_custom_command_calls_its_server_and_posts_the_response() {
    let fixture = fixture("127.0.0.1").await;
    let body = r#"{"response_type": "in_channel", "text": "done <https://ci.example|here>", "username": "ship-bot", "props": {"from_bot": "true"},
        "attachments": [{"text": "log"}], "goto_location": "https://ci.example", "extra_responses": [{"text": "psst"}]}"#;
    let mut stub = StubServer::responding_with(200, "application/json", body).await;
    let command = fixture.command(json!({"url": format!("{}/run?a=1", stub.url)})).await.ok();
    let mut events = fixture.bob.subscribe().await;
    let answer = fixture.execute(&fixture.bob, "/Deploy  to production ").await.ok();
    assert_eq!(answer["goto_location"], "https://ci.example");
    let received = stub.next().await;
    assert_eq!(received.uri.to_string(), "/run?a=1");
    for (name, value) in
        [("command", "/deploy"), ("text", "to production"), ("user_name", "bob"), ("team_domain", "builders"), ("channel_name", "builds")]
    {
        assert_eq!(received.form(name), value);
    }
    assert_eq!(json!(received.form("token")), command["token"]);
    let post = fixture.newest(&fixture.channel).await;
    assert_eq!(post["message"], "done [here](https://ci.example)");
    assert_eq!(post["props"]["from_webhook"], "true");
    assert_eq!(post["props"]["override_username"], "ship-bot");
    assert_eq!(post["props"]["from_bot"], Value::Null);
    assert_eq!(post["props"]["attachments"][0]["text"], "log");
    assert!(events.wait_for("ephemeral_message").await["data"]["post"].as_str().unwrap().contains("psst"));
}

#[tokio::test]
async fn a_get_command_sends_its_parameters_in_the_query() {
    let fixture = fixture("127.0.0.1").await;
    let mut stub = StubServer::responding_with(200, "text/plain", "only you").await;
    fixture.command(json!({"url": format!("{}/run?a=1", stub.url), "method": "G"})).await.ok();
    assert_eq!(fixture.execute_ephemeral(&fixture.bob, "/deploy x&y").await, "only you");
    let received = stub.next().await;
    assert_eq!((received.form("a").as_str(), received.form("text").as_str(), received.body.as_str()), ("1", "x&y", ""));
}

#[tokio::test]
async fn failures_of_external_servers_are_no_server_errors() {
    let fixture = fixture("127.0.0.1").await;
    for (trigger, status, kind, body) in [
        ("one", 500, "text/plain", "oops"),
        ("two", 200, "application/json", "[1"),
        ("three", 200, "text/plain", ""),
        ("four", 302, "text/plain", ""),
    ] {
        let stub = StubServer::responding_with(status, kind, body).await;
        fixture.command(json!({"url": stub.url, "trigger": trigger})).await.ok();
        assert_eq!(fixture.execute(&fixture.bob, &format!("/{trigger}")).await.error().0, 400, "{trigger}");
    }
}

#[tokio::test]
async fn delayed_responses_are_limited() {
    let server = TestServer::start_with_settings(|settings| {
        settings.integrations.allowed_addresses = "127.0.0.1".to_owned();
        settings.site.url = "https://chat.example/".to_owned();
    })
    .await;
    let fixture = fixture_on(server).await;
    let mut stub = StubServer::responding_with(200, "application/json", "{}").await;
    fixture.command(json!({"url": stub.url})).await.ok();
    fixture.execute(&fixture.bob, "/deploy").await.ok();
    let url = stub.next().await.form("response_url");
    let path = format!("/{}", url.strip_prefix("https://chat.example").unwrap());
    let anonymous = fixture.server.anonymous();
    anonymous.post(&path, json!([])).await.assert_error(400, "web.command_webhook.parse.app_error");
    for n in 1..=5 {
        let answer = anonymous.post(&path, json!({"text": format!("step {n}"), "response_type": "in_channel"})).await;
        assert_eq!((answer.status, answer.text().as_str()), (200, "ok"));
    }
    let post = fixture.newest(&fixture.channel).await;
    assert_eq!(
        (&post["message"], &post["user_id"], &post["props"]["from_webhook"]),
        (&json!("step 5"), &json!(fixture.bob.id), &json!("true"))
    );
    for closed in [path.as_str(), "//hooks/commands/x"] {
        anonymous.post(closed, json!({"text": "more"})).await.assert_error(400, "web.command_webhook.invalid.app_error");
    }
}

#[tokio::test]
async fn private_addresses_are_not_called() {
    let fixture = fixture("").await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    fixture.command(json!({"url": url})).await.ok();
    fixture.execute(&fixture.bob, "/deploy").await.assert_error(400, "api.command.execute_command.refused.app_error");
    assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}
