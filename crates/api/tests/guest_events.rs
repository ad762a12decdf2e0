//! What a guest's connection receives: each event type is caused by somebody the guest shares a channel with and by somebody
//! else, and a table says what the guest may receive of it.

use std::collections::BTreeSet;

use crate::support::StubServer;
use guildhall_testkit::{EventStream, TestServer, TestUser};
use serde_json::{Value, json};

const PNG: &[u8] = include_bytes!("support/dot.png");

/// What a guest receives of an event type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Receives {
    /// Only about channels that the guest is in, and users in them.
    OwnChannels,
    /// Only about the guest.
    Own,
    /// Everybody gets it: it names no user and no channel.
    All,
    Nothing,
}

/// Every event type that the server publishes.
const TABLE: &[(&str, Receives)] = &[
    ("added_to_team", Receives::Own),
    ("channel_bookmark_created", Receives::OwnChannels),
    ("channel_bookmark_deleted", Receives::OwnChannels),
    ("channel_bookmark_sorted", Receives::OwnChannels),
    ("channel_bookmark_updated", Receives::OwnChannels),
    ("channel_converted", Receives::OwnChannels),
    ("channel_created", Receives::Nothing),
    ("channel_deleted", Receives::OwnChannels),
    ("channel_member_updated", Receives::Own),
    ("channel_restored", Receives::OwnChannels),
    ("channel_scheme_updated", Receives::OwnChannels),
    ("channel_updated", Receives::OwnChannels),
    ("channel_viewed", Receives::Own),
    ("config_changed", Receives::All),
    ("custom_profile_attributes_field_created", Receives::All),
    ("custom_profile_attributes_field_deleted", Receives::All),
    ("custom_profile_attributes_field_updated", Receives::All),
    ("custom_profile_attributes_values_updated", Receives::OwnChannels),
    ("delete_team", Receives::All),
    ("direct_added", Receives::OwnChannels),
    ("draft_created", Receives::Own),
    ("draft_deleted", Receives::Own),
    ("draft_updated", Receives::Own),
    ("emoji_added", Receives::OwnChannels),
    ("ephemeral_message", Receives::Own),
    ("group_added", Receives::OwnChannels),
    ("group_member_add", Receives::Own),
    ("group_member_deleted", Receives::Own),
    ("hello", Receives::Own),
    ("leave_team", Receives::OwnChannels),
    ("memberrole_updated", Receives::Own),
    ("multiple_channels_viewed", Receives::Own),
    ("new_user", Receives::Nothing),
    ("open_dialog", Receives::Own),
    ("persistent_notification_triggered", Receives::Own),
    ("post_acknowledgement_added", Receives::OwnChannels),
    ("post_acknowledgement_removed", Receives::OwnChannels),
    ("post_deleted", Receives::OwnChannels),
    ("post_edited", Receives::OwnChannels),
    ("post_unread", Receives::Own),
    ("posted", Receives::OwnChannels),
    ("preferences_changed", Receives::Own),
    ("preferences_deleted", Receives::Own),
    ("reaction_added", Receives::OwnChannels),
    ("reaction_removed", Receives::OwnChannels),
    ("received_group", Receives::Nothing),
    ("received_group_associated_to_channel", Receives::Nothing),
    ("received_group_associated_to_team", Receives::Nothing),
    ("received_group_not_associated_to_channel", Receives::Nothing),
    ("received_group_not_associated_to_team", Receives::Nothing),
    ("restore_team", Receives::All),
    ("role_updated", Receives::All),
    ("scheduled_post_created", Receives::Own),
    ("scheduled_post_deleted", Receives::Own),
    ("scheduled_post_updated", Receives::Own),
    ("sidebar_category_created", Receives::Own),
    ("sidebar_category_deleted", Receives::Own),
    ("sidebar_category_order_updated", Receives::Own),
    ("sidebar_category_updated", Receives::Own),
    ("status_change", Receives::Own),
    ("thread_follow_changed", Receives::Own),
    ("thread_read_changed", Receives::Own),
    ("thread_updated", Receives::Own),
    ("typing", Receives::OwnChannels),
    ("update_team", Receives::All),
    ("update_team_scheme", Receives::All),
    ("user_added", Receives::OwnChannels),
    ("user_removed", Receives::OwnChannels),
    ("user_role_updated", Receives::Own),
    ("user_updated", Receives::OwnChannels),
];

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

struct Fixture {
    server: TestServer,
    root: TestUser,
    /// Administers the team, and is in no channel with the guest.
    ada: TestUser,
    /// In the channel of the guest.
    carol: TestUser,
    guest: TestUser,
    team: Value,
    /// Of the guest and Carol.
    shared: Value,
}

