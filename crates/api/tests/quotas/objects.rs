//! How much one person may make: concurrent requests never pass a limit together.

use futures::future::{LocalBoxFuture, join_all};
use guildhall_testkit::{Dialect, PASSWORD, TestResponse, TestServer, TestUser};
use serde_json::{Value, json};

use super::id;

/// Rows that one person may have, in each case.
const LIMIT: usize = 3;
/// No more than one person may have pictures waiting for their turn.
const REQUESTS: usize = 6;

struct World {
    server: TestServer,
    root: TestUser,
    /// A system administrator who has made nothing yet.
    ops: TestUser,
    /// More than are needed for so many different group channels.
    people: Vec<TestUser>,
    team: Value,
    channel: Value,
}

impl World {
    async fn on(server: TestServer) -> Self {
        let (root, mut ops) = (server.create_user("root").await, server.create_user("ops").await);
        root.put(&format!("/users/{}/roles", ops.id), json!({"roles": "system_user system_admin"})).await.ok();
        ops.log_in().await;
        let team = root.create_team("crew").await;
        let channel = root.create_channel(&team, "dev", "O").await;
        root.add_to_team(&team, &ops).await;
        root.add_to_channel(&channel, &ops).await;
        let mut people = Vec::new();
        for n in 0..REQUESTS {
            people.push(server.create_user(&format!("person{n}")).await);
        }
        Self { server, root, ops, people, team, channel }
    }
}

/// A setting, how many rows there are already, the error, and a request that makes one more.
type Row = (&'static str, usize, &'static str, for<'a> fn(&'a World, usize) -> LocalBoxFuture<'a, TestResponse>);

macro_rules! row {
    ($setting:literal, $existing:literal, $error:literal, |$world:ident, $n:ident| $request:expr) => {
        ($setting, $existing, $error, |$world, $n| Box::pin(async move { $request.await }))
    };
}

const ROWS: [Row; 17] = [
    row!("QuotaSettings.UploadsPerUser", 0, "api.upload.create.too_many.app_error", |world, n| {
        let upload = json!({"channel_id": world.channel["id"], "filename": format!("{n}.bin"), "file_size": 10});
        world.ops.post("/uploads", upload)
    }),
    // An account begins with two.
    row!("QuotaSettings.PreferencesPerUser", 2, "app.preference.limit.app_error", |world, n| {
        let preference = json!([{"user_id": world.ops.id, "category": "mine", "name": format!("p{n}"), "value": "x"}]);
        world.ops.put("/users/me/preferences", preference)
    }),
    row!("QuotaSettings.EmojiPerUser", 0, "api.emoji.create.too_many_of_user.app_error", |world, n| emoji(&world.ops, format!("mine{n}"))),
    // With those of the row before.
    row!("QuotaSettings.Emoji", 3, "api.emoji.create.too_many.app_error", |world, n| emoji(&world.people[n], format!("ours{n}"))),
    row!("QuotaSettings.GroupsPerUser", 0, "api.group.too_many_of_user.app_error", |world, n| group(&world.ops, format!("mine{n}"))),
    // With those of the row before.
    row!("QuotaSettings.Groups", 3, "api.group.too_many.app_error", |world, n| group(&world.people[n], format!("ours{n}"))),
    row!("QuotaSettings.TeamsPerUser", 0, "api.team.create_team.too_many_of_user.app_error", |world, n| {
        world.ops.post("/teams", json!({"name": format!("team{n}"), "display_name": "x", "type": "O"}))
    }),
    row!("QuotaSettings.ChannelsPerUser", 0, "api.channel.create_channel.too_many_of_user.app_error", |world, n| {
        channel(world, format!("mine{n}"))
    }),
    row!("QuotaSettings.GroupChannelsPerUser", 0, "api.channel.create_group.too_many_of_user.app_error", |world, n| {
        world.ops.post("/channels/group", json!([world.people[n].id, world.people[(n + 1) % REQUESTS].id]))
    }),
    row!("QuotaSettings.WebhooksPerUser", 0, "api.webhook.create_incoming.too_many_of_user.app_error", |world, _n| {
        world.ops.post("/hooks/incoming", json!({"channel_id": world.channel["id"]}))
    }),
    row!("QuotaSettings.WebhooksPerUser", 0, "api.webhook.create_outgoing.too_many_of_user.app_error", |world, n| {
        let hook = json!({"team_id": world.team["id"], "display_name": "x", "trigger_words": [format!("w{n}")], "callback_urls": ["http://a.example"]});
        world.ops.post("/hooks/outgoing", hook)
    }),
    row!("QuotaSettings.CommandsPerUser", 0, "api.command.too_many_of_user.app_error", |world, n| {
        let command = json!({"team_id": world.team["id"], "trigger": format!("do{n}"), "method": "P", "url": "https://a.example"});
        world.ops.post("/commands", command)
    }),
    row!("QuotaSettings.BotsPerUser", 0, "api.bot.create.too_many_of_user.app_error", |world, n| {
        world.ops.post("/bots", json!({"username": format!("bot{n}")}))
    }),
    row!("QuotaSettings.OAuthAppsPerUser", 0, "api.oauth.register_oauth_app.too_many_of_user.app_error", |world, n| {
        let urls = json!(["https://a.example"]);
        world.ops.post(
            "/oauth/apps",
            json!({"name": format!("app{n}"), "description": "x", "homepage": "https://a.example", "callback_urls": urls}),
        )
    }),
    // Unlimited again for the rows that follow, which make channels.
    row!("TeamSettings.MaxUsersPerTeam", 2, "app.team.join_user_to_team.max_accounts.app_error", |world, n| { add_member(world, n) }),
    // The two default channels, dev, and three of an earlier row.
    row!("TeamSettings.MaxChannelsPerTeam", 6, "api.channel.create_channel.max_channel_limit.app_error", |world, n| {
        channel(world, format!("more{n}"))
    }),
    // The same limit, of which three are used.
    row!("QuotaSettings.UploadsPerUser", 3, "api.upload.create.too_many.app_error", |world, n| {
        let upload = json!({"channel_id": world.channel["id"], "filename": format!("{n}.bin"), "file_size": 20});
        world.ops.post("/uploads", upload)
    }),
];

