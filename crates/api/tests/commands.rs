//! Slash commands: the built-in ones, and those that teams make.

use crate::support::Program;
use guildhall_testkit::{Answer, Person, TestServer};
use serde_json::{Value, json};

struct World {
    server: TestServer,
    _root: Person,
    /// Runs the team.
    ann: Person,
    bob: Person,
    team: Value,
    channel: Value,
}

async fn world(allowed: &'static str) -> World {
    world_on(TestServer::start_with(|settings| settings.integrations.allowed_addresses = allowed.to_owned()).await).await
}

async fn world_on(server: TestServer) -> World {
    let root = server.person("root").await;
    let ann = server.person("ann").await;
    let bob = server.person("bob").await;
    let team = ann.team("builders").await;
    ann.bring_to_team(&team, &bob).await;
    let channel = ann.channel(&team, "builds", "O").await;
    ann.bring_to_channel(&channel, &bob).await;
    World { server, _root: root, ann, bob, team, channel }
}

impl World {
    async fn give(&self, who: &Person, command: &str) -> Answer {
        self.give_in(who, &self.channel, command).await
    }

    async fn give_in(&self, who: &Person, channel: &Value, command: &str) -> Answer {
        who.post("/commands/execute", json!({"channel_id": channel["id"], "team_id": self.team["id"], "command": command})).await
    }

    async fn newest(&self, channel: &Value) -> Value {
        let list = self.ann.get(&format!("/channels/{}/posts", channel["id"].as_str().unwrap())).await.ok();
        list["posts"][list["order"][0].as_str().unwrap()].clone()
    }

    async fn command(&self, more: Value) -> Answer {
        let mut command = json!({"team_id": self.team["id"], "trigger": "deploy", "method": "P", "url": "https://ci.example/x"});
        command.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        self.ann.post("/commands", command).await
    }

    /// What only the person is told by this command.
    async fn told(&self, who: &Person, command: &str) -> String {
        let mut ears = who.listen().await;
        let answer = self.give(who, command).await.ok();
        assert_eq!(answer["response_type"], "ephemeral", "{answer}");
        let event = ears.next("ephemeral_message").await;
        let post: Value = serde_json::from_str(event["data"]["post"].as_str().unwrap()).unwrap();
        assert_eq!(post["message"], answer["text"]);
        post["message"].as_str().unwrap().to_owned()
    }
}

#[tokio::test]
async fn people_say_things_by_command() {
    let world = world("").await;
    let answer = world.give(&world.bob, "/me waves").await.ok();
    assert_eq!((&answer["response_type"], &answer["text"], &answer["type"]), (&json!("in_channel"), &json!("*waves*"), &json!("me")));
    let post = world.newest(&world.channel).await;
    assert_eq!((&post["message"], &post["type"], &post["user_id"]), (&json!("*waves*"), &json!("me"), &json!(world.bob.id)));
    for (command, said) in [("/shrug well", r"well ¯\\\_(ツ)\_/¯"), ("/code a\nb", "    a\n    b"), ("/echo \"hi all\"", "hi all")] {
        world.give(&world.bob, command).await.ok();
        assert_eq!(world.newest(&world.channel).await["message"], said);
    }
}

#[tokio::test]
async fn an_unknown_command_is_no_message() {
    let world = world("").await;
    let answer = world.give(&world.bob, "/nosuchcommand x").await;
    answer.refused(404, "api.command.execute_command.not_found.app_error");
    assert!(answer.json()["message"].as_str().unwrap().contains("/nosuchcommand"));
    for none in ["", "/", "me", "/ "] {
        world.give(&world.bob, none).await.refused(400, "api.context.invalid_body_param.app_error");
    }
    let hidden = world.ann.channel(&world.team, "hidden", "P").await;
    world.give_in(&world.bob, &hidden, "/me peeks").await.refused(403, "api.context.permissions.app_error");
}

