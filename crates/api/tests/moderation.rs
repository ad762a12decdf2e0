//! Moderated channels: what members and guests may do less there than elsewhere, decided by the server at once.

use guildhall_testkit::{EventStream, TestServer, TestUser};
use serde_json::{Value, json};

const PERMISSIONS: &str = "api.context.permissions.app_error";

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

struct Fixture {
    server: TestServer,
    root: TestUser,
    /// Administers the team.
    ada: TestUser,
    /// Made the channel.
    bob: TestUser,
    carol: TestUser,
    guest: TestUser,
    team: Value,
    channel: Value,
}

async fn fixture() -> Fixture {
    fixture_on(TestServer::start().await).await
}

async fn fixture_on(server: TestServer) -> Fixture {
    let root = server.create_user("root").await;
    let ada = server.create_user("ada").await;
    let bob = server.create_user("bob").await;
    let carol = server.create_user("carol").await;
    let mut guest = server.create_user("guest").await;
    root.put(&format!("/users/{}/roles", guest.id), json!({"roles": "system_guest"})).await.ok();
    guest.log_in().await;
    let team = ada.create_team("crew").await;
    for person in [&bob, &carol, &guest] {
        ada.add_to_team(&team, person).await;
    }
    let channel = bob.create_channel(&team, "news", "O").await;
    for person in [&carol, &guest] {
        bob.add_to_channel(&channel, person).await;
    }
    Fixture { server, root, ada, bob, carol, guest, team, channel }
}

impl Fixture {
    fn path(&self, rest: &str) -> String {
        format!("/channels/{}{rest}", id(&self.channel))
    }

    async fn moderate(&self, by: &TestUser, entries: Value) -> Value {
        by.put(&self.path("/moderations/patch"), entries).await.ok()
    }

    /// Takes posting from the members, or gives it back.
    async fn set_posting(&self, members: bool, guests: bool) -> Value {
        self.moderate(&self.bob, json!([{"name": "create_post", "roles": {"members": members, "guests": guests}}])).await
    }

    async fn posts(&self, person: &TestUser) -> u16 {
        person.post("/posts", json!({"channel_id": self.channel["id"], "message": "hello"})).await.status
    }

    async fn scheme(&self) -> Value {
        self.bob.get(&self.path("")).await.ok()["scheme_id"].clone()
    }

    async fn role_of(&self, person: &TestUser) -> Value {
        let member = person.get(&self.path("/members/me")).await.ok();
        let name = member["roles"].as_str().unwrap().split(' ').next().unwrap().to_owned();
        person.get(&format!("/roles/name/{name}")).await.ok()
    }
}

fn entry<'m>(moderations: &'m Value, name: &str) -> &'m Value {
    &moderations.as_array().unwrap().iter().find(|entry| entry["name"] == name).unwrap()["roles"]
}

fn has(role: &Value, permission: &str) -> bool {
    role["permissions"].as_array().unwrap().contains(&json!(permission))
}

