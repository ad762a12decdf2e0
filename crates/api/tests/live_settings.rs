//! A change of each live setting takes effect at once, and still after a restart.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::body::Body;
use futures::future::LocalBoxFuture;
use guildhall_model::Actor;
use guildhall_model::codes::system as codes;
use guildhall_model::settings::{Applies, Settings, Writer};
use guildhall_testkit::{PASSWORD, TestResponse, TestServer, TestUser};
use http::Request;
use http::header::{ACCEPT, AUTHORIZATION, ORIGIN};
use serde_json::{Map, Value, json};
use tower::ServiceExt;

use crate::support::StubServer;

/// A setting, its new value in Mattermost's format, and a check whether the new value is in effect.
type Row = (&'static str, fn() -> Value, for<'a> fn(&'a World) -> LocalBoxFuture<'a, bool>);

/// `row!("section.name", new value, |world| effect)`.
macro_rules! row {
    ($name:literal, $value:expr, |$world:ident| $effect:expr) => {
        ($name, || json!($value), |$world| Box::pin(async move { $effect }))
    };
}

mod alerts;
mod announcements;
mod audit_export;
mod doctor;
mod groups;
mod mail;
mod mcp;
mod oauth;
mod passwords;
mod posts;
mod priority;
mod privacy;
mod projects;
mod quotas;
mod rates;
mod second_factors;
mod security_alerts;
mod tls;

/// Settings that do not affect each other's checks.
struct Group {
    /// Other settings that are set first.
    preset: &'static [(&'static str, i64)],
    rows: &'static [Row],
}

const GROUPS: [&Group; 36] = [
    &alerts::CHANNEL,
    &announcements::SHOWN,
    &audit_export::SYSLOG,
    &doctor::DOCTOR,
    &groups::NUMBERS,
    &groups::OFF,
    &projects::END,
    &INDEPENDENT,
    &SWITCHES,
    &LIMITS,
    &BURST,
    &RATE,
    &quotas::DISK,
    &mail::SENDING,
    &mail::OFF,
    &mcp::CALLS,
    &mcp::ENABLED,
    &mcp::POSTING,
    &oauth::OFF,
    &oauth::REGISTRATION,
    &passwords::POLICY,
    &posts::SWITCHES,
    &priority::NUMBERS,
    &priority::ONCE_ONLY,
    &priority::OFF,
    &privacy::EXPORTS,
    &quotas::BYTES,
    &quotas::SUMS,
    &quotas::FILES,
    &quotas::OBJECTS,
    &rates::RATES,
    &rates::SERVER,
    &second_factors::REQUIRED,
    &security_alerts::RULES,
    &tls::STATUS,
    &tls::HEADER,
];