#[tokio::test]
async fn channels_are_changed_joined_and_left() {
    let world = world("").await;
    let id = world.channel["id"].as_str().unwrap();
    for (command, field, value) in
        [("/header above", "header", "above"), ("/purpose why", "purpose", "why"), ("/rename Works", "display_name", "Works")]
    {
        assert_eq!(world.give(&world.bob, command).await.ok()["response_type"], "");
        assert_eq!(world.bob.get(&format!("/channels/{id}")).await.ok()[field], value);
    }
    let other = world.ann.channel(&world.team, "other", "O").await;
    let hidden = world.ann.channel(&world.team, "hidden", "P").await;
    assert_eq!(world.give(&world.bob, "/join ~other").await.ok()["goto_location"], "/builders/channels/other");
    assert_eq!(world.give_in(&world.bob, &other, "/leave").await.ok()["goto_location"], "/builders/channels/town-square");
    assert!(world.told(&world.bob, "/open hidden").await.contains("no such channel"));
    assert_eq!(world.told(&world.ann, "/invite @bob ~hidden").await, "@bob is in ~hidden now.");
    assert_eq!(world.told(&world.ann, "/invite @bob ~hidden").await, "@bob is in ~hidden already.");
    assert_eq!(world.give_in(&world.ann, &hidden, "/kick @bob").await.ok()["response_type"], "");
    world.bob.get(&format!("/channels/{}", hidden["id"].as_str().unwrap())).await.refused(403, "api.context.permissions.app_error");
    let mute = world.told(&world.bob, "/mute").await;
    assert!(mute.contains("muted now"), "{mute}");
    let member = world.bob.get(&format!("/channels/{id}/members/me")).await.ok();
    assert_eq!(member["notify_props"]["mark_unread"], "mention");
}