impl Fixture {
    /// Links the group to the channel and the team, and ends it.
    async fn link_and_unlink(&self, person: &TestUser, group: &Value, channel: &Value) {
        for (who, kind, object) in [(person, "channels", channel), (&self.ada, "teams", &self.team)] {
            let path = format!("/groups/{}/{kind}/{}/link", id(group), id(object));
            who.post(&path, json!({})).await.ok();
            who.delete(&path).await.ok();
        }
    }
}

async fn fixture() -> Fixture {
    let server = TestServer::start_with_settings(|settings| settings.integrations.allowed_addresses = "127.0.0.1".to_owned()).await;
    let root = server.create_user("root").await;
    let (ada, carol, mut guest) = (server.create_user("ada").await, server.create_user("carol").await, server.create_user("eve").await);
    root.put(&format!("/users/{}/roles", guest.id), json!({"roles": "system_guest"})).await.ok();
    guest.log_in().await;
    let team = ada.create_team("one").await;
    ada.add_to_team(&team, &carol).await;
    ada.add_to_team(&team, &guest).await;
    let shared = carol.create_channel(&team, "shared", "O").await;
    carol.add_to_channel(&shared, &guest).await;
    Fixture { server, root, ada, carol, guest, team, shared }
}

/// Does, as `person` and with `other`, everything in a channel and a team that publishes events. Returns the ids of the new
/// channels.
async fn do_everything(fixture: &Fixture, person: &TestUser, other: &TestUser, channel: &Value) -> Vec<String> {
    let (team, channel_id) = (id(&fixture.team), id(channel));
    let post = person.create_post(channel, "word").await;
    let reply = json!({"channel_id": channel_id, "message": "reply", "root_id": post["id"]});
    other.post("/posts", reply).await.ok();
    person.put(&format!("/posts/{}/patch", id(&post)), json!({"message": "edited"})).await.ok();
    person.post("/reactions", json!({"user_id": person.id, "post_id": post["id"], "emoji_name": "smile"})).await.ok();
    person.delete(&format!("/users/{}/posts/{}/reactions/smile", person.id, id(&post))).await.ok();
    let acknowledgement = format!("/users/{}/posts/{}/ack", person.id, id(&post));
    person.post(&acknowledgement, json!({})).await.ok();
    person.delete(&acknowledgement).await.ok();
    let bookmarks = format!("/channels/{channel_id}/bookmarks");
    let bookmark = person.post(&bookmarks, json!({"type": "link", "display_name": "Script", "link_url": "https://example.com"})).await.ok();
    let bookmark = format!("{bookmarks}/{}", id(&bookmark));
    person.patch(&bookmark, json!({"display_name": "Script 2"})).await.ok();
    person.post(&format!("{bookmark}/sort_order"), json!(0)).await.ok();
    person.delete(&bookmark).await.ok();
    let priority = json!({"priority": {"priority": "urgent", "persistent_notifications": true}});
    let urgent = json!({"channel_id": channel_id, "message": format!("@{}", other.username), "metadata": priority});
    person.post("/posts", urgent).await.ok();
    fixture.server.clock.advance_ms(5 * 60_000);
    fixture.server.app().services.run_due_jobs().await.unwrap();
    person.post(&format!("/users/{}/typing", person.id), json!({"channel_id": channel_id})).await.ok();
    person.post("/commands/execute", json!({"channel_id": channel_id, "team_id": team, "command": "/away"})).await.ok();
    person.post(&format!("/users/{}/posts/{}/set_unread", person.id, id(&post)), json!({})).await.ok();
    person.post("/channels/members/me/view", json!({"channel_id": channel_id})).await.ok();
    for message in ["word", "words", ""] {
        assert_eq!(person.post("/drafts", json!({"channel_id": channel_id, "message": message})).await.status, 201);
    }
    let later = json!({"channel_id": channel_id, "message": "later", "scheduled_at": 1_900_000_000_000_i64});
    let scheduled = person.post("/posts/schedule", later.clone()).await.ok();
    let path = format!("/posts/schedule/{}", id(&scheduled));
    person.put(&path, later).await.ok();
    person.delete(&path).await.ok();
    let thread = format!("/users/me/teams/{team}/threads/{}", id(&post));
    person.delete(&format!("{thread}/following")).await.ok();
    person.put(&format!("{thread}/following"), json!({})).await.ok();
    person.put(&format!("{thread}/read/1"), json!({})).await.ok();
    person.put(&format!("/channels/{channel_id}/members/{}/notify_props", person.id), json!({"desktop": "all"})).await;
    person.delete(&format!("/posts/{}", id(&post))).await.ok();
    let preference = json!([{"user_id": person.id, "category": "c", "name": "n", "value": "v"}]);
    person.put("/users/me/preferences", preference.clone()).await.ok();
    person.post("/users/me/preferences/delete", preference).await.ok();
    person.put("/users/me/status", json!({"user_id": person.id, "status": "dnd"})).await.ok();
    person.put("/users/me/patch", json!({"nickname": format!("nick of {}", person.username)})).await.ok();
    let name = format!("emoji-{}", person.username);
    let described = json!({"name": name, "creator_id": person.id}).to_string();
    person.upload("/emoji", &[("image", Some("e.png"), PNG), ("emoji", None, described.as_bytes())]).await.ok();
    let group = json!({
        "name": format!("group-{}", person.username), "display_name": "g", "source": "custom", "allow_reference": true,
        "user_ids": [person.id, other.id],
    });
    let group = person.post("/groups", group).await.ok();
    fixture.link_and_unlink(person, &group, channel).await;
    let removed = Some(json!({"user_ids": [person.id]}));
    person.call(http::Method::DELETE, &format!("/groups/{}/members", id(&group)), removed).await.ok();
    let fields = "/custom_profile_attributes/fields";
    let field = fixture.root.post(fields, json!({"name": format!("field of {}", person.username), "type": "user"})).await.ok();
    fixture.root.patch(&format!("{fields}/{}", id(&field)), json!({"type": "text"})).await.ok();
    person.patch("/custom_profile_attributes/values", json!({id(&field): "word"})).await.ok();
    fixture.root.delete(&format!("{fields}/{}", id(&field))).await.ok();
    let categories = format!("/users/me/teams/{team}/channels/categories");
    let category = json!({"user_id": person.id, "team_id": team, "display_name": "mine", "channel_ids": []});
    let category = person.post(&categories, category).await.ok();
    let order = person.get(&format!("{categories}/order")).await.ok();
    person.put(&format!("{categories}/order"), order).await.ok();
    person.put(&categories, json!([category])).await.ok();
    person.delete(&format!("{categories}/{}", id(&category))).await.ok();

    let mut channels = Vec::new();
    let made = person.create_channel(&fixture.team, &format!("made-by-{}", person.username), "O").await;
    person.add_to_channel(&made, other).await;
    let path = format!("/channels/{}", id(&made));
    person.put(&format!("{path}/patch"), json!({"header": "h"})).await.ok();
    fixture.ada.put(&format!("{path}/privacy"), json!({"privacy": "P"})).await.ok();
    fixture.ada.put(&format!("{path}/privacy"), json!({"privacy": "O"})).await.ok();
    person.delete(&path).await.ok();
    fixture.root.post(&format!("{path}/restore"), json!({})).await.ok();
    person.delete(&format!("{path}/members/{}", other.id)).await.ok();
    channels.push(id(&made).to_owned());
    channels.push(id(&person.post("/channels/direct", json!([person.id, other.id])).await.ok()).to_owned());
    channels.push(id(&person.post("/channels/group", json!([person.id, other.id, fixture.root.id])).await.ok()).to_owned());
    channels
}