const INDEPENDENT: Group = Group {
    preset: &[],
    rows: &[
        row!("site.url", "https://chat.example", |world| world.stream_status("https://chat.example").await == 200),
        row!("site.name", "Club", |world| world.client_config("SiteName").await == "Club"),
        row!("site.description", "Ours", |world| world.client_config("CustomDescriptionText").await == "Ours"),
        row!("site.default_locale", "de", |world| world.create_account(json!({})).await.ok()["locale"] == "de"),
        row!("signup.allowed_domains", "example.com,b.example", |world| {
            let account = json!({"email": format!("{}@elsewhere.example", world.name())});
            has_id(&world.sign_up(account).await, "api.user.create_user.accepted_domain.app_error")
        }),
        row!("signup.email_invitations", false, |world| {
            let path = format!("/teams/{}/invite/email", world.team["id"].as_str().unwrap());
            has_id(&world.ann.post(&path, json!(["x@example.com"])).await, "api.team.invite_members.disabled.app_error")
        }),
        row!("guests.enabled", false, |world| {
            let account = world.create_account(json!({})).await.ok();
            let path = format!("/users/{}/demote", account["id"].as_str().unwrap());
            has_id(&world.root.post(&path, json!({})).await, "api.team.demote_user_to_guest.disabled.error")
        }),
        row!("guests.allowed_domains", "guest.example", |world| {
            let change = json!({"email": format!("{}@example.com", world.name()), "password": PASSWORD});
            has_id(&world.guest.put("/users/me/patch", change).await, "api.user.create_user.accepted_domain.app_error")
        }),
        row!("log_in.by_link", "none", |world| world.asks_for_magic_link().await.status == 501),
        row!("sessions.web_hours", 50, |world| world.session_hours("").await == 50),
        row!("sessions.mobile_hours", 60, |world| world.session_hours(&format!("apple:{}", world.name())).await == 60),
        row!("sessions.extend_with_activity", false, |world| !world.activity_extends_session().await),
        row!("teams.max_members", 2, |world| world.join_team().await.status == 400),
        row!("teams.max_channels", 2, |world| {
            let channel = json!({"team_id": world.team["id"], "name": world.name(), "display_name": "x", "type": "O"});
            world.ann.post("/channels", channel).await.status == 400
        }),
        row!("teams.max_notifications_per_channel", 1, |world| !world.channel_mention_notifies().await),
        row!("posts.max_message_bytes", 65_540, |world| {
            let draft = json!({"channel_id": world.channel["id"], "message": "x".repeat(16_385)});
            world.ann.post("/posts", draft).await.status == 201
        }),
        row!("posts.edit_time_limit_seconds", 1, |world| {
            let post = world.ann.create_post(&world.channel, "early").await;
            world.server.clock.advance_ms(2_000);
            let path = format!("/posts/{}/patch", post["id"].as_str().unwrap());
            world.ann.put(&path, json!({"message": "late"})).await.status == 400
        }),
        row!("files.max_size_bytes", 10, |world| world.upload(20).await.status == 413),
        row!("files.guest_max_size_bytes", 5, |world| World::upload_as(&world.guest, &world.guest_channel, 7).await.status == 413),
        row!("files.image_proxy", false, |world| {
            has_id(&world.ann.get("/image?url=http%3A%2F%2F127.0.0.1%2Fx.png").await, "api.image.get.disabled.app_error")
        }),
        row!("files.public_links", true, |world| {
            world.ann.get(&format!("/files/{}/link", world.file["id"].as_str().unwrap())).await.status == 200
        }),
        row!("integrations.outgoing_webhooks", false, |world| {
            let hook = json!({"team_id": world.team["id"], "display_name": "x", "trigger_words": [world.name()], "callback_urls": ["http://a.example"]});
            world.root.post("/hooks/outgoing", hook).await.status == 501
        }),
        row!("integrations.bots", false, |world| world.root.post("/bots", json!({"username": world.name()})).await.status == 403),
        row!("integrations.access_tokens", false, |world| world.root.with_token(&world.token).get("/users/me").await.status == 401),
        row!("integrations.access_token_max_days", 30, |world| {
            // Where tokens are switched off, too, only the count shows it.
            world.client_config_of_root("MaximumPersonalAccessTokenLifetimeDays").await == "30"
                && world.root.get("/users/tokens/non_compliant/count").await.ok()["count"] == 1
        }),
        row!("integrations.username_override", false, |world| world.post_of_hook().await["props"]["override_username"] != "ci"),
        row!("integrations.icon_override", false, |world| {
            world.post_of_hook().await["props"]["override_icon_url"] != "https://ci.example/i.png"
        }),
        row!("integrations.allowed_addresses", "127.0.0.1", |world| world.command("ask").await.is_some_and(|answer| answer.status == 200)),
        row!("integrations.timeout_ms", 1, |world| {
            let has_failed = world.command("wait").await.is_some_and(|answer| answer.status == 400);
            has_failed && world.unresponsive.accept().is_ok()
        }),
    ],
};

/// Each would affect the checks of others.
const SWITCHES: Group = Group {
    preset: &[],
    rows: &[
        row!("signup.open", false, |world| has_id(&world.sign_up(json!({})).await, "api.user.create_user.no_open_server")),
        row!("signup.password_reject_breached", false, |world| {
            world.create_account(json!({"password": "password1"})).await.status == 201
        }),
        row!("files.enabled", false, |world| has_id(&world.upload(1).await, "api.file.attachments.disabled.app_error")),
        row!("integrations.incoming_webhooks", false, |world| {
            world.ann.post("/hooks/incoming", json!({"channel_id": world.channel["id"]})).await.status == 501
        }),
        row!("integrations.slash_commands", false, |world| {
            let command = json!({"team_id": world.team["id"], "trigger": world.name(), "method": "P", "url": "https://a.example"});
            world.ann.post("/commands", command).await.status == 501
        }),
    ],
};

