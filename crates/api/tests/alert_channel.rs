//! Alerts and findings in a channel that administrators choose: one message there, or direct messages where it cannot be used.

use guildhall_model::finding::Severity;
use guildhall_testkit::{Dialect, TestServer, TestUser};
use serde_json::{Value, json};

const FORBIDDEN: &str = "api.context.permissions.app_error";
const MINUTE_MS: i64 = 60_000;
const JOB: &str = "/jobs/type/finding_alerts?per_page=1";

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

struct Fixture {
    server: TestServer,
    root: TestUser,
    /// Another administrator.
    other: TestUser,
    /// Administers the team.
    ada: TestUser,
    team: Value,
    channel: Value,
}

async fn fixture() -> Fixture {
    fixture_on(TestServer::start().await).await
}

async fn fixture_on(server: TestServer) -> Fixture {
    let root = server.create_user("root").await;
    root.put("/config/patch", json!({"SecurityAlertSettings": {"NewAdministrator": "off"}})).await.ok();
    let other = server.create_user("other").await;
    root.put(&format!("/users/{}/roles", other.id), json!({"roles": "system_user system_admin"})).await.ok();
    let ada = server.create_user("ada").await;
    let team = ada.create_team("crew").await;
    let channel = ada.create_channel(&team, "alarms", "P").await;
    Fixture { server, root, other, ada, team, channel }
}

impl Fixture {
    async fn choose(&self, channel: &str) {
        self.root.put("/config/patch", json!({"AlertSettings": {"ChannelId": channel}})).await.ok();
    }

    /// Something new is found, and told.
    async fn find(&self, subject: &str) {
        self.server.clock.advance_ms(MINUTE_MS);
        self.server.examiner.find_about("test.critical", Severity::Critical, subject);
        self.server.app().services.findings().examine(false).await.unwrap();
        self.server.app().services.run_due_jobs().await.unwrap();
    }

    /// The last messages are told again, as after a crash before the end of the run.
    async fn repeat(&self) {
        let job = self.root.get(JOB).await.ok()[0].clone();
        let path = format!("/jobs/{}/status", id(&job));
        self.root.patch(&path, json!({"status": "pending", "force": true})).await.ok();
        self.server.app().services.run_due_jobs().await.unwrap();
        assert_eq!(self.root.get(JOB).await.ok()[0]["status"], "success");
    }

    /// The alerts in the channel, without notices.
    async fn told(&self) -> Vec<Value> {
        let posts = self.root.get(&format!("/channels/{}/posts", id(&self.channel))).await.ok();
        posts["posts"].as_object().unwrap().values().filter(|post| post["type"] == "").cloned().collect()
    }

    /// How many direct messages the two administrators have.
    async fn direct(&self) -> (usize, usize) {
        (direct_messages(&self.root).await.len(), direct_messages(&self.other).await.len())
    }

    async fn archive(&self) {
        self.ada.delete(&format!("/channels/{}", id(&self.channel))).await.ok();
    }

    async fn restore(&self) {
        self.ada.post(&format!("/channels/{}/restore", id(&self.channel)), json!({})).await.ok();
    }
}

async fn direct_messages(user: &TestUser) -> Vec<String> {
    let channels = user.get("/users/me/channels").await.ok();
    let mut texts = Vec::new();
    for channel in channels.as_array().unwrap().iter().filter(|channel| channel["type"] == "D") {
        let posts = user.get(&format!("/channels/{}/posts", id(channel))).await.ok();
        texts.extend(posts["posts"].as_object().unwrap().values().map(|post| post["message"].as_str().unwrap().to_owned()));
    }
    texts
}

#[tokio::test]
async fn what_is_found_is_told_once_in_the_channel_and_nowhere_else() {
    for dialect in Dialect::ALL {
        let Some(server) = TestServer::start_on_dialect(dialect).await else { continue };
        let it = fixture_on(server).await;
        it.choose(id(&it.channel)).await;
        it.find("one").await;
        let told = it.told().await;
        assert_eq!((told.len(), it.direct().await), (1, (0, 0)), "{told:?}");
        assert!(told[0]["message"].as_str().unwrap().starts_with("**Critical** (test): test.critical was found."), "{told:?}");
        // It is the server's bot, which is a member now, of the team as well.
        let bot = told[0]["user_id"].as_str().unwrap();
        assert_eq!(it.ada.get(&format!("/users/{bot}")).await.ok()["username"], "guildhall");
        it.ada.get(&format!("/channels/{}/members/{bot}", id(&it.channel))).await.ok();
        it.repeat().await;
        assert_eq!((it.told().await.len(), it.direct().await), (1, (0, 0)));
        // Who removes it sees it again with the next alert.
        it.ada.delete(&format!("/teams/{}/members/{bot}", id(&it.team))).await.ok();
        it.find("two").await;
        assert_eq!((it.told().await.len(), it.direct().await), (2, (0, 0)));
        assert_eq!(it.server.count("SELECT COUNT(*) FROM bots").await, 1);
    }
}

