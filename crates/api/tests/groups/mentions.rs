//! `@group` in messages: whom it notifies, what an edit and a deletion take back, and what the author is told.

use super::*;

/// Ann, Bob and Cat are in the group "dev"; Ann and Bob are in the channel, and so is Dan.
struct Fixture {
    server: TestServer,
    root: TestUser,
    ann: TestUser,
    bob: TestUser,
    cat: TestUser,
    dan: TestUser,
    team: Value,
    room: Value,
    dev: Value,
}

impl Fixture {
    async fn new() -> Self {
        Self::with(TestServer::start().await).await
    }

    async fn with(server: TestServer) -> Self {
        let root = server.create_user("root").await;
        let (ann, bob, cat, dan) = (
            server.create_user("ann").await,
            server.create_user("bob").await,
            server.create_user("cat").await,
            server.create_user("dan").await,
        );
        let team = ann.create_team("crew").await;
        let room = ann.create_channel(&team, "room", "O").await;
        for user in [&bob, &cat, &dan] {
            ann.add_to_team(&team, user).await;
        }
        for user in [&bob, &dan] {
            ann.add_to_channel(&room, user).await;
        }
        let dev = create_group(&ann, "dev", &[&ann, &bob, &cat]).await;
        Self { server, root, ann, bob, cat, dan, team, room, dev }
    }

    async fn mention_count(&self, user: &TestUser) -> i64 {
        user.get(&format!("/channels/{}/members/me", id(&self.room))).await.ok()["mention_count"].as_i64().unwrap()
    }

    /// How many mentions of Bob, of Ann and of Dan the message of Dan adds.
    async fn mentions(&self, message: &str) -> (i64, i64, i64) {
        let counts =
            async || (self.mention_count(&self.bob).await, self.mention_count(&self.ann).await, self.mention_count(&self.dan).await);
        let before = counts().await;
        self.dan.create_post(&self.room, message).await;
        let after = counts().await;
        // Dan's own posts are read at once.
        (after.0 - before.0, after.1 - before.1, after.2)
    }
}

#[tokio::test]
async fn a_mention_notifies_the_members_in_the_channel() {
    let fixture = Fixture::new().await;
    for (message, expected) in [
        ("@dev look", (1, 1, 0)),
        ("(@DEV.)", (1, 1, 0)),
        ("@dev @dev and @bob", (1, 1, 0)),
        ("`@dev` me@dev @devs", (0, 0, 0)),
        ("> @dev", (0, 0, 0)),
        ("@bob only", (1, 0, 0)),
    ] {
        assert_eq!(fixture.mentions(message).await, expected, "{message}");
    }
    let mut events = fixture.bob.subscribe().await;
    fixture.dan.create_post(&fixture.room, "@dev again").await;
    let mentioned: Vec<String> = serde_json::from_str(events.wait_for("posted").await["data"]["mentions"].as_str().unwrap()).unwrap();
    assert_eq!(mentioned.len(), 2);
    // The author is not mentioned by their own group.
    fixture.ann.create_post(&fixture.room, "@dev, it is me").await;
    let mentioned: Vec<String> = serde_json::from_str(events.wait_for("posted").await["data"]["mentions"].as_str().unwrap()).unwrap();
    assert_eq!(mentioned, [fixture.bob.id.to_string()]);
}

#[tokio::test]
async fn archived_and_renamed_groups_are_not_mentioned() {
    let fixture = Fixture::new().await;
    let path = format!("/groups/{}", id(&fixture.dev));
    fixture.ann.put(&format!("{path}/patch"), json!({"name": "dev.ops"})).await.ok();
    assert_eq!(fixture.mentions("@dev").await, (0, 0, 0));
    assert_eq!(fixture.mentions("@dev.ops.").await, (1, 1, 0));
    fixture.ann.delete(&path).await.ok();
    assert_eq!(fixture.mentions("@dev.ops").await, (0, 0, 0));
    fixture.ann.post(&format!("{path}/restore"), json!({})).await.ok();
    assert_eq!(fixture.mentions("@dev.ops").await, (1, 1, 0));
    // A member is mentioned from the next post on.
    change_members(&fixture.ann, Method::DELETE, &fixture.dev, &[&fixture.ann]).await.ok();
    assert_eq!(fixture.mentions("@dev.ops").await, (1, 0, 0));
    fixture.root.put("/config/patch", json!({"ServiceSettings": {"EnableCustomGroups": false}})).await.ok();
    assert_eq!(fixture.mentions("@dev.ops").await, (0, 0, 0));
}