const LIMITS: Group = Group {
    preset: &[("limits.requests_burst", 3), ("limits.requests_per_second", 1)],
    rows: &[
        row!("limits.enabled", true, |world| world.admitted(&world.ann, 20).await < 20),
        row!("limits.failed_logins", 2, |world| {
            for _ in 0..2 {
                world.log_in("bob", "wrong").await;
            }
            world.log_in("bob", PASSWORD).await.status == 429
        }),
        row!("limits.failed_login_wait_seconds_max", 3, |world| world.longest_log_in_wait_seconds().await == 3),
        row!("limits.sign_ups_per_hour", 2, |world| {
            let mut accepted = 0;
            for _ in 0..4 {
                accepted += usize::from(world.sign_up_from("10.0.0.7").await.status == 201);
            }
            accepted == 2
        }),
        row!("limits.invitations_per_hour", 2, |world| {
            world.root.put("/config/patch", json!({"ServiceSettings": {"SiteURL": "https://chat.example.com"}})).await;
            let path = format!("/teams/{}/invitations", world.team["id"].as_str().unwrap());
            let mut accepted = 0;
            for _ in 0..4 {
                accepted += usize::from(world.ann.post(&path, json!({})).await.status == 201);
                world.server.clock.advance_ms(1_000);
            }
            accepted < 4
        }),
    ],
};

const BURST: Group = Group {
    preset: &[("limits.enabled", 1), ("limits.requests_per_second", 1)],
    rows: &[row!("limits.requests_burst", 3, |world| world.admitted(&world.bob, 20).await < 20)],
};

const RATE: Group = Group {
    preset: &[("limits.enabled", 1), ("limits.requests_burst", 1), ("limits.requests_per_second", 1)],
    rows: &[row!("limits.requests_per_second", 1_000_000_000, |world| world.admitted(&world.bob, 20).await == 20)],
};

#[test]
fn every_live_setting_is_in_the_table() {
    let live = Settings::SETTINGS.iter().filter(|setting| setting.applies == Applies::Live);
    let listed: Vec<&str> = GROUPS.iter().flat_map(|group| group.rows).map(|row| row.0).collect();
    assert_eq!(listed.iter().copied().collect::<BTreeSet<_>>(), live.map(|setting| setting.path).collect());
    assert_eq!(listed.len(), listed.iter().collect::<BTreeSet<_>>().len());
}

/// The use case itself rejects changes of these settings, besides their absence from the API.
#[tokio::test]
async fn other_settings_cannot_be_changed() {
    let server = TestServer::start().await;
    let system = server.app().services.system();
    for setting in Settings::SETTINGS.iter().filter(|setting| setting.writer == Writer::StartOnly) {
        let before = server.app().services.settings();
        let values = [json!("10.0.0.1"), json!("https://a.example"), json!("forwarded"), json!(7), json!(true), json!(false)];
        let mut others = values.into_iter().filter_map(|value| before.with_value(setting.path, value));
        let changed = others.find(|changed| *changed != *before && changed.check().is_ok()).expect(setting.path);
        let error = system.change_settings(&Actor::local_administrator(), changed).await.unwrap_err();
        assert!(error.is(codes::SETTING_FIXED), "{}", setting.path);
    }
}

#[tokio::test]
async fn changes_of_most_settings_take_effect() {
    assert_takes_effect(&INDEPENDENT).await;
}

#[tokio::test]
async fn changes_of_switches_take_effect() {
    assert_takes_effect(&SWITCHES).await;
}

#[tokio::test]
async fn changes_of_limits_take_effect() {
    assert_takes_effect(&LIMITS).await;
}

#[tokio::test]
async fn a_change_of_the_request_burst_takes_effect() {
    assert_takes_effect(&BURST).await;
}

#[tokio::test]
async fn a_change_of_the_request_rate_takes_effect() {
    assert_takes_effect(&RATE).await;
}

#[tokio::test]
async fn a_change_of_the_free_space_reserve_takes_effect() {
    assert_takes_effect(&quotas::DISK).await;
}

/// No new value is in effect before the change, and each one after the change and after a restart.
async fn assert_takes_effect(group: &Group) {
    assert_takes_effect_in(group, World::new().await).await;
}

async fn assert_takes_effect_in(group: &Group, world: World) {
    let is_switch = |name: &str| name.ends_with(".enabled");
    let preset = group.preset.iter().map(|(name, value)| (*name, if is_switch(name) { json!(*value == 1) } else { json!(value) }));
    world.root.put("/config/patch", patch(preset)).await.ok();
    assert_eq!(settings_in_effect(group, &world).await, Vec::<&str>::new(), "before the change");
    let value = |value: Value| if value == alerts::WORLD_CHANNEL { world.channel["id"].clone() } else { value };
    world.root.put("/config/patch", patch(group.rows.iter().map(|(name, new, _)| (*name, value(new()))))).await.ok();
    let all: Vec<&str> = group.rows.iter().map(|row| row.0).collect();
    assert_eq!(settings_in_effect(group, &world).await, all, "after the change");
    let world = world.restart().await;
    assert_eq!(settings_in_effect(group, &world).await, all, "after a restart");
}