#[tokio::test]
async fn a_command_may_what_its_twin_may() {
    let world = world("").await;
    let town = world.ann.get(&format!("/teams/{}/channels/name/town-square", world.team["id"].as_str().unwrap())).await.ok();
    let answer = world.give_in(&world.bob, &town, "/leave").await.ok();
    assert_eq!(answer["response_type"], "ephemeral");
    let off = world.ann.channel(&world.team, "anns", "P").await;
    assert!(world.told(&world.bob, "/invite @bob ~anns").await.contains("no such channel"));
    assert!(world.told(&world.bob, "/msg @nobody hello").await.len() > 3);
    let members = world.ann.get(&format!("/channels/{}/members", off["id"].as_str().unwrap())).await.ok();
    assert_eq!(members.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn people_write_to_each_other_by_command() {
    let world = world("").await;
    assert_eq!(world.give(&world.bob, "/msg @ann hello there").await.ok()["goto_location"], "/builders/messages/@ann");
    let direct = world.ann.post("/channels/direct", json!([world.ann.id, world.bob.id])).await.ok();
    assert_eq!(world.newest(&direct).await["message"], "hello there");
    assert_eq!(world.give_in(&world.bob, &direct, "/me waves").await.status, 200);
    let group = world.give(&world.bob, "/groupmsg @ann, @root hi both").await.ok();
    assert!(group["goto_location"].as_str().unwrap().starts_with("/builders/messages/"));
    assert!(world.told(&world.bob, "/groupmsg @bob").await.contains("yourself"));
}

#[tokio::test]
async fn statuses_are_set_by_command() {
    let world = world("").await;
    for (command, status) in [("/away", "away"), ("/dnd", "dnd"), ("/offline", "offline"), ("/online", "online")] {
        world.told(&world.bob, command).await;
        assert_eq!(world.bob.get("/users/me/status").await.ok()["status"], status);
    }
    world.told(&world.bob, "/status :palm_tree: on holiday").await;
    assert!(world.bob.get("/users/me").await.ok()["props"]["customStatus"].as_str().unwrap().contains("palm_tree"));
    assert!(world.told(&world.bob, "/help").await.contains("/shrug"));
}

#[tokio::test]
async fn lists_show_what_there_is() {
    let world = world("").await;
    world.command(json!({"auto_complete": true})).await.ok();
    let team = world.team["id"].as_str().unwrap();
    let listed = world.bob.get(&format!("/commands?team_id={team}")).await.ok();
    let find = |list: &Value, trigger: &str| list.as_array().unwrap().iter().find(|command| command["trigger"] == trigger).cloned();
    assert_eq!(find(&listed, "header").unwrap()["auto_complete"], true);
    let seen = find(&listed, "deploy").unwrap();
    assert_eq!((&seen["token"], &seen["url"]), (&json!(""), &json!("")));
    let own = world.ann.get(&format!("/commands?team_id={team}&custom_only=true")).await.ok();
    assert_eq!(own.as_array().unwrap().len(), 1);
    assert_eq!(own[0]["url"], "https://ci.example/x");
    world.bob.get(&format!("/commands?team_id={team}&custom_only=true")).await.refused(403, "api.context.permissions.app_error");
    let found = world.bob.get(&format!("/teams/{team}/commands/autocomplete_suggestions?user_input=/de")).await.ok();
    assert_eq!(found[0]["Complete"], "deploy");
    assert!(world.bob.get(&format!("/teams/{team}/commands/autocomplete")).await.ok().as_array().unwrap().len() > 20);
}

#[tokio::test]
async fn commands_are_kept_by_those_who_may() {
    let world = world("").await;
    for (wrong, id) in [
        (json!({"trigger": "/deploy"}), "model.command.is_valid.trigger.app_error"),
        (json!({"trigger": "de ploy"}), "model.command.is_valid.trigger.app_error"),
        (json!({"trigger": ""}), "model.command.is_valid.trigger.app_error"),
        (json!({"trigger": "Me"}), "api.command.duplicate_trigger.app_error"),
        (json!({"url": "ftp://ci.example"}), "model.command.is_valid.url_http.app_error"),
        (json!({"url": "https://ci.example/\r\nX-Mine: 1"}), "model.command.is_valid.url_http.app_error"),
        (json!({"method": "X"}), "model.command.is_valid.method.app_error"),
    ] {
        world.command(wrong).await.refused(400, id);
    }
    let command = world.command(json!({})).await.ok();
    world.command(json!({})).await.refused(400, "api.command.duplicate_trigger.app_error");
    let path = format!("/commands/{}", command["id"].as_str().unwrap());
    world.bob.get(&path).await.refused(403, "api.context.permissions.app_error");
    world.bob.put(&format!("{path}/regen_token"), json!({})).await.refused(403, "api.context.permissions.app_error");
    let mut changed = command.clone();
    changed["trigger"] = json!("ship");
    assert_eq!(world.ann.put(&path, changed).await.ok()["trigger"], "ship");
    let token = world.ann.put(&format!("{path}/regen_token"), json!({})).await.ok();
    assert_ne!(token["token"], command["token"]);
    let elsewhere = world.ann.team("elsewhere").await;
    world.ann.put(&format!("{path}/move"), json!({"team_id": elsewhere["id"]})).await.ok();
    assert_eq!(world.ann.get(&path).await.ok()["team_id"], elsewhere["id"]);
    world.bob.get(&path).await.refused(404, "store.sql_command.get.missing.app_error");
    world.ann.delete(&path).await.ok();
    world.ann.get(&path).await.refused(404, "store.sql_command.get.missing.app_error");
}

#[tokio::test]
async fn the_server_behind_a_command_is_asked_and_its_answer_shown() {
    let world = world("127.0.0.1").await;
    let body = r#"{"response_type": "in_channel", "text": "done <https://ci.example|here>", "username": "ship-bot", "props": {"from_bot": "true"},
        "attachments": [{"text": "log"}], "goto_location": "https://ci.example", "extra_responses": [{"text": "psst"}]}"#;
    let mut program = Program::that_answers(200, "application/json", body).await;
    let command = world.command(json!({"url": format!("{}/run?a=1", program.url)})).await.ok();
    let mut ears = world.bob.listen().await;
    let answer = world.give(&world.bob, "/Deploy  to production ").await.ok();
    assert_eq!(answer["goto_location"], "https://ci.example");
    let heard = program.next().await;
    assert_eq!(heard.uri.to_string(), "/run?a=1");
    for (name, value) in
        [("command", "/deploy"), ("text", "to production"), ("user_name", "bob"), ("team_domain", "builders"), ("channel_name", "builds")]
    {
        assert_eq!(heard.form(name), value);
    }
    assert_eq!(json!(heard.form("token")), command["token"]);
    let post = world.newest(&world.channel).await;
    assert_eq!(post["message"], "done [here](https://ci.example)");
    assert_eq!(post["props"]["from_webhook"], "true");
    assert_eq!(post["props"]["override_username"], "ship-bot");
    assert_eq!(post["props"]["from_bot"], Value::Null);
    assert_eq!(post["props"]["attachments"][0]["text"], "log");
    assert!(ears.next("ephemeral_message").await["data"]["post"].as_str().unwrap().contains("psst"));
}

#[tokio::test]
async fn a_get_command_carries_its_form_in_the_address() {
    let world = world("127.0.0.1").await;
    let mut program = Program::that_answers(200, "text/plain", "only you").await;
    world.command(json!({"url": format!("{}/run?a=1", program.url), "method": "G"})).await.ok();
    assert_eq!(world.told(&world.bob, "/deploy x&y").await, "only you");
    let heard = program.next().await;
    assert_eq!((heard.form("a").as_str(), heard.form("text").as_str(), heard.body.as_str()), ("1", "x&y", ""));
}

#[tokio::test]
async fn what_other_servers_do_wrong_is_an_error_and_not_ours() {
    let world = world("127.0.0.1").await;
    for (trigger, status, kind, body) in [
        ("one", 500, "text/plain", "oops"),
        ("two", 200, "application/json", "[1"),
        ("three", 200, "text/plain", ""),
        ("four", 302, "text/plain", ""),
    ] {
        let program = Program::that_answers(status, kind, body).await;
        world.command(json!({"url": program.url, "trigger": trigger})).await.ok();
        assert_eq!(world.give(&world.bob, &format!("/{trigger}")).await.error().0, 400, "{trigger}");
    }
}

#[tokio::test]
async fn a_server_may_answer_later_and_not_for_ever() {
    let server = TestServer::start_with(|settings| {
        settings.integrations.allowed_addresses = "127.0.0.1".to_owned();
        settings.site.url = "https://chat.example/".to_owned();
    })
    .await;
    let world = world_on(server).await;
    let mut program = Program::that_answers(200, "application/json", "{}").await;
    world.command(json!({"url": program.url})).await.ok();
    world.give(&world.bob, "/deploy").await.ok();
    let url = program.next().await.form("response_url");
    let path = format!("/{}", url.strip_prefix("https://chat.example").unwrap());
    let nobody = world.server.nobody();
    nobody.post(&path, json!([])).await.refused(400, "web.command_webhook.parse.app_error");
    for n in 1..=5 {
        let answer = nobody.post(&path, json!({"text": format!("step {n}"), "response_type": "in_channel"})).await;
        assert_eq!((answer.status, answer.text().as_str()), (200, "ok"));
    }
    let post = world.newest(&world.channel).await;
    assert_eq!(
        (&post["message"], &post["user_id"], &post["props"]["from_webhook"]),
        (&json!("step 5"), &json!(world.bob.id), &json!("true"))
    );
    for closed in [path.as_str(), "//hooks/commands/x"] {
        nobody.post(closed, json!({"text": "more"})).await.refused(400, "web.command_webhook.invalid.app_error");
    }
}

#[tokio::test]
async fn private_addresses_are_not_called() {
    let world = world("").await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    world.command(json!({"url": url})).await.ok();
    world.give(&world.bob, "/deploy").await.refused(400, "api.command.execute_command.refused.app_error");
    assert_eq!(listener.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
}