#[tokio::test]
async fn a_security_alert_is_told_there_and_a_change_holds_at_once() {
    let it = fixture().await;
    it.root.put("/config/patch", json!({"SecurityAlertSettings": {"NewAdministrator": "alert"}})).await.ok();
    let alert = async |name: &str| {
        let user = it.server.create_user(name).await;
        it.root.put(&format!("/users/{}/roles", user.id), json!({"roles": "system_user system_admin"})).await.ok();
        it.server.clock.advance_ms(10_001);
        // The second run writes the messages.
        for _ in 0..2 {
            it.server.app().services.run_due_jobs().await.unwrap();
        }
    };
    it.server.clock.advance_ms(2 * 60 * MINUTE_MS);
    it.choose(id(&it.channel)).await;
    alert("bob").await;
    let told = it.told().await;
    assert_eq!((told.len(), it.direct().await), (1, (0, 0)), "{told:?}");
    assert!(told[0]["message"].as_str().unwrap().contains("@bob has become an administrator."), "{told:?}");
    // The mails are as before.
    it.choose("").await;
    alert("eve").await;
    assert_eq!((it.told().await.len(), it.direct().await), (1, (1, 1)));
}

#[tokio::test]
async fn while_the_channel_is_archived_direct_messages_say_so() {
    let it = fixture().await;
    it.choose(id(&it.channel)).await;
    it.archive().await;
    it.find("one").await;
    assert_eq!(it.direct().await, (1, 1));
    let message = direct_messages(&it.root).await.remove(0);
    assert!(
        message.contains("`alerts.channel_id` cannot be used: The channel is archived.") && message.contains("test.critical was found")
    );
    // The same message does not come into the channel later, nor twice to anybody; the next one does.
    it.restore().await;
    it.repeat().await;
    assert_eq!((it.told().await.len(), it.direct().await), (0, (1, 1)));
    it.find("two").await;
    assert_eq!((it.told().await.len(), it.direct().await), (1, (1, 1)));
    // What was told there is not told again because the channel is archived now.
    it.archive().await;
    it.repeat().await;
    assert_eq!(it.direct().await, (1, 1));
    // The same for an archived team.
    it.restore().await;
    it.root.delete(&format!("/teams/{}", id(&it.team))).await.ok();
    it.find("three").await;
    assert_eq!(it.direct().await, (2, 2));
}

#[tokio::test]
async fn in_a_channel_where_members_may_not_post_the_server_does() {
    let it = fixture().await;
    let path = format!("/channels/{}/moderations/patch", id(&it.channel));
    it.ada.put(&path, json!([{"name": "create_post", "roles": {"members": false, "guests": false}}])).await.ok();
    it.choose(id(&it.channel)).await;
    it.find("one").await;
    assert_eq!((it.told().await.len(), it.direct().await), (1, (0, 0)));
}

#[tokio::test]
async fn a_full_team_loses_no_message() {
    let it = fixture().await;
    it.choose(id(&it.channel)).await;
    it.root.put("/config/patch", json!({"TeamSettings": {"MaxUsersPerTeam": 1}})).await.ok();
    it.find("one").await;
    assert_eq!((it.told().await.len(), it.direct().await), (0, (1, 1)));
}

#[tokio::test]
async fn only_a_usable_channel_is_chosen_and_only_by_system_administrators() {
    let it = fixture().await;
    let choose = |user: &TestUser, channel: &str| {
        let (user, patch) = (it.server.reconnect(user), json!({"AlertSettings": {"ChannelId": channel}}));
        async move { user.put("/config/patch", patch).await }
    };
    choose(&it.root, "town-square").await.assert_error(400, "model.config.is_valid.value.app_error");
    choose(&it.root, &it.root.id.to_string()).await.assert_error(400, "api.config.alert_channel.missing.app_error");
    let direct = it.root.post("/channels/direct", json!([it.root.id, it.other.id])).await.ok();
    choose(&it.root, id(&direct)).await.assert_error(400, "api.config.alert_channel.direct.app_error");
    it.archive().await;
    choose(&it.root, id(&it.channel)).await.assert_error(400, "api.config.alert_channel.archived.app_error");
    it.restore().await;
    choose(&it.ada, id(&it.channel)).await.assert_error(403, FORBIDDEN);
    it.root.put(&format!("/users/{}/roles", it.ada.id), json!({"roles": "system_user system_manager"})).await.ok();
    let ada = it.server.reconnect(&it.ada);
    let before = ada.get("/config").await.ok();
    choose(&ada, id(&it.channel)).await;
    assert_eq!(it.root.get("/config").await.ok()["AlertSettings"]["ChannelId"], "", "{before}");
    choose(&it.root, id(&it.channel)).await.ok();
    // Other settings can be changed while the channel is archived.
    it.archive().await;
    it.root.put("/config/patch", json!({"SecurityAlertSettings": {"Mail": false}})).await.ok();
    let last = it.root.get("/audits?per_page=10").await.ok();
    assert!(last.to_string().contains("alerts.channel_id"), "{last}");
}
