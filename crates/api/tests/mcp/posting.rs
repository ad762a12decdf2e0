//! Posting: never, at once, or after the person's approval.

use guildhall_model::mcp::APPROVAL_MS;
use guildhall_testkit::TestUser;
use serde_json::{Value, json};

use super::{SITE, World, text};
use crate::support::mcp::call;

const INVALID: &str = "api.mcp.approval_invalid.app_error";
const BY_PROGRAM: &str = "api.mcp.approval_by_program.app_error";

impl World {
    fn message(&self, text: &str) -> Value {
        json!({"channel_id": self.channel["id"], "text": text})
    }

    /// What has been posted in the channel, without the server's notices.
    async fn posted(&self) -> Vec<Value> {
        let page = self.root.get(&format!("/channels/{}/posts", text(&self.channel, "id"))).await.ok();
        let posts = page["order"].as_array().unwrap().iter().map(|id| page["posts"][id.as_str().unwrap()].clone());
        posts.filter(|post| post["type"] == "").collect()
    }

    /// The newest message of the server's bot to the person.
    async fn asked(&self, person: &TestUser) -> Value {
        let channels = person.get("/users/me/channels").await.ok();
        let direct = channels.as_array().unwrap().iter().find(|channel| channel["type"] == "D").unwrap_or_else(|| panic!("{channels}"));
        let page = person.get(&format!("/channels/{}/posts?per_page=1", text(direct, "id"))).await.ok();
        page["posts"][page["order"][0].as_str().unwrap()].clone()
    }
}

fn path(asked: &Value, button: &str) -> String {
    format!("/posts/{}/actions/{button}", text(asked, "id"))
}

#[tokio::test]
async fn programs_do_not_post_where_an_administrator_does_not_want_it() {
    let world = World::new("never").await;
    let error = call(&world.app_of_bob("").await, "send_message", world.message("Hello")).await.unwrap_err();
    assert!(error.contains("may not post"), "{error}");
    assert_eq!(world.posted().await, Vec::<Value>::new());
}

#[tokio::test]
async fn programs_post_at_once_where_they_are_allowed_to() {
    let world = World::new("always").await;
    let app = world.app_of_bob(&format!("{SITE}/mcp")).await;
    let sent = world.told(&app, "send_message", world.message("The second cut")).await;
    assert_eq!((text(&sent, "state"), text(&sent["message"], "author")), ("posted", "bob"));
    let mut reply = world.message("With sound");
    reply["reply_to"] = sent["message"]["id"].clone();
    let sent = world.told(&app, "send_message", reply.clone()).await;
    // A reply to a reply is in the same thread.
    let first = sent["message"]["thread_id"].clone();
    reply["reply_to"] = sent["message"]["id"].clone();
    assert_eq!(world.told(&app, "send_message", reply).await["message"]["thread_id"], first);
    let posted = world.posted().await;
    assert_eq!(posted.len(), 3);
    for post in posted {
        assert_eq!((text(&post, "user_id"), text(&post["props"], "from_oauth_app")), (world.bob.id.to_string().as_str(), "true"), "{post}");
    }
    let error = call(&app, "send_message", world.message(" ")).await.unwrap_err();
    assert!(!error.is_empty());
}

#[tokio::test]
async fn a_message_is_posted_once_the_person_approves_it() {
    let world = World::new("after_approval").await;
    let app = world.app_of_bob("").await;
    let sent = world.told(&app, "send_message", world.message("Delivered on **Friday**")).await;
    assert_eq!(text(&sent, "state"), "waits_for_approval");
    assert_eq!(world.posted().await, Vec::<Value>::new());

    let asked = world.asked(&world.bob).await;
    assert_eq!(text(&asked, "message"), "**Helper** would like to post a message in ~reviews in your name:");
    let attachment = &asked["props"]["attachments"][0];
    assert_eq!((text(attachment, "text"), attachment["actions"].as_array().unwrap().len()), ("Delivered on **Friday**", 2));
    assert!(!asked.to_string().contains("guildhall:mcp"), "where a button goes is the server's own: {asked}");

    // The program cannot approve it itself, and neither can somebody else.
    app.post(&path(&asked, "post"), json!({})).await.assert_error(403, BY_PROGRAM);
    assert_eq!(world.root.post(&path(&asked, "post"), json!({})).await.status, 403);
    assert_eq!(world.posted().await, Vec::<Value>::new());

    for _ in 0..2 {
        world.bob.post(&path(&asked, "post"), json!({})).await;
    }
    let posted = world.posted().await;
    assert_eq!(posted.len(), 1, "once, however often the button is pressed");
    assert_eq!((text(&posted[0], "message"), text(&posted[0]["props"], "from_oauth_app")), ("Delivered on **Friday**", "true"));
    let asked = world.asked(&world.bob).await;
    assert_eq!(text(&asked, "message"), "You have let **Helper** post this in ~reviews:");
    assert!(asked["props"]["attachments"][0].get("actions").is_none(), "{asked}");
}

