//! Message buttons and menus, trigger ids and dialogs, with a real server behind them.

use crate::support::StubServer;
use guildhall_testkit::{TestResponse, TestServer, TestUser};
use serde_json::{Value, json};

const FAILED: &str = "api.post.do_action.action_integration.app_error";
const NO_ACTION: &str = "api.post.do_action.action_id.app_error";
const NO_COOKIE: &str = "api.post.do_action.cookie.app_error";
const NO_OWNER: &str = "api.post.do_action.owner.app_error";
const NO_ADDRESS: &str = "api.dialog.submit.address.app_error";
const FORBIDDEN: &str = "api.context.permissions.app_error";

struct Fixture {
    server: TestServer,
    root: TestUser,
    /// The administrator of the team.
    ann: TestUser,
    bob: TestUser,
    team: Value,
    channel: Value,
}

async fn fixture() -> Fixture {
    let server = TestServer::start_with_settings(|settings| settings.integrations.allowed_addresses = "127.0.0.1".to_owned()).await;
    let root = server.create_user("root").await;
    let (ann, bob) = (server.create_user("ann").await, server.create_user("bob").await);
    let team = ann.create_team("builders").await;
    ann.add_to_team(&team, &bob).await;
    let channel = ann.create_channel(&team, "builds", "P").await;
    ann.add_to_channel(&channel, &bob).await;
    Fixture { server, root, ann, bob, team, channel }
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

/// The post in an event.
fn post_of(event: &Value) -> Value {
    serde_json::from_str(event["data"]["post"].as_str().unwrap()).unwrap()
}

fn attachment(actions: Value) -> Value {
    json!([{"text": "Deploy?", "actions": actions}])
}

fn button(url: &str) -> Value {
    json!({"id": "yes-1_a", "name": "Yes", "integration": {"url": url, "context": {"token": "secret"}}})
}

impl Fixture {
    /// A post of an incoming webhook, as Bob reads it.
    async fn hook_post(&self, actions: Value) -> Value {
        let hook = self.ann.post("/hooks/incoming", json!({"channel_id": self.channel["id"], "display_name": "CI"})).await.ok();
        let message = json!({"text": "v2", "username": "ci", "icon_url": "https://ci.example/i.png", "attachments": attachment(actions)});
        assert_eq!(self.server.anonymous().post(&format!("//hooks/{}", id(&hook)), message).await.status, 200);
        self.newest().await
    }

    async fn newest(&self) -> Value {
        let list = self.bob.get(&format!("/channels/{}/posts", id(&self.channel))).await.ok();
        list["posts"][list["order"][0].as_str().unwrap()].clone()
    }

    async fn press(&self, person: &TestUser, post: &Value, action: &str, body: Value) -> TestResponse {
        person.post(&format!("/posts/{}/actions/{action}", id(post)), body).await
    }

    /// Executes a command whose server answers this.
    async fn command(&self, person: &TestUser, stub: &mut StubServer) -> (Value, String) {
        let command = json!({"team_id": self.team["id"], "trigger": "ask", "method": "P", "url": stub.url});
        let command = self.ann.post("/commands", command).await.ok();
        let line = json!({"channel_id": self.channel["id"], "team_id": self.team["id"], "command": "/ask"});
        let answer = person.post("/commands/execute", line).await.ok();
        let trigger = stub.next().await.form("trigger_id");
        self.ann.delete(&format!("/commands/{}", id(&command))).await.ok();
        (answer, trigger)
    }

    async fn open(&self, trigger: &str, url: &str, dialog: Value) -> TestResponse {
        self.server.anonymous().post("/actions/dialogs/open", json!({"trigger_id": trigger, "url": url, "dialog": dialog})).await
    }

    fn submission(&self, url: &Value) -> Value {
        json!({
            "url": url, "callback_id": "c", "state": "s", "user_id": "somebody else", "channel_id": self.channel["id"],
            "team_id": self.team["id"], "submission": {"name": "Ann", "count": 3},
        })
    }
}

async fn submit(person: &TestUser, body: Value) -> TestResponse {
    person.post("/actions/dialogs/submit", body).await
}

#[tokio::test]
async fn a_press_calls_the_integration_which_changes_its_post() {
    let fixture = fixture().await;
    let answer = r#"{"update":{"id":"","message":"**deployed**","is_pinned":false,"props":{"override_username":"root","attachments":[{"text":"done","actions":[{"name":"Undo","integration":{"url":"http://127.0.0.1:1"}}]}]}},"ephemeral_text":"Thanks, <https://ci.example|see>"}"#;
    let mut stub = StubServer::responding_in_turn(&[(200, answer)]).await;
    let post = fixture.hook_post(json!([button(&stub.url)])).await;
    fixture.bob.post(&format!("/posts/{}/pin", id(&post)), json!({})).await.ok();
    fixture.bob.post("/reactions", json!({"user_id": fixture.bob.id, "post_id": post["id"], "emoji_name": "smile"})).await.ok();
    let (mut bobs, mut anns) = (fixture.bob.subscribe().await, fixture.ann.subscribe().await);

    let pressed = fixture.press(&fixture.bob, &post, "yes-1_a", json!({})).await.ok();
    assert_eq!((&pressed["status"], pressed["trigger_id"].as_str().unwrap().len()), (&json!("OK"), 26));
    let sent: Value = serde_json::from_str(&stub.next().await.body).unwrap();
    let trigger = sent["trigger_id"].as_str().unwrap().to_owned();
    let expected = json!({
        "user_id": fixture.bob.id, "user_name": "bob", "channel_id": fixture.channel["id"], "channel_name": "builds",
        "team_id": fixture.team["id"], "team_domain": "builders", "post_id": post["id"], "trigger_id": trigger, "type": "button",
        "data_source": "", "context": {"token": "secret"},
    });
    assert_eq!(sent, expected);

    let edited = post_of(&anns.wait_for("post_edited").await);
    let told = post_of(&bobs.wait_for("ephemeral_message").await);
    let read = fixture.bob.get(&format!("/posts/{}", id(&post))).await.ok();
    for shown in [&edited, &read] {
        let action = &shown["props"]["attachments"][0]["actions"][0];
        assert_eq!((&shown["message"], &shown["props"]["override_username"]), (&json!("**deployed**"), &json!("ci")));
        assert!(shown["is_pinned"] == true && shown["has_reactions"] == true && shown["props"]["from_webhook"] == "true", "{shown}");
        assert!(action["id"].as_str().unwrap().len() == 26 && action.get("integration").is_none(), "{shown}");
    }
    assert_eq!((&told["message"], &told["props"]["override_username"]), (&json!("Thanks, [see](https://ci.example)"), &json!("ci")));
    assert!(!anns.event_names().contains(&"ephemeral_message".to_owned()));
    // The button is gone with the attachment that had it.
    fixture.press(&fixture.bob, &post, "yes-1_a", json!({})).await.assert_error(404, NO_ACTION);
}

#[tokio::test]
async fn props_stay_where_an_update_has_none_and_votes_have_no_history() {
    let fixture = fixture().await;
    let stub = StubServer::responding_in_turn(&[
        (200, r#"{"update":{"message":"v2","props":null}}"#),
        (200, r#"{"update":{"message":"v2","props":{"attachments":[{"text":"1 vote"}]}}}"#),
    ])
    .await;
    let post = fixture.hook_post(json!([button(&stub.url)])).await;
    fixture.press(&fixture.bob, &post, "yes-1_a", json!({})).await.ok();
    assert_eq!(fixture.newest().await["props"], post["props"]);
    fixture.press(&fixture.bob, &post, "yes-1_a", json!({})).await.ok();
    let voted = fixture.newest().await;
    assert_eq!((&voted["props"]["attachments"][0]["text"], &voted["edit_at"]), (&json!("1 vote"), &json!(0)));
    fixture.ann.get(&format!("/posts/{}/edit_history", id(&post))).await.assert_error(404, "app.post.get.app_error");
}

#[tokio::test]
async fn menus_send_what_was_chosen() {
    let fixture = fixture().await;
    let mut stub = StubServer::responding_with(200, "application/json", "").await;
    let integration = json!({"url": stub.url, "context": {"a": 1}});
    let post = fixture
        .hook_post(json!([
            {"id": "menu", "name": "Where", "type": "select", "options": [{"text": "A", "value": "a"}], "integration": integration},
            {"id": "who", "name": "Who", "type": "select", "data_source": "users", "integration": integration},
            {"id": "off", "name": "Off", "disabled": true, "integration": integration},
        ]))
        .await;
    for (action, chosen, source) in [("menu", "a", ""), ("who", &*fixture.bob.id.to_string(), "users")] {
        fixture.press(&fixture.bob, &post, action, json!({"selected_option": chosen})).await.ok();
        let sent: Value = serde_json::from_str(&stub.next().await.body).unwrap();
        assert_eq!((&sent["type"], &sent["data_source"]), (&json!("select"), &json!(source)));
        assert_eq!(sent["context"], json!({"a": 1, "selected_option": chosen}));
    }
    let option = "api.post.do_action.option.app_error";
    fixture.press(&fixture.bob, &post, "menu", json!({"selected_option": "b"})).await.assert_error(400, option);
    fixture.press(&fixture.bob, &post, "menu", json!({})).await.assert_error(400, option);
    fixture.press(&fixture.bob, &post, "off", json!({})).await.assert_error(400, "api.post.do_action.disabled.app_error");
    assert!(stub.has_no_request());
}

#[tokio::test]
async fn errors_of_integrations_are_errors_of_the_press() {
    let fixture = fixture().await;
    let answers = [(500, "{}"), (200, "no json"), (200, r#"{"error":{"message":"Not on Fridays."}}"#), (302, "")];
    let stub = StubServer::responding_in_turn(&answers).await;
    let post = fixture.hook_post(json!([button(&stub.url)])).await;
    for _ in 0..2 {
        fixture.press(&fixture.bob, &post, "yes-1_a", json!({})).await.assert_error(400, FAILED);
    }
    let rejected = fixture.press(&fixture.bob, &post, "yes-1_a", json!({})).await;
    rejected.assert_error(400, "api.post.do_action.rejected.app_error");
    assert_eq!(rejected.json()["message"], "Not on Fridays.");
    fixture.press(&fixture.bob, &post, "yes-1_a", json!({})).await.assert_error(400, FAILED);
    let inside = fixture.hook_post(json!([button("http://10.1.2.3/")])).await;
    fixture.press(&fixture.bob, &inside, "yes-1_a", json!({})).await.assert_error(400, "api.post.do_action.refused.app_error");
    let plugin = fixture.hook_post(json!([button("/plugins/com.example/x")])).await;
    fixture.press(&fixture.bob, &plugin, "yes-1_a", json!({})).await.assert_error(400, FAILED);
}

#[tokio::test]
async fn only_readers_press_and_only_integrations_have_an_address_called() {
    let fixture = fixture().await;
    let mut stub = StubServer::responding_with(200, "application/json", "{}").await;
    let post = fixture.hook_post(json!([button(&stub.url)])).await;
    let carol = fixture.server.create_user("carol").await;
    fixture.ann.add_to_team(&fixture.team, &carol).await;
    fixture.press(&carol, &post, "yes-1_a", json!({})).await.assert_error(403, FORBIDDEN);

    // A member who may make neither commands nor webhooks, in the own name and on a post of an integration.
    let draft =
        json!({"channel_id": fixture.channel["id"], "message": "x", "props": {"attachments": attachment(json!([button(&stub.url)]))}});
    let own = fixture.bob.post("/posts", draft.clone()).await.ok();
    fixture.press(&fixture.bob, &own, "yes-1_a", json!({})).await.assert_error(400, NO_OWNER);
    let other = json!({"id": "other", "name": "Other", "integration": {"url": stub.url}});
    let patch = json!({"props": {"attachments": attachment(json!([{"id": "yes-1_a", "name": "Yes"}, other]))}});
    fixture.ann.put(&format!("/posts/{}/patch", id(&post)), patch).await.ok();
    fixture.press(&fixture.bob, &post, "other", json!({})).await.assert_error(404, NO_ACTION);
    assert!(stub.has_no_request());
    // Ann, who may make commands; and the button that her edit of the post has kept.
    let of_ann = fixture.ann.post("/posts", draft.clone()).await.ok();
    for pressable in [&post, &of_ann] {
        fixture.press(&fixture.bob, pressable, "yes-1_a", json!({})).await.ok();
        stub.next().await;
    }
    // A bot, until it is disabled.
    let bot = fixture.root.post("/bots", json!({"username": "deployer"})).await.ok();
    let bot_id = bot["user_id"].as_str().unwrap();
    let token = fixture.root.post(&format!("/users/{bot_id}/tokens"), json!({"description": "x"})).await.ok();
    let as_bot = fixture.bob.with_token(token["token"].as_str().unwrap());
    fixture
        .ann
        .post(&format!("/teams/{}/members", id(&fixture.team)), json!({"team_id": fixture.team["id"], "user_id": bot_id}))
        .await
        .ok();
    fixture.ann.post(&format!("/channels/{}/members", id(&fixture.channel)), json!({"user_id": bot_id})).await.ok();
    let of_bot = as_bot.post("/posts", draft).await.ok();
    fixture.press(&fixture.bob, &of_bot, "yes-1_a", json!({})).await.ok();
    stub.next().await;
    fixture.root.post(&format!("/bots/{bot_id}/disable"), json!({})).await.ok();
    fixture.press(&fixture.bob, &of_bot, "yes-1_a", json!({})).await.assert_error(400, NO_OWNER);
    fixture.ann.delete(&format!("/channels/{}", id(&fixture.channel))).await.ok();
    assert!(fixture.press(&fixture.ann, &post, "yes-1_a", json!({})).await.status >= 400);
    assert!(stub.has_no_request());
}

#[tokio::test]
async fn buttons_of_ephemeral_posts_work_by_their_cookie() {
    let fixture = fixture().await;
    let app = StubServer::responding_in_turn(&[(200, r#"{"update":{"message":"Chosen.","props":{"attachments":[{"text":"t","actions":[{"id":"again","name":"Again","integration":{"url":"http://127.0.0.1:1"}}]}]}}}"#)]).await;
    let text = json!({"text": "Choose", "attachments": attachment(json!([button(&app.url)]))}).to_string();
    let mut stub = StubServer::responding_with(200, "application/json", Box::leak(text.into_boxed_str())).await;
    let mut events = fixture.bob.subscribe().await;
    fixture.command(&fixture.bob, &mut stub).await;
    let shown = post_of(&events.wait_for("ephemeral_message").await);
    let action = &shown["props"]["attachments"][0]["actions"][0];
    assert!(action.get("integration").is_none() && !shown.to_string().contains("secret"), "{shown}");
    let cookie = &action["cookie"];

    let other = json!({"cookie": cookie.as_str().unwrap().replacen(['A', 'b'], "c", 1) + "AAAA"});
    for wrong in [other, json!({"cookie": "x"})] {
        fixture.press(&fixture.bob, &shown, "yes-1_a", wrong).await.assert_error(400, NO_COOKIE);
    }
    fixture.press(&fixture.ann, &shown, "yes-1_a", json!({"cookie": cookie})).await.assert_error(400, NO_COOKIE);
    fixture.press(&fixture.bob, &shown, "no", json!({"cookie": cookie})).await.assert_error(400, NO_COOKIE);
    assert_eq!(fixture.press(&fixture.bob, &shown, "yes-1_a", json!({})).await.status, 404);
    fixture.press(&fixture.bob, &shown, "yes-1_a", json!({"cookie": cookie})).await.ok();
    let event = events.wait_for("post_edited").await;
    let edited = post_of(&event);
    assert_eq!(event["broadcast"]["user_id"], json!(fixture.bob.id));
    assert_eq!((&edited["id"], &edited["message"], &edited["type"]), (&shown["id"], &json!("Chosen."), &json!("system_ephemeral")));
    assert!(edited["props"]["attachments"][0]["actions"][0]["cookie"].is_string(), "{edited}");
    fixture.server.clock.advance_ms(8 * 24 * 60 * 60 * 1000);
    fixture.press(&fixture.bob, &shown, "yes-1_a", json!({"cookie": cookie})).await.assert_error(400, NO_COOKIE);
}

#[tokio::test]
async fn a_trigger_id_opens_a_dialog_for_its_user_for_a_short_time() {
    let fixture = fixture().await;
    let mut stub = StubServer::responding_with(200, "application/json", r#"{"text":"ok"}"#).await;
    let (mut bobs, mut anns) = (fixture.bob.subscribe().await, fixture.ann.subscribe().await);
    let (answer, trigger) = fixture.command(&fixture.bob, &mut stub).await;
    let dialog = json!({
        "title": "Deploy", "callback_id": "c", "state": "s", "source_url": stub.url,
        "elements": [{"name": "name", "display_name": "Name", "type": "text"}],
    });
    fixture.open(&trigger, &stub.url, dialog.clone()).await.ok();
    let event = bobs.wait_for("open_dialog").await;
    let opened: Value = serde_json::from_str(event["data"]["dialog"].as_str().unwrap()).unwrap();
    assert_eq!(event["broadcast"]["user_id"], json!(fixture.bob.id));
    assert_eq!((&opened["trigger_id"], opened["trigger_id"].as_str().unwrap().len()), (&answer["trigger_id"], 26));
    for url in [&opened["url"], &opened["dialog"]["source_url"]] {
        assert!(url.as_str().unwrap().starts_with(&format!("{}#", stub.url)), "{url}");
    }
    assert_eq!((&opened["dialog"]["title"], &opened["dialog"]["elements"][0]["subtype"]), (&json!("Deploy"), &json!("")));
    assert!(!anns.event_names().contains(&"open_dialog".to_owned()));

    let invalid = "api.dialog.open.invalid.app_error";
    fixture.open(&trigger, &stub.url, json!({"title": ""})).await.assert_error(400, invalid);
    fixture.open(&trigger, "/plugins/x", dialog.clone()).await.assert_error(400, invalid);
    let no_signature = "interactive_message.decode_trigger_id.verify_signature_failed";
    for wrong in ["", "x", &trigger[8..]] {
        fixture.open(wrong, &stub.url, dialog.clone()).await.assert_error(400, no_signature);
    }
    fixture.server.clock.advance_ms(31_000);
    fixture.open(&trigger, &stub.url, dialog).await.assert_error(400, "interactive_message.decode_trigger_id.expired");
}

#[tokio::test]
async fn what_was_entered_is_sent_to_the_address_of_the_dialog_only() {
    let fixture = fixture().await;
    let mut stub = StubServer::responding_with(200, "application/json", r#"{"text":"ok"}"#).await;
    let mut app = StubServer::responding_in_turn(&[
        (200, ""),
        (200, r#"{"errors":{"name":"Too short"},"error":"Look again"}"#),
        (200, r#"{"type":"form","form":{"title":"Step 2","source_url":"https://app.example/2"}}"#),
        (200, r#"{"type":"form","form":{"title":""}}"#),
        (200, r#"{"items":[{"text":"A","value":"a"},{"text":"B","value":1}]}"#),
        (200, "{}"),
    ])
    .await;
    let mut events = fixture.bob.subscribe().await;
    let (_, trigger) = fixture.command(&fixture.bob, &mut stub).await;
    fixture.open(&trigger, &app.url, json!({"title": "Deploy"})).await.ok();
    let event = events.wait_for("open_dialog").await;
    let opened: Value = serde_json::from_str(event["data"]["dialog"].as_str().unwrap()).unwrap();
    let submission = fixture.submission(&opened["url"]);

    assert_eq!(submit(&fixture.bob, submission.clone()).await.ok(), json!({}));
    let sent: Value = serde_json::from_str(&app.next().await.body).unwrap();
    let expected = json!({
        "type": "dialog_submission", "callback_id": "c", "state": "s", "user_id": fixture.bob.id, "channel_id": fixture.channel["id"],
        "team_id": fixture.team["id"], "submission": {"name": "Ann", "count": 3}, "cancelled": false,
    });
    assert_eq!(sent, expected);
    let errors = submit(&fixture.bob, submission.clone()).await.ok();
    assert_eq!(errors, json!({"error": "Look again", "errors": {"name": "Too short"}}));
    let next = submit(&fixture.bob, submission.clone()).await.ok();
    assert_eq!((&next["type"], &next["form"]["title"]), (&json!("form"), &json!("Step 2")));
    assert!(next["form"]["source_url"].as_str().unwrap().starts_with("https://app.example/2#"));
    submit(&fixture.bob, submission.clone()).await.assert_error(400, "api.dialog.open.invalid.app_error");
    let items = fixture.bob.post("/actions/dialogs/lookup", submission.clone()).await.ok();
    assert_eq!(items, json!({"items": [{"text": "A", "value": "a"}, {"text": "B", "value": "1"}]}));
    let mut execution = submission.clone();
    execution["context"] = json!({"more": true});
    let executed = fixture.bob.post("/actions/dialogs/execute", execution).await.ok();
    assert_eq!(executed["trigger_id"].as_str().unwrap().len(), 26);
    let mut kinds = Vec::new();
    let mut last = Value::Null;
    for _ in 0..5 {
        last = serde_json::from_str(&app.next().await.body).unwrap();
        kinds.push(last["type"].as_str().unwrap().to_owned());
    }
    assert_eq!(kinds[3..], ["dialog_lookup", "dialog_action"]);
    assert_eq!((&last["context"], &last["user_name"]), (&json!({"more": true}), &json!("bob")));
    fixture.open(last["trigger_id"].as_str().unwrap(), &app.url, json!({"title": "More"})).await.ok();

    // No other address, not for others, not from where one may not read, and not for ever.
    for url in [json!(app.url), json!("http://127.0.0.1:1/#dialog=x"), json!("")] {
        submit(&fixture.bob, fixture.submission(&url)).await.assert_error(400, NO_ADDRESS);
        let looked_up = fixture.bob.post("/actions/dialogs/lookup", fixture.submission(&url)).await;
        looked_up.assert_error(400, NO_ADDRESS);
        fixture.bob.post("/actions/dialogs/execute", fixture.submission(&url)).await.assert_error(400, NO_ADDRESS);
    }
    submit(&fixture.ann, submission.clone()).await.assert_error(400, NO_ADDRESS);
    let hidden = fixture.ann.create_channel(&fixture.team, "hidden", "P").await;
    let mut elsewhere = submission.clone();
    elsewhere["channel_id"] = hidden["id"].clone();
    submit(&fixture.bob, elsewhere).await.assert_error(403, FORBIDDEN);
    fixture.server.clock.advance_ms(25 * 60 * 60 * 1000);
    submit(&fixture.bob, submission).await.assert_error(400, NO_ADDRESS);
    assert!(app.has_no_request());
}

#[tokio::test]
async fn twenty_presses_at_once_are_all_answered() {
    let fixture = fixture().await;
    let mut stub = StubServer::responding_in_turn(&[(200, r#"{"update":{"message":"voted"}}"#)]).await;
    let post = fixture.hook_post(json!([button(&stub.url)])).await;
    let presses = (0..20).map(|_| fixture.press(&fixture.bob, &post, "yes-1_a", json!({})));
    for press in futures::future::join_all(presses).await {
        press.ok();
    }
    for _ in 0..20 {
        stub.next().await;
    }
    assert_eq!(fixture.newest().await["message"], "voted");
}