/// An integration shows the person a dialog.
async fn open_dialog(fixture: &Fixture, person: &TestUser) {
    let mut stub = StubServer::responding_with(200, "application/json", r#"{"text":"ok"}"#).await;
    let command = json!({"team_id": fixture.team["id"], "trigger": "ask", "method": "P", "url": stub.url});
    fixture.ada.post("/commands", command).await.ok();
    let line = json!({"channel_id": fixture.shared["id"], "team_id": fixture.team["id"], "command": "/ask"});
    person.post("/commands/execute", line).await.ok();
    let dialog = json!({"trigger_id": stub.next().await.form("trigger_id"), "url": stub.url, "dialog": {"title": "Ask"}});
    fixture.server.anonymous().post("/actions/dialogs/open", dialog).await.ok();
}

#[tokio::test]
async fn guests_receive_what_the_table_allows_and_nothing_of_strangers() {
    let fixture = fixture().await;
    let (root, ada, carol, guest) = (&fixture.root, &fixture.ada, &fixture.carol, &fixture.guest);
    // Strangers to the guest, in the team and in a channel of their own.
    let (bob, dan) = (fixture.server.create_user("bob").await, fixture.server.create_user("dan").await);
    ada.add_to_team(&fixture.team, &bob).await;
    let hidden = bob.create_channel(&fixture.team, "hidden", "O").await;
    let mut guests = guest.subscribe().await;
    let mut streams = Vec::new();
    for person in [root, ada, carol, &bob, &dan] {
        streams.push(person.subscribe().await);
    }
    let mut published: BTreeSet<String> = BTreeSet::new();

    // Among strangers.
    ada.add_to_team(&fixture.team, &dan).await;
    bob.add_to_channel(&hidden, &dan).await;
    let mut channels = do_everything(&fixture, &bob, &dan, &hidden).await;
    channels.push(id(&hidden).to_owned());
    let roles = json!({"scheme_user": true, "scheme_admin": true});
    ada.put(&format!("/teams/{}/members/{}/schemeRoles", id(&fixture.team), dan.id), roles).await.ok();
    ada.put(&format!("/channels/{}/members/{}/schemeRoles", id(&hidden), dan.id), json!({"scheme_user": true, "scheme_admin": true})).await;
    let moderated = json!([{"name": "create_reactions", "roles": {"members": false}}]);
    bob.put(&format!("/channels/{}/moderations/patch", id(&hidden)), moderated.clone()).await.ok();
    root.put(&format!("/users/{}/roles", dan.id), json!({"roles": "system_user system_user_access_token"})).await.ok();
    fixture.server.create_user("newcomer").await;
    // Dan's connection is closed now.
    published.extend(streams.iter_mut().flat_map(EventStream::event_names));
    root.delete(&format!("/users/{}", dan.id)).await.ok();
    root.put(&format!("/users/{}/active", dan.id), json!({"active": true})).await.ok();
    ada.delete(&format!("/teams/{}/members/{}", id(&fixture.team), dan.id)).await.ok();
    bob.delete(&format!("/teams/{}/members/{}", id(&fixture.team), bob.id)).await.ok();
    // What concerns everybody.
    let role = root.get("/roles/name/system_post_all").await.ok();
    let fewer = &role["permissions"].as_array().unwrap()[1..];
    root.put(&format!("/roles/{}/patch", id(&role)), json!({"permissions": fewer})).await.ok();
    root.put("/config/patch", json!({"TeamSettings": {"SiteName": "Renamed"}})).await.ok();
    let scheme = root.post("/schemes", json!({"name": "strict", "display_name": "Strict", "scope": "team"})).await.ok();
    for given in [&scheme["id"], &json!("")] {
        root.put(&format!("/teams/{}/scheme", id(&fixture.team)), json!({"scheme_id": given})).await.ok();
    }
    ada.put(&format!("/teams/{}/patch", id(&fixture.team)), json!({"description": "d"})).await.ok();
    let is_own = |event: &Value| event["broadcast"]["user_id"] == json!(guest.id);
    let of_strangers: Vec<Value> = guests.received_events().into_iter().filter(|event| !is_own(event)).collect();

    let strangers = [&bob, &dan].map(|person| [person.id.to_string(), format!("\"{}\"", person.username), format!("@{}", person.username)]);
    let forbidden: Vec<String> = strangers.into_iter().flatten().chain(channels).collect();
    for event in &of_strangers {
        let text = event.to_string();
        assert!(!forbidden.iter().any(|word| text.contains(word)), "{text}");
        let (_, receives) = TABLE.iter().find(|(name, _)| event["event"] == *name).unwrap_or_else(|| panic!("not in the table: {text}"));
        let is_anonymous_emoji = event["event"] == "emoji_added" && text.contains(r#"\"creator_id\":\"\""#);
        assert!(*receives == Receives::All || is_anonymous_emoji, "{text}");
    }
    let names: BTreeSet<&str> = of_strangers.iter().map(|event| event["event"].as_str().unwrap()).collect();
    let fields = ["created", "deleted", "updated"].map(|change| format!("custom_profile_attributes_field_{change}"));
    let for_everybody = ["config_changed", "emoji_added", "role_updated", "update_team", "update_team_scheme"];
    assert_eq!(names, fields.iter().map(String::as_str).chain(for_everybody).collect());

    // Around the guest.
    let fay = fixture.server.create_user("fay").await;
    carol.post(&format!("/teams/{}/members", id(&fixture.team)), json!({"team_id": fixture.team["id"], "user_id": fay.id})).await.ok();
    carol.add_to_channel(&fixture.shared, &fay).await;
    do_everything(&fixture, carol, &fay, &fixture.shared).await;
    guest.create_post(&fixture.shared, "mine").await;
    guest.post("/channels/direct", json!([guest.id, carol.id])).await.ok();
    carol.post("/channels/group", json!([guest.id, carol.id, fay.id])).await.ok();
    let path = format!("/channels/{}", id(&fixture.shared));
    carol.put(&format!("{path}/patch"), json!({"header": "new"})).await.ok();
    ada.put(&format!("{path}/privacy"), json!({"privacy": "P"})).await.ok();
    ada.put(&format!("{path}/privacy"), json!({"privacy": "O"})).await.ok();
    ada.put(&format!("{path}/moderations/patch"), moderated).await.ok();
    open_dialog(&fixture, carol).await;
    carol.delete(&path).await.ok();
    root.post(&format!("{path}/restore"), json!({})).await.ok();
    let around: Vec<Value> = guests.received_events();
    let names: BTreeSet<&str> = around.iter().map(|event| event["event"].as_str().unwrap()).collect();
    let expected: BTreeSet<&str> = TABLE.iter().filter(|(_, receives)| *receives == Receives::OwnChannels).map(|(name, _)| *name).collect();
    let missing: Vec<&&str> = expected.difference(&names).filter(|name| !["leave_team", "user_removed"].contains(*name)).collect();
    assert!(missing.is_empty(), "a guest must receive these about its own channels: {missing:?}");
    let of_others = |event: &&Value| !is_own(event);
    let others_only = ["new_user", "channel_created", "received_group", "status_change"];
    assert!(!around.iter().filter(of_others).any(|event| others_only.contains(&event["event"].as_str().unwrap())));

    // Ada, a stranger, removes somebody whom the guest knows: the guest learns of the removal, not of Ada.
    ada.delete(&format!("/teams/{}/members/{}", id(&fixture.team), fay.id)).await.ok();
    let removal = guests.received_events();
    for name in ["leave_team", "user_removed"] {
        let event = removal.iter().find(|event| event["event"] == name).unwrap_or_else(|| panic!("no {name}"));
        assert_eq!(event["data"]["user_id"], json!(fay.id));
        assert!(!event.to_string().contains(&ada.id.to_string()), "{event}");
    }
    root.delete(&format!("/teams/{}", id(&fixture.team))).await.ok();
    root.post(&format!("/teams/{}/restore", id(&fixture.team)), json!({})).await.ok();
    let names: BTreeSet<String> = guests.event_names().into_iter().collect();
    assert!(names.contains("delete_team") && names.contains("restore_team"), "{names:?}");

    // The table is complete: each of its types was published to somebody.
    published.extend(around.iter().chain(&removal).chain(&of_strangers).map(|event| event["event"].as_str().unwrap().to_owned()));
    published.extend(names);
    published.extend(streams.iter_mut().flat_map(EventStream::event_names));
    let table: BTreeSet<String> = TABLE.iter().map(|(name, _)| (*name).to_owned()).filter(|name| name != "hello").collect();
    assert_eq!(published.difference(&table).collect::<Vec<_>>(), Vec::<&String>::new(), "not in the table");
    assert_eq!(table.difference(&published).collect::<Vec<_>>(), Vec::<&String>::new(), "never published");
}

#[tokio::test]
async fn guests_count_and_see_only_those_they_share_a_channel_with() {
    let fixture = fixture().await;
    let (ada, carol, guest) = (&fixture.ada, &fixture.carol, &fixture.guest);
    for name in ["bob", "dan"] {
        let stranger = fixture.server.create_user(name).await;
        ada.add_to_team(&fixture.team, &stranger).await;
    }
    let team = format!("/teams/{}/stats", id(&fixture.team));
    assert_eq!(ada.get(&team).await.ok()["total_member_count"], 5);
    assert_eq!(guest.get(&team).await.ok()["total_member_count"], 2);
    assert_eq!(guest.get(&team).await.ok()["active_member_count"], 2);
    assert_eq!(guest.get("/users/stats").await.ok()["total_users_count"], 2);
    assert_eq!(guest.get(&format!("/channels/{}/stats", id(&fixture.shared))).await.ok()["member_count"], 2);
    let upload = async |person: &TestUser, name: &str| {
        let described = json!({"name": name, "creator_id": person.id}).to_string();
        person.upload("/emoji", &[("image", Some("e.png"), PNG), ("emoji", None, described.as_bytes())]).await.ok()
    };
    let (adas, carols) = (upload(ada, "adas").await, upload(carol, "carols").await);
    for path in [format!("/emoji/{}", id(&adas)), "/emoji/name/adas".to_owned()] {
        assert_eq!(guest.get(&path).await.ok()["creator_id"], "");
    }
    assert_eq!(guest.get(&format!("/emoji/{}", id(&carols))).await.ok()["creator_id"], json!(carol.id));
    let listed = guest.get("/emoji").await.ok().to_string();
    assert!(listed.contains("adas") && !listed.contains(&ada.id.to_string()), "{listed}");
}