/// The settings whose new values are in effect.
async fn settings_in_effect(group: &Group, world: &World) -> Vec<&'static str> {
    let mut in_effect = Vec::new();
    for (name, _, is_in_effect) in group.rows {
        in_effect.extend(is_in_effect(world).await.then_some(*name));
    }
    in_effect
}

/// These settings in Mattermost's format.
fn patch(values: impl Iterator<Item = (&'static str, Value)>) -> Value {
    let mut sections = Map::new();
    for (name, value) in values {
        let setting = Settings::SETTINGS.iter().find(|setting| setting.path == name).expect(name);
        let key = setting.writable_key().expect(name);
        sections.entry(key.section).or_insert_with(|| json!({}))[key.name] = value;
    }
    Value::Object(sections)
}

fn has_id(answer: &TestResponse, id: &str) -> bool {
    answer.status >= 400 && answer.json()["id"] == id
}

struct World {
    server: TestServer,
    /// The system administrator.
    root: TestUser,
    /// The team's administrator.
    ann: TestUser,
    bob: TestUser,
    team: Value,
    /// With ann and bob as members.
    channel: Value,
    /// Attached to a post of that channel.
    file: Value,
    /// An incoming webhook's id.
    hook: String,
    /// A personal access token of root's.
    token: String,
    guest: TestUser,
    /// Of the guest and bob.
    guest_channel: Value,
    /// Accepts connections and never answers.
    unresponsive: TcpListener,
    names: AtomicUsize,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start_on_disk(|_| {}).await;
        let (root, ann, bob) = (server.create_user("root").await, server.create_user("ann").await, server.create_user("bob").await);
        let team = ann.create_team("builders").await;
        ann.add_to_team(&team, &bob).await;
        let channel = ann.create_channel(&team, "builds", "O").await;
        ann.add_to_channel(&channel, &bob).await;
        let path = format!("/files?channel_id={}", channel["id"].as_str().unwrap());
        let file = ann.upload(&path, &[("files", Some("a.txt"), b"hello")]).await.ok()["file_infos"][0].clone();
        ann.post("/posts", json!({"channel_id": channel["id"], "file_ids": [file["id"]]})).await.ok();
        let hook = ann.post("/hooks/incoming", json!({"channel_id": channel["id"]})).await.ok();
        let token = root.post("/users/me/tokens", json!({"description": "for scripts"})).await.ok();
        let unresponsive = TcpListener::bind("127.0.0.1:0").unwrap();
        unresponsive.set_nonblocking(true).unwrap();
        let stub = StubServer::responding_with(200, "text/plain", "yes").await;
        let unresponsive_url = format!("http://{}", unresponsive.local_addr().unwrap());
        for (trigger, url) in [("ask", &stub.url), ("wait", &unresponsive_url)] {
            let command = json!({"team_id": team["id"], "trigger": trigger, "method": "P", "url": url});
            ann.post("/commands", command).await.ok();
        }
        let hook = hook["id"].as_str().unwrap().to_owned();
        let token = token["token"].as_str().unwrap().to_owned();
        let mut guest = server.create_user("guest").await;
        let guest_channel = bob.post("/channels/direct", json!([guest.id, bob.id])).await.ok();
        root.put(&format!("/users/{}/roles", guest.id), json!({"roles": "system_guest"})).await.ok();
        guest.log_in().await;
        Self { server, root, ann, bob, team, channel, file, hook, token, guest, guest_channel, unresponsive, names: AtomicUsize::new(0) }
    }

    async fn restart(self) -> Self {
        let server = self.server.restart().await;
        let [root, ann, bob, guest] = [&self.root, &self.ann, &self.bob, &self.guest].map(|user| server.reconnect(user));
        Self { server, root, ann, bob, guest, ..self }
    }

    /// A new unique name.
    fn name(&self) -> String {
        format!("new{}", self.names.fetch_add(1, Ordering::Relaxed))
    }

    async fn client_config(&self, name: &str) -> String {
        self.server.anonymous().get("/config/client?format=old").await.ok()[name].as_str().unwrap().to_owned()
    }

    /// What only people who are logged in see.
    async fn client_config_of_root(&self, name: &str) -> String {
        self.root.get("/config/client?format=old").await.ok()[name].as_str().unwrap().to_owned()
    }

    /// The status of a request for the event stream by a page of this origin.
    async fn stream_status(&self, origin: &str) -> u16 {
        let bearer = format!("Bearer {}", self.ann.token.as_deref().unwrap());
        let request =
            Request::get("/api/v4/events").header(ORIGIN, origin).header(AUTHORIZATION, bearer).header(ACCEPT, "text/event-stream");
        let answer = self.server.router().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        answer.status().as_u16()
    }

    /// Creates an account as administrator, with defaults for the fields that are left out.
    async fn create_account(&self, fields: Value) -> TestResponse {
        self.root.post("/users", self.account_with_defaults(fields)).await
    }

    /// Creates an account without a session.
    async fn sign_up(&self, fields: Value) -> TestResponse {
        self.server.anonymous().post("/users", self.account_with_defaults(fields)).await
    }

    async fn sign_up_from(&self, address: &str) -> TestResponse {
        self.server.anonymous().connected_from(address).post("/users", self.account_with_defaults(json!({}))).await
    }

    fn account_with_defaults(&self, fields: Value) -> Value {
        let name = self.name();
        let mut account = json!({"username": name, "email": format!("{name}@example.com"), "password": PASSWORD.repeat(3)});
        account.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        account
    }

    async fn log_in(&self, name: &str, password: &str) -> TestResponse {
        self.log_in_with(name, password, "").await
    }

    async fn log_in_with(&self, name: &str, password: &str, device: &str) -> TestResponse {
        let login = json!({"login_id": name, "password": password, "device_id": device});
        self.server.anonymous().post("/users/login", login).await
    }

    /// Logs bob in.
    async fn log_bob_in(&self, device: &str) -> TestUser {
        let answer = self.log_in_with("bob", PASSWORD, device).await;
        answer.ok();
        self.bob.with_token(answer.header("token"))
    }

    /// `create_at` and `expires_at` of this user's newest session.
    async fn newest_session(user: &TestUser) -> (i64, i64) {
        let sessions = user.get("/users/me/sessions").await.ok();
        let time = |session: &Value, name: &str| session[name].as_i64().unwrap();
        let newest = sessions.as_array().unwrap().iter().max_by_key(|session| time(session, "create_at")).unwrap();
        (time(newest, "create_at"), time(newest, "expires_at"))
    }

    async fn session_hours(&self, device: &str) -> i64 {
        let (created_ms, expires_ms) = Self::newest_session(&self.log_bob_in(device).await).await;
        (expires_ms - created_ms + 1_800_000) / 3_600_000
    }

    async fn activity_extends_session(&self) -> bool {
        let bob = self.log_bob_in("").await;
        let (_, before) = Self::newest_session(&bob).await;
        self.server.clock.advance_ms(10 * 60 * 1_000);
        bob.get("/users/me").await.ok();
        Self::newest_session(&bob).await.1 > before
    }

    /// Adds a new user to the team.
    async fn join_team(&self) -> TestResponse {
        let account = self.create_account(json!({})).await.ok();
        let path = format!("/teams/{}/members", self.team["id"].as_str().unwrap());
        self.ann.post(&path, json!({"team_id": self.team["id"], "user_id": account["id"]})).await
    }

    /// Whether `@channel` counts as a mention of bob.
    async fn channel_mention_notifies(&self) -> bool {
        let path = format!("/channels/{}/members/{}", self.channel["id"].as_str().unwrap(), self.bob.id);
        let before = self.bob.get(&path).await.ok()["mention_count"].clone();
        self.ann.create_post(&self.channel, "@channel look").await;
        self.bob.get(&path).await.ok()["mention_count"] != before
    }

    async fn upload(&self, size_bytes: usize) -> TestResponse {
        let path = format!("/files?channel_id={}", self.channel["id"].as_str().unwrap());
        self.ann.upload(&path, &[("files", Some("a.txt"), &vec![b'a'; size_bytes])]).await
    }

    async fn post_of_hook(&self) -> Value {
        let message = json!({"text": "built", "username": "ci", "icon_url": "https://ci.example/i.png"});
        self.server.anonymous().post(&format!("//hooks/{}", self.hook), message).await;
        let list = self.ann.get(&format!("/channels/{}/posts", self.channel["id"].as_str().unwrap())).await.ok();
        list["posts"][list["order"][0].as_str().unwrap()].clone()
    }

    /// `None` if it takes longer than any timeout in this test.
    async fn command(&self, trigger: &str) -> Option<TestResponse> {
        let command = json!({"channel_id": self.channel["id"], "team_id": self.team["id"], "command": format!("/{trigger}")});
        tokio::time::timeout(Duration::from_secs(15), self.ann.post("/commands/execute", command)).await.ok()
    }
}