#[tokio::test]
async fn a_channel_says_what_is_moderated() {
    let fixture = fixture().await;
    let before = fixture.bob.get(&fixture.path("/moderations")).await.ok();
    let names: Vec<&str> = before.as_array().unwrap().iter().map(|entry| entry["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["create_post", "create_reactions", "manage_members", "use_channel_mentions", "manage_bookmarks"]);
    let all = json!({"value": true, "enabled": true});
    assert_eq!(*entry(&before, "create_post"), json!({"members": all, "guests": all}));
    assert_eq!(*entry(&before, "manage_members"), json!({"members": all, "guests": null}));
    assert_eq!(*entry(&before, "manage_bookmarks"), json!({"members": all, "guests": null}));
    assert_eq!(fixture.scheme().await, Value::Null);

    let after = fixture.set_posting(false, true).await;
    assert_eq!(*entry(&after, "create_post"), json!({"members": {"value": false, "enabled": true}, "guests": all}));
    assert_eq!(fixture.ada.get(&fixture.path("/moderations")).await.ok(), after);
    assert_eq!(fixture.root.get(&fixture.path("/moderations")).await.ok(), after);
    assert!(fixture.scheme().await.is_string());
}

#[tokio::test]
async fn in_a_read_only_channel_administrators_write_and_members_do_not() {
    let fixture = fixture().await;
    let (bob, carol, guest) = (&fixture.bob, &fixture.carol, &fixture.guest);
    let post = bob.create_post(&fixture.channel, "rules").await;
    let reaction = |person: &TestUser, name: &str| json!({"user_id": person.id, "post_id": post["id"], "emoji_name": name});
    fixture.set_posting(false, false).await;
    for person in [carol, guest] {
        person.post("/posts", json!({"channel_id": fixture.channel["id"], "message": "hello"})).await.assert_error(403, PERMISSIONS);
        let reply = json!({"channel_id": fixture.channel["id"], "root_id": post["id"], "message": "hello"});
        person.post("/posts", reply).await.assert_error(403, PERMISSIONS);
        let command = json!({"channel_id": fixture.channel["id"], "command": "/shrug hello"});
        person.post("/commands/execute", command).await.assert_error(403, PERMISSIONS);
        assert_eq!(person.get(&fixture.path("/posts")).await.status, 200);
        // Reactions are a choice of their own.
        assert_eq!(person.post("/reactions", reaction(person, "wave")).await.status, 200);
    }
    // The channel's administrator, the team's and the server's.
    for person in [bob, &fixture.ada, &fixture.root] {
        assert_eq!(fixture.posts(person).await, 201, "{}", person.username);
    }
    let entries = json!([{"name": "create_reactions", "roles": {"members": false, "guests": false}}]);
    fixture.moderate(bob, entries).await;
    for person in [carol, guest] {
        person.post("/reactions", reaction(person, "tada")).await.assert_error(403, PERMISSIONS);
        let own = format!("/users/{}/posts/{}/reactions/wave", person.id, id(&post));
        person.delete(&own).await.assert_error(403, PERMISSIONS);
    }
    assert_eq!(bob.post("/reactions", reaction(bob, "tada")).await.status, 200);
    // Who becomes an administrator of the channel may.
    let roles = json!({"scheme_user": true, "scheme_admin": true});
    bob.put(&fixture.path(&format!("/members/{}/schemeRoles", carol.id)), roles).await.ok();
    assert_eq!(fixture.posts(carol).await, 201);
    assert_eq!(fixture.posts(guest).await, 403);
    // Another channel is as before.
    let other = bob.create_channel(&fixture.team, "talk", "O").await;
    bob.add_to_channel(&other, guest).await;
    assert_eq!(guest.post("/posts", json!({"channel_id": other["id"], "message": "hello"})).await.status, 201);
}

#[tokio::test]
async fn what_is_given_back_ends_the_moderation() {
    let fixture = fixture().await;
    fixture.set_posting(false, false).await;
    let scheme = fixture.scheme().await;
    let role = fixture.role_of(&fixture.carol).await;
    assert_eq!(role["name"], json!(format!("{}_channel_user", scheme.as_str().unwrap())));
    // The same change again changes nothing.
    let before = fixture.bob.get(&fixture.path("")).await.ok();
    fixture.set_posting(false, false).await;
    assert_eq!(fixture.bob.get(&fixture.path("")).await.ok(), before);
    fixture.set_posting(true, false).await;
    assert_eq!((fixture.scheme().await, fixture.posts(&fixture.carol).await, fixture.posts(&fixture.guest).await), (scheme, 201, 403));
    fixture.set_posting(true, true).await;
    assert_eq!((fixture.scheme().await, fixture.posts(&fixture.guest).await), (Value::Null, 201));
    assert_eq!(fixture.carol.get(&fixture.path("/members/me")).await.ok()["roles"], "channel_user");
    fixture.root.get(&format!("/roles/{}", id(&role))).await.assert_error(404, "app.role.get.app_error");
    assert_eq!(fixture.server.count("SELECT COUNT(*) FROM schemes").await, 0);
}

#[tokio::test]
async fn members_mentions_and_bookmarks_are_moderated() {
    let fixture = fixture().await;
    let (bob, carol) = (&fixture.bob, &fixture.carol);
    let dora = fixture.server.create_user("dora").await;
    fixture.ada.add_to_team(&fixture.team, &dora).await;
    let all = ["manage_members", "use_channel_mentions", "manage_bookmarks"];
    let entries: Vec<Value> = all.iter().map(|name| json!({"name": name, "roles": {"members": false}})).collect();
    let after = fixture.moderate(bob, json!(entries)).await;
    for name in all {
        assert_eq!(entry(&after, name)["members"], json!({"value": false, "enabled": true}), "{name}");
    }
    let add = json!({"user_id": dora.id});
    carol.post(&fixture.path("/members"), add.clone()).await.assert_error(403, PERMISSIONS);
    let role = fixture.role_of(carol).await;
    for (permission, expected) in [
        ("create_post", true),
        ("use_channel_mentions", false),
        ("manage_public_channel_members", false),
        ("manage_private_channel_members", false),
        ("edit_bookmark_public_channel", false),
        ("read_channel", true),
    ] {
        assert_eq!(has(&role, permission), expected, "{permission}");
    }
    let mut events = fixture.guest.subscribe().await;
    carol.create_post(&fixture.channel, "@channel listen").await;
    let posted = events.wait_for("posted").await;
    assert!(!posted["data"]["mentions"].to_string().contains(&fixture.guest.id.to_string()));
    bob.create_post(&fixture.channel, "@channel listen").await;
    let posted = events.wait_for("posted").await;
    assert!(posted["data"]["mentions"].to_string().contains(&fixture.guest.id.to_string()));
    assert_eq!(bob.post(&fixture.path("/members"), add).await.status, 201);
    // It stays when the channel becomes private.
    fixture.ada.put(&fixture.path("/privacy"), json!({"privacy": "P"})).await.ok();
    let after = bob.get(&fixture.path("/moderations")).await.ok();
    assert_eq!(entry(&after, "manage_members")["members"]["value"], false);
    let guests = json!([{"name": "manage_members", "roles": {"guests": true}}]);
    bob.put(&fixture.path("/moderations/patch"), guests).await.assert_error(400, "guildhall.moderation.not_for_guests");
}

#[tokio::test]
async fn webhooks_go_on_in_a_read_only_channel() {
    let fixture = fixture().await;
    let hook = json!({"channel_id": fixture.channel["id"], "display_name": "CI"});
    let hook = fixture.ada.post("/hooks/incoming", hook).await.ok();
    // Her right to make webhooks is not one to post.
    fixture.ada.post(&fixture.path("/members"), json!({"user_id": fixture.ada.id})).await.ok();
    let role = fixture.root.get("/roles/name/team_admin").await.ok();
    let kept: Vec<&Value> = role["permissions"].as_array().unwrap().iter().filter(|name| **name != "create_post").collect();
    fixture.root.put(&format!("/roles/{}/patch", id(&role)), json!({"permissions": kept})).await.ok();
    fixture.set_posting(false, false).await;
    assert_eq!(fixture.posts(&fixture.ada).await, 403);
    let path = format!("//hooks/{}", id(&hook));
    assert_eq!(fixture.server.anonymous().post(&path, json!({"text": "built"})).await.status, 200);
    // It ends with her membership of a private channel, as elsewhere.
    fixture.root.put(&fixture.path("/privacy"), json!({"privacy": "P"})).await.ok();
    assert_eq!(fixture.server.anonymous().post(&path, json!({"text": "built"})).await.status, 200);
    fixture.bob.delete(&fixture.path(&format!("/members/{}", fixture.ada.id))).await.ok();
    assert_ne!(fixture.server.anonymous().post(&path, json!({"text": "built"})).await.status, 200);
}

#[tokio::test]
async fn clients_are_told() {
    let fixture = fixture().await;
    let outsider = fixture.server.create_user("outsider").await;
    let (mut members, mut outsiders) = (fixture.carol.subscribe().await, outsider.subscribe().await);
    fixture.set_posting(false, true).await;
    let received = members.received_events();
    let of = |name: &str| received.iter().find(|event| event["event"] == name).unwrap_or_else(|| panic!("no {name}"));
    let position = |name: &str| received.iter().position(|event| event["event"] == name).unwrap();
    assert_eq!(of("channel_scheme_updated")["broadcast"]["channel_id"], fixture.channel["id"]);
    let told: Value = serde_json::from_str(of("channel_updated")["data"]["channel"].as_str().unwrap()).unwrap();
    assert_eq!(told["scheme_id"], fixture.scheme().await);
    assert!(position("role_updated") < position("channel_scheme_updated"));
    let role = fixture.role_of(&fixture.carol).await;
    let roles: Vec<Value> = received.iter().filter(|event| event["event"] == "role_updated").map(published_role).collect();
    assert!(roles.contains(&role) && !has(&role, "create_post") && has(&role, "add_reaction"), "{roles:?}");

    // A further restriction changes the role only.
    fixture.moderate(&fixture.bob, json!([{"name": "create_reactions", "roles": {"members": false}}])).await;
    let changed = published_role(&members.wait_for("role_updated").await);
    assert!(!has(&changed, "add_reaction"));
    assert!(!members.event_names().contains(&"channel_scheme_updated".to_owned()));
    let others: Vec<String> = outsiders.event_names().into_iter().filter(|name| name != "status_change").collect();
    assert_eq!(others, Vec::<String>::new());
}

fn published_role(event: &Value) -> Value {
    serde_json::from_str(event["data"]["role"].as_str().unwrap()).unwrap()
}

#[tokio::test]
async fn the_roles_above_bound_what_a_channel_allows() {
    let fixture = fixture().await;
    let (root, carol) = (&fixture.root, &fixture.carol);
    fixture.moderate(&fixture.bob, json!([{"name": "create_reactions", "roles": {"members": false, "guests": false}}])).await;
    let mut members = carol.subscribe().await;
    let above = root.get("/roles/name/channel_user").await.ok();
    let without = |name: &str| -> Vec<Value> { above["permissions"].as_array().unwrap().iter().filter(|p| **p != name).cloned().collect() };
    let path = format!("/roles/{}/patch", id(&above));
    root.put(&path, json!({"permissions": without("create_post")})).await.ok();
    // The channel's role is bounded at once, and its members are told.
    assert_eq!(fixture.posts(carol).await, 403);
    let own = fixture.role_of(carol).await;
    assert!(!has(&own, "create_post") && has(&own, "upload_file"));
    let told = wait_for_role(&mut members, own["name"].as_str().unwrap()).await;
    assert_eq!(told["permissions"], own["permissions"]);
    let moderations = fixture.bob.get(&fixture.path("/moderations")).await.ok();
    assert_eq!(entry(&moderations, "create_post")["members"], json!({"value": false, "enabled": false}));
    let allow = json!([{"name": "create_post", "roles": {"members": true}}]);
    let forbidden = "api.channel.patch_channel_moderations.forbidden.app_error";
    fixture.bob.put(&fixture.path("/moderations/patch"), allow).await.assert_error(403, forbidden);
    // What is not moderated follows the role above.
    root.put(&path, json!({"permissions": without("upload_file")})).await.ok();
    let own = fixture.role_of(carol).await;
    assert!(has(&own, "create_post") && !has(&own, "upload_file") && !has(&own, "add_reaction"));
    assert_eq!(fixture.posts(carol).await, 201);
    let parts: [(&str, Option<&str>, &[u8]); 2] = [("channel_id", None, id(&fixture.channel).as_bytes()), ("files", Some("a.txt"), b"a")];
    assert_eq!(carol.upload("/files", &parts).await.status, 403);
}

async fn wait_for_role(events: &mut EventStream, name: &str) -> Value {
    loop {
        let role = published_role(&events.wait_for("role_updated").await);
        if role["name"] == name {
            return role;
        }
    }
}

#[tokio::test]
async fn who_may_moderate() {
    let fixture = fixture().await;
    let stranger = fixture.server.create_user("stranger").await;
    let entries = json!([{"name": "create_post", "roles": {"members": false}}]);
    for person in [&fixture.carol, &fixture.guest, &stranger] {
        person.get(&fixture.path("/moderations")).await.assert_error(403, PERMISSIONS);
        person.put(&fixture.path("/moderations/patch"), entries.clone()).await.assert_error(403, PERMISSIONS);
    }
    // Administrators of the server's channels, who are not in it.
    for (roles, may_read, may_write) in [("system_manager", 200, 200), ("system_read_only_admin", 200, 403), ("system_post_all", 403, 403)]
    {
        fixture.root.put(&format!("/users/{}/roles", stranger.id), json!({"roles": format!("system_user {roles}")})).await.ok();
        assert_eq!(stranger.get(&fixture.path("/moderations")).await.status, may_read, "{roles}");
        assert_eq!(stranger.put(&fixture.path("/moderations/patch"), entries.clone()).await.status, may_write, "{roles}");
    }
    let server = &fixture.server;
    server.local_administrator().get(&fixture.path("/moderations")).await.ok();
    server.local_administrator().put(&fixture.path("/moderations/patch"), entries.clone()).await.ok();
    // What the role of channel administrators says.
    let admin = fixture.root.get("/roles/name/channel_admin").await.ok();
    let kept: Vec<&Value> = admin["permissions"].as_array().unwrap().iter().filter(|name| **name != "manage_channel_roles").collect();
    fixture.root.put(&format!("/roles/{}/patch", id(&admin)), json!({"permissions": kept})).await.ok();
    fixture.bob.put(&fixture.path("/moderations/patch"), entries).await.assert_error(403, PERMISSIONS);
    // A role that nobody in the channel has is no way out of it: administrators above it remain.
    fixture.moderate(&fixture.ada, json!([{"name": "create_post", "roles": {"members": true}}])).await;
}

#[tokio::test]
async fn what_cannot_be_moderated() {
    let fixture = fixture().await;
    let bob = &fixture.bob;
    let bad = async |entries: Value| bob.put(&fixture.path("/moderations/patch"), entries).await.error();
    assert_eq!(
        bad(json!([{"name": "manage_system", "roles": {"members": false}}])).await,
        (400, "guildhall.moderation.unknown".to_owned())
    );
    for entries in [
        json!({}),
        json!([{"roles": {}}]),
        json!([{"name": "create_post", "roles": {"members": "no"}}]),
        json!(vec![json!({"name": "create_post"}); 21]),
    ] {
        assert_eq!(bad(entries.clone()).await.0, 400, "{entries}");
    }
    // Entries that say nothing are none.
    fixture.moderate(bob, json!([])).await;
    fixture.moderate(bob, json!([{"name": "create_post"}, {"name": "create_reactions", "roles": {"members": null}}])).await;
    assert_eq!(fixture.scheme().await, Value::Null);
    let entries = json!([{"name": "create_post", "roles": {"members": false}}]);
    let direct = bob.post("/channels/direct", json!([bob.id, fixture.carol.id])).await.ok();
    let path = format!("/channels/{}/moderations", id(&direct));
    for person in [bob, &fixture.carol] {
        let answer = person.get(&path).await.error();
        assert!(answer == (400, "api.channel.moderation.direct_channel.app_error".to_owned()) || answer.0 == 403, "{answer:?}");
        let answer = person.put(&format!("{path}/patch"), entries.clone()).await.error();
        assert!(answer == (400, "api.channel.moderation.direct_channel.app_error".to_owned()) || answer.0 == 403, "{answer:?}");
    }
    fixture.root.get(&path).await.assert_error(403, PERMISSIONS);
    fixture.bob.delete(&fixture.path("")).await.ok();
    let archived = "api.channel.update_channel.deleted.app_error";
    bob.put(&fixture.path("/moderations/patch"), entries.clone()).await.assert_error(400, archived);
    assert_eq!(bob.get(&fixture.path("/moderations")).await.status, 200);
    bob.put(&format!("/channels/{}/moderations/patch", "y".repeat(26)), entries).await.assert_error(403, PERMISSIONS);
}

#[tokio::test]
async fn moderation_outlives_a_restart_and_is_recorded() {
    let fixture = fixture_on(TestServer::start_on_disk(|_| ()).await).await;
    fixture.set_posting(false, true).await;
    let (channel, guest) = (fixture.channel.clone(), fixture.guest);
    let server = fixture.server.restart().await;
    let (root, carol, guest) = (server.reconnect(&fixture.root), server.reconnect(&fixture.carol), server.reconnect(&guest));
    let post = json!({"channel_id": channel["id"], "message": "hello"});
    carol.post("/posts", post.clone()).await.assert_error(403, PERMISSIONS);
    assert_eq!(guest.post("/posts", post).await.status, 201);
    let audits = root.get("/audits?per_page=200").await.ok();
    let record = audits.as_array().unwrap().iter().find(|audit| audit["action"] == "channels.moderate").unwrap();
    let info = record["extra_info"].as_str().unwrap();
    assert!(info.contains("old_members_create_post=true members_create_post=false") && !info.contains("guests"), "{info}");
    assert!(info.contains(id(&channel)), "{info}");
}

#[tokio::test]
async fn a_message_takes_no_query_more_in_a_moderated_channel() {
    let fixture = fixture().await;
    let queries = async || {
        let before = fixture.server.queries();
        fixture.bob.create_post(&fixture.channel, "hello").await;
        fixture.server.queries() - before
    };
    queries().await;
    let before = queries().await;
    fixture.set_posting(false, false).await;
    queries().await;
    assert_eq!(queries().await, before);
}

#[tokio::test]
async fn concurrent_changes_leave_one_scheme() {
    let fixture = fixture().await;
    let path = fixture.path("/moderations/patch");
    let take = async |name: &str| fixture.bob.put(&path, json!([{"name": name, "roles": {"members": false}}])).await.status;
    let statuses = tokio::join!(take("create_post"), take("create_reactions"), take("use_channel_mentions"), take("manage_members"));
    assert_eq!(statuses, (200, 200, 200, 200));
    let after = fixture.bob.get(&fixture.path("/moderations")).await.ok();
    for name in ["create_post", "create_reactions", "use_channel_mentions", "manage_members"] {
        assert_eq!(entry(&after, name)["members"]["value"], false, "{name}");
    }
    assert_eq!(fixture.server.count("SELECT COUNT(*) FROM schemes").await, 1);
    assert_eq!(fixture.server.count("SELECT COUNT(*) FROM roles WHERE built_in = 0").await, 3);
}