async fn add_member(world: &World, n: usize) -> TestResponse {
    let path = format!("/teams/{}/members", id(&world.team));
    world.root.post(&path, json!({"team_id": world.team["id"], "user_id": world.people[n].id})).await
}

async fn channel(world: &World, name: String) -> TestResponse {
    world.ops.post("/channels", json!({"team_id": world.team["id"], "name": name, "display_name": "x", "type": "O"})).await
}

async fn emoji(who: &TestUser, name: String) -> TestResponse {
    let described = json!({"name": name, "creator_id": who.id}).to_string();
    who.upload("/emoji", &[("image", Some("e.png"), include_bytes!("../support/dot.png")), ("emoji", None, described.as_bytes())]).await
}

async fn group(who: &TestUser, name: String) -> TestResponse {
    let group = json!({"name": name, "display_name": "x", "source": "custom", "allow_reference": true, "user_ids": []});
    who.post("/groups", group).await
}

async fn set(root: &TestUser, setting: &str, value: usize) {
    let (section, name) = setting.split_once('.').unwrap();
    root.put("/config/patch", json!({section: {name: value}})).await.ok();
}

async fn limits_hold(dialect: Dialect) {
    let Some(server) = TestServer::start_on_dialect(dialect).await else { return };
    let world = World::on(server).await;
    for (setting, existing, error, request) in ROWS {
        set(&world.root, setting, existing + LIMIT).await;
        let answers = join_all((0..REQUESTS).map(|n| request(&world, n))).await;
        let made = answers.iter().filter(|answer| answer.status < 300).count();
        assert_eq!(made, LIMIT, "{setting} on {dialect:?}: {:?}", answers.iter().map(TestResponse::text).collect::<Vec<_>>());
        for refused in answers.iter().filter(|answer| answer.status >= 300) {
            refused.assert_error(400, error);
            assert!(!refused.text().contains("{max}"), "{}", refused.text());
        }
        set(&world.root, setting, 1_000).await;
    }
    assert_eq!(world.server.count("SELECT COUNT(*) FROM teams").await, 1 + LIMIT as i64);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_hold_on_sqlite() {
    limits_hold(Dialect::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_hold_on_postgres() {
    limits_hold(Dialect::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_hold_on_mysql() {
    limits_hold(Dialect::Mysql).await;
}

#[tokio::test]
async fn archiving_makes_no_room_for_what_counts_for_ever() {
    let world = World::on(TestServer::start().await).await;
    set(&world.root, "QuotaSettings.ChannelsPerUser", 1).await;
    let made = channel(&world, "first".to_owned()).await.ok();
    world.ops.delete(&format!("/channels/{}", id(&made))).await.ok();
    channel(&world, "second".to_owned()).await.assert_error(400, "api.channel.create_channel.too_many_of_user.app_error");
    set(&world.root, "QuotaSettings.TeamsPerUser", 1).await;
    let team = world.ops.create_team("mine").await;
    world.ops.delete(&format!("/teams/{}", id(&team))).await.ok();
    let again = world.ops.post("/teams", json!({"name": "again", "display_name": "x", "type": "O"})).await;
    again.assert_error(400, "api.team.create_team.too_many_of_user.app_error");
}

#[tokio::test]
async fn a_restored_channel_needs_room_in_its_team() {
    let world = World::on(TestServer::start().await).await;
    world.root.delete(&format!("/channels/{}", id(&world.channel))).await.ok();
    set(&world.root, "TeamSettings.MaxChannelsPerTeam", 3).await;
    channel(&world, "instead".to_owned()).await.ok();
    let restore = async || world.root.post(&format!("/channels/{}/restore", id(&world.channel)), json!({})).await;
    restore().await.assert_error(400, "api.channel.create_channel.max_channel_limit.app_error");
    set(&world.root, "TeamSettings.MaxChannelsPerTeam", 4).await;
    restore().await.ok();
}

#[tokio::test]
async fn whoever_has_too_many_preferences_may_change_them() {
    let world = World::on(TestServer::start().await).await;
    let save = async |name: &str, value: &str| {
        let preference = json!([{"user_id": world.ops.id, "category": "mine", "name": name, "value": value}]);
        world.ops.put("/users/me/preferences", preference).await
    };
    for name in ["a", "b", "c"] {
        save(name, "x").await.ok();
    }
    set(&world.root, "QuotaSettings.PreferencesPerUser", 2).await;
    save("b", "y").await.ok();
    save("d", "y").await.assert_error(400, "app.preference.limit.app_error");
    let account = json!({"login_id": "ops", "password": PASSWORD});
    world.server.anonymous().post("/users/login", account).await.ok();
}