#[tokio::test]
async fn a_message_that_is_rejected_or_too_old_is_not_posted() {
    let world = World::new("after_approval").await;
    let app = world.app_of_bob("").await;
    world.told(&app, "send_message", world.message("No")).await;
    let rejected = world.asked(&world.bob).await;
    world.bob.post(&path(&rejected, "reject"), json!({})).await.ok();
    assert_eq!(text(&world.asked(&world.bob).await, "message"), "**Helper** did not post in ~reviews. You have rejected this:");
    world.bob.post(&path(&rejected, "post"), json!({})).await.assert_error(404, "api.post.do_action.action_id.app_error");

    world.told(&app, "send_message", world.message("Late")).await;
    let late = world.asked(&world.bob).await;
    world.server.clock.advance_ms(APPROVAL_MS);
    world.bob.post(&path(&late, "post"), json!({})).await.assert_error(400, INVALID);
    assert_eq!(world.posted().await, Vec::<Value>::new());
}

#[tokio::test]
async fn what_could_not_be_posted_is_refused_before_anybody_is_asked() {
    let world = World::new("after_approval").await;
    let app = world.app_of_bob("").await;
    for arguments in [world.message(""), world.message(&"x".repeat(70_000))] {
        assert!(call(&app, "send_message", arguments).await.is_err());
    }
    world.root.delete(&format!("/channels/{}", text(&world.channel, "id"))).await.ok();
    assert!(call(&app, "send_message", world.message("Hello")).await.is_err());
}

/// Between the question and the answer the person was removed from the channel.
#[tokio::test]
async fn approval_does_not_open_a_channel_that_was_closed_meanwhile() {
    let world = World::new("after_approval").await;
    let app = world.app_of_bob("").await;
    let private = world.root.create_channel(&world.team, "final-mix", "P").await;
    world.root.add_to_channel(&private, &world.bob).await;
    world.told(&app, "send_message", json!({"channel_id": private["id"], "text": "Hello"})).await;
    let asked = world.asked(&world.bob).await;
    world.root.delete(&format!("/channels/{}/members/{}", text(&private, "id"), world.bob.id)).await.ok();
    assert_eq!(world.bob.post(&path(&asked, "post"), json!({})).await.status, 403);
}

/// Somebody else's button must not reach what is the server's own.
#[tokio::test]
async fn buttons_of_integrations_approve_nothing() {
    let world = World::new("after_approval").await;
    let hook = world.root.post("/hooks/incoming", json!({"channel_id": world.channel["id"], "display_name": "x"})).await.ok();
    let integration = json!({"url": "guildhall:mcp/approval", "context": {"approval": "AAAA"}});
    let button = json!({"id": "post", "name": "Post it", "integration": integration});
    let message = json!({"text": "x", "attachments": [{"text": "y", "actions": [button]}]});
    world.server.anonymous().post(&format!("//hooks/{}", text(&hook, "id")), message).await;
    let page = world.bob.get(&format!("/channels/{}/posts?per_page=1", text(&world.channel, "id"))).await.ok();
    let post = &page["posts"][page["order"][0].as_str().unwrap()];
    let actions = &post["props"]["attachments"][0]["actions"];
    if let Some(action) = actions.get(0) {
        let answer = world.bob.post(&path(post, "post"), json!({"cookie": action["cookie"]})).await;
        assert_eq!(answer.status, 400, "{}", answer.text());
    }
    assert_eq!(world.posted().await.iter().filter(|post| post["message"] != "x").count(), 0);
}

/// A bot has nobody who could approve.
#[tokio::test]
async fn bots_cannot_post_where_people_approve() {
    let world = World::new("after_approval").await;
    let bot = world.root.post("/bots", json!({"username": "helperbot"})).await.ok();
    let token = world.root.post(&format!("/users/{}/tokens", text(&bot, "user_id")), json!({"description": "x"})).await.ok();
    let member = json!({"team_id": world.team["id"], "user_id": bot["user_id"]});
    world.root.post(&format!("/teams/{}/members", text(&world.team, "id")), member).await.ok();
    let member = json!({"user_id": bot["user_id"]});
    world.root.post(&format!("/channels/{}/members", text(&world.channel, "id")), member).await.ok();
    let bot = world.root.with_token(text(&token, "token"));
    let error = call(&bot, "send_message", world.message("Hello")).await.unwrap_err();
    assert!(error.contains("approval of a person"), "{error}");
}