async fn edits_and_deletions_take_mentions_back(dialect: Dialect) {
    let Some(server) = TestServer::start_on_dialect(dialect).await else { return };
    let fixture = Fixture::with(server).await;
    let post = fixture.dan.create_post(&fixture.room, "nobody").await;
    // Bob has a mention by whoever added him to the channel.
    let counts = async || (fixture.mention_count(&fixture.bob).await - 1, fixture.mention_count(&fixture.ann).await);
    assert_eq!(counts().await, (0, 0));
    let edit = async |message: &str| {
        fixture.dan.put(&format!("/posts/{}/patch", id(&post)), json!({"message": message})).await.ok();
        counts().await
    };
    assert_eq!(edit("@dev").await, (1, 1));
    assert_eq!(edit("@dev look").await, (1, 1));
    assert_eq!(edit("@bob").await, (1, 0));
    assert_eq!(edit("@dev @bob").await, (1, 1));
    fixture.dan.delete(&format!("/posts/{}", id(&post))).await.ok();
    assert_eq!(counts().await, (0, 0));
}

#[tokio::test]
async fn edits_and_deletions_take_mentions_back_on_sqlite() {
    edits_and_deletions_take_mentions_back(Dialect::Sqlite).await;
}

#[tokio::test]
async fn edits_and_deletions_take_mentions_back_on_postgres() {
    edits_and_deletions_take_mentions_back(Dialect::Postgres).await;
}

#[tokio::test]
async fn edits_and_deletions_take_mentions_back_on_mysql() {
    edits_and_deletions_take_mentions_back(Dialect::Mysql).await;
}

#[tokio::test]
async fn members_who_are_mentioned_in_a_reply_follow_the_thread() {
    let fixture = Fixture::new().await;
    let root = fixture.dan.create_post(&fixture.room, "a question").await;
    let reply = json!({"channel_id": fixture.room["id"], "root_id": root["id"], "message": "@dev may know"});
    fixture.dan.post("/posts", reply).await.ok();
    let thread = format!("/users/me/teams/{}/threads/{}", id(&fixture.team), id(&root));
    assert_eq!(fixture.bob.get(&thread).await.ok()["unread_mentions"], 1);
}

#[tokio::test]
async fn only_those_who_may_mention_groups_do() {
    let mut fixture = Fixture::new().await;
    let role = fixture.root.get("/roles/name/channel_user").await.ok();
    let permissions: Vec<&Value> =
        role["permissions"].as_array().unwrap().iter().filter(|permission| **permission != "use_group_mentions").collect();
    fixture.root.put(&format!("/roles/{}/patch", id(&role)), json!({"permissions": permissions})).await.ok();
    assert_eq!(fixture.mentions("@dev @bob").await, (1, 0, 0));
    // Guests may not by default.
    fixture.root.put(&format!("/users/{}/roles", fixture.dan.id), json!({"roles": "system_guest"})).await.ok();
    fixture.dan.log_in().await;
    assert_eq!(fixture.mentions("@dev").await, (0, 0, 0));
}

#[tokio::test]
async fn the_author_learns_who_was_not_notified() {
    let fixture = Fixture::new().await;
    let empty = create_group(&fixture.ann, "empty", &[&fixture.cat]).await;
    let mut events = fixture.dan.subscribe().await;
    let mut notice_of = async |message: &str| {
        fixture.dan.create_post(&fixture.room, message).await;
        next(&mut events, "ephemeral_message", "post").await["message"].as_str().unwrap().to_owned()
    };
    assert_eq!(notice_of("@dev").await, "One member of @dev is not in this channel and was not notified.");
    assert_eq!(notice_of("@empty").await, "Nobody of @empty is in this channel, so nobody was notified.");
    change_members(&fixture.ann, Method::DELETE, &empty, &[&fixture.cat]).await.ok();
    assert_eq!(notice_of("@empty").await, "@empty has no members, so it notifies nobody.");
    fixture.ann.add_to_channel(&fixture.room, &fixture.cat).await;
    fixture.dan.create_post(&fixture.room, "@dev is complete").await;
    fixture.root.put("/config/patch", json!({"TeamSettings": {"MaxNotificationsPerChannel": 2}})).await.ok();
    // There was no notice about the complete group.
    let exceeded = "Nobody was notified, because these groups have more than 2 members in this channel.";
    assert_eq!(notice_of("@dev").await, exceeded);
    assert_eq!(fixture.mentions("@dev").await, (0, 0, 0));
}

/// A message that names people alone costs no query more; where a name may be a group's, one looks it up.
#[tokio::test]
async fn messages_pay_for_groups_only_where_they_may_name_one() {
    let fixture = Fixture::new().await;
    let queries = async |message: &str| {
        let before = fixture.server.queries();
        fixture.dan.create_post(&fixture.room, message).await;
        fixture.server.queries() - before
    };
    queries("warm up").await;
    let plain = queries("@bob hello").await;
    assert_eq!(queries("@bob and @nobody").await, plain + 1);
    fixture.root.put("/config/patch", json!({"ServiceSettings": {"EnableCustomGroups": false}})).await.ok();
    // Sessions are read again after a change of the configuration.
    queries("warm up").await;
    assert_eq!(queries("@bob and @nobody").await, plain);
}
