//! Bookmarks of channels: links and files, who may change them, their order, their events, their files and their bounds.

use guildhall_testkit::{TestResponse, TestServer, TestUser};
use serde_json::{Value, json};

const PERMISSIONS: &str = "api.context.permissions.app_error";
const NOT_FOUND: &str = "app.channel.bookmark.get.app_error";
const ARCHIVED: &str = "api.channel.delete_channel.archived.app_error";
const FILE_INVALID: &str = "model.channel_bookmark.is_valid.file_id.missing_or_invalid.app_error";

/// An administrator; Ann, who made the private channel, Bob in it, a guest in it, and Eve, who is in the team only.
struct Fixture {
    server: TestServer,
    root: TestUser,
    ann: TestUser,
    bob: TestUser,
    guest: TestUser,
    eve: TestUser,
    channel: Value,
}

impl Fixture {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let root = server.create_user("root").await;
        let [ann, bob, guest, eve] = [
            server.create_user("ann").await,
            server.create_user("bob").await,
            server.create_user("gus").await,
            server.create_user("eve").await,
        ];
        root.post(&format!("/users/{}/demote", guest.id), json!({})).await.ok();
        let team = ann.create_team("studio").await;
        for person in [&bob, &guest, &eve] {
            ann.add_to_team(&team, person).await;
        }
        let channel = ann.create_channel(&team, "film", "P").await;
        for person in [&bob, &guest] {
            ann.add_to_channel(&channel, person).await;
        }
        Self { server, root, ann, bob, guest, eve, channel }
    }

    fn path(&self) -> String {
        format!("/channels/{}/bookmarks", id(&self.channel))
    }

    fn path_of(&self, bookmark: &Value) -> String {
        format!("{}/{}", self.path(), id(bookmark))
    }

    async fn create(&self, person: &TestUser, bookmark: Value) -> TestResponse {
        person.post(&self.path(), bookmark).await
    }

    async fn link(&self, person: &TestUser, name: &str) -> Value {
        self.create(person, link(name)).await.ok()
    }

    async fn upload(&self, person: &TestUser) -> Value {
        let parts: [(&str, Option<&str>, &[u8]); 2] =
            [("channel_id", None, id(&self.channel).as_bytes()), ("files", Some("plan.txt"), b"plan")];
        person.upload("/files?bookmark=true", &parts).await.ok()["file_infos"][0].clone()
    }

    async fn names(&self, person: &TestUser) -> Vec<String> {
        let list = person.get(&self.path()).await.ok();
        list.as_array().unwrap().iter().map(|bookmark| bookmark["display_name"].as_str().unwrap().to_owned()).collect()
    }

    async fn sort(&self, person: &TestUser, bookmark: &Value, index: Value) -> TestResponse {
        person.post(&format!("{}/sort_order", self.path_of(bookmark)), index).await
    }
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap_or_else(|| panic!("{value}"))
}

fn link(name: &str) -> Value {
    json!({"type": "link", "display_name": name, "link_url": "https://example.com/script", "emoji": ":clapper:"})
}

/// What is nested as JSON in an event.
fn nested(event: &Value, name: &str) -> Value {
    serde_json::from_str(event["data"][name].as_str().unwrap_or_else(|| panic!("{event}"))).unwrap()
}

#[tokio::test]
async fn a_link_is_made_changed_and_deleted_and_everybody_in_the_channel_learns_of_it() {
    let fixture = Fixture::new().await;
    let (mut bobs, mut eves) = (fixture.bob.subscribe().await, fixture.eve.subscribe().await);
    let made = fixture.create(&fixture.ann, link("Script")).await;
    assert_eq!(made.status, 201);
    let made = made.json();
    assert_eq!(
        (&made["type"], &made["emoji"], &made["owner_id"], &made["sort_order"], &made["delete_at"]),
        (&json!("link"), &json!("clapper"), &json!(fixture.ann.id), &json!(0), &json!(0))
    );
    for absent in ["file_id", "image_url", "original_id", "parent_id", "file"] {
        assert!(made.get(absent).is_none(), "{made}");
    }
    assert_eq!(nested(&bobs.wait_for("channel_bookmark_created").await, "bookmark"), made);
    assert_eq!(fixture.guest.get(&fixture.path()).await.ok(), json!([made]));

    let patch = json!({"display_name": "Script, second draft", "emoji": "", "link_url": null, "id": "other"});
    let changed = fixture.ann.patch(&fixture.path_of(&made), patch).await.ok();
    assert!(changed.get("deleted").is_none(), "{changed}");
    let updated = &changed["updated"];
    assert_eq!(
        (id(updated), &updated["display_name"], &updated["link_url"], updated.get("emoji")),
        (id(&made), &json!("Script, second draft"), &made["link_url"], None)
    );
    assert_eq!(nested(&bobs.wait_for("channel_bookmark_updated").await, "bookmarks"), changed);

    let deleted = fixture.bob.delete(&fixture.path_of(&made)).await.ok();
    assert!(id(&deleted) == id(&made) && deleted["delete_at"].as_i64() > Some(0), "{deleted}");
    assert_eq!(nested(&bobs.wait_for("channel_bookmark_deleted").await, "bookmark"), deleted);
    assert_eq!(fixture.names(&fixture.ann).await, Vec::<String>::new());
    let since = made["create_at"].as_i64().unwrap();
    assert_eq!(fixture.ann.get(&format!("{}?bookmarks_since={since}", fixture.path())).await.ok(), json!([deleted]));
    let after = deleted["update_at"].as_i64().unwrap() + 1;
    assert_eq!(fixture.ann.get(&format!("{}?bookmarks_since={after}", fixture.path())).await.ok(), json!([]));
    for answer in [fixture.bob.delete(&fixture.path_of(&made)).await, fixture.bob.patch(&fixture.path_of(&made), json!({})).await] {
        answer.assert_error(404, NOT_FOUND);
    }
    assert!(!eves.event_names().iter().any(|name| name.contains("bookmark")), "she is not in the channel");
}

#[tokio::test]
async fn who_changes_the_bookmark_of_somebody_else_replaces_it() {
    let fixture = Fixture::new().await;
    let made = fixture.link(&fixture.ann, "Script").await;
    let mut anns = fixture.ann.subscribe().await;
    let changed = fixture.bob.patch(&fixture.path_of(&made), json!({"display_name": "Better script"})).await.ok();
    let (updated, deleted) = (&changed["updated"], &changed["deleted"]);
    assert_eq!((id(deleted), &updated["original_id"], &updated["owner_id"]), (id(&made), &made["id"], &json!(fixture.bob.id)));
    assert!(id(updated) != id(&made) && deleted["delete_at"].as_i64() > Some(0), "{changed}");
    assert_eq!(nested(&anns.wait_for("channel_bookmark_updated").await, "bookmarks"), changed);
    assert_eq!(fixture.ann.get(&fixture.path()).await.ok(), json!([updated]));
    fixture.ann.patch(&fixture.path_of(&made), json!({"display_name": "x"})).await.assert_error(404, NOT_FOUND);
}

#[tokio::test]
async fn the_order_is_changed_by_one_at_a_time() {
    let fixture = Fixture::new().await;
    let mut made = Vec::new();
    for name in ["a", "b", "c"] {
        made.push(fixture.link(&fixture.ann, name).await);
    }
    fixture.ann.delete(&fixture.path_of(&made[1])).await.ok();
    made.push(fixture.link(&fixture.bob, "d").await);
    assert_eq!(fixture.names(&fixture.bob).await, ["a", "c", "d"]);
    let mut bobs = fixture.bob.subscribe().await;
    let sorted = fixture.sort(&fixture.bob, &made[3], json!(0)).await.ok();
    assert_eq!(nested(&bobs.wait_for("channel_bookmark_sorted").await, "bookmarks"), sorted);
    let orders: Vec<_> =
        sorted.as_array().unwrap().iter().map(|it| (it["display_name"].as_str().unwrap(), it["sort_order"].as_i64().unwrap())).collect();
    assert_eq!(orders, [("d", 0), ("a", 1), ("c", 2)]);
    assert_eq!(fixture.ann.get(&fixture.path()).await.ok(), sorted);
    for wrong in [json!(3), json!(-1)] {
        fixture.sort(&fixture.ann, &made[0], wrong).await.assert_error(400, "app.channel.bookmark.update_sort.invalid_input.app_error");
    }
    for wrong in [json!("1"), json!(1.5), json!({}), json!(null)] {
        assert_eq!(fixture.sort(&fixture.ann, &made[0], wrong).await.status, 400);
    }
    fixture.sort(&fixture.ann, &made[1], json!(0)).await.assert_error(404, NOT_FOUND);
}

/// Whoever comes first: in the end there is one order with all of them, and no change is lost half-way.
#[tokio::test]
async fn concurrent_changes_of_the_order_leave_one() {
    let fixture = Fixture::new().await;
    let mut made = Vec::new();
    for name in ["a", "b", "c", "d"] {
        made.push(fixture.link(&fixture.ann, name).await);
    }
    let answers = futures::future::join_all((0..20).map(|n| fixture.sort(&fixture.ann, &made[n % 4], json!(n % 3)))).await;
    assert!(answers.iter().all(|answer| answer.status == 200), "{:?}", answers.iter().map(|answer| answer.status).collect::<Vec<_>>());
    let list = fixture.ann.get(&fixture.path()).await.ok();
    let mut orders: Vec<i64> = list.as_array().unwrap().iter().map(|it| it["sort_order"].as_i64().unwrap()).collect();
    orders.sort_unstable();
    assert_eq!(orders, [0, 1, 2, 3], "{list}");
}

#[tokio::test]
async fn only_members_change_them_and_guests_never_do() {
    let fixture = Fixture::new().await;
    let made = fixture.link(&fixture.ann, "Script").await;
    fixture.eve.get(&fixture.path()).await.assert_error(403, PERMISSIONS);
    for person in [&fixture.eve, &fixture.guest] {
        fixture.create(person, link("x")).await.assert_error(403, PERMISSIONS);
        person.patch(&fixture.path_of(&made), json!({"display_name": "x"})).await.assert_error(403, PERMISSIONS);
        person.delete(&fixture.path_of(&made)).await.assert_error(403, PERMISSIONS);
        fixture.sort(person, &made, json!(0)).await.assert_error(403, PERMISSIONS);
    }
    let moderated = json!([{"name": "manage_bookmarks", "roles": {"members": false}}]);
    fixture.root.put(&format!("/channels/{}/moderations/patch", id(&fixture.channel)), moderated).await.ok();
    fixture.create(&fixture.bob, link("x")).await.assert_error(403, PERMISSIONS);
    assert_eq!(fixture.create(&fixture.ann, link("x")).await.status, 201, "she administers the channel");

    let direct = fixture.ann.post("/channels/direct", json!([fixture.ann.id, fixture.guest.id])).await.ok();
    let path = format!("/channels/{}/bookmarks", id(&direct));
    assert_eq!(fixture.ann.post(&path, link("Ours")).await.status, 201);
    fixture.guest.post(&path, link("x")).await.assert_error(403, "api.channel.bookmark.guest.forbidden.app_error");
    assert_eq!(fixture.guest.get(&path).await.ok().as_array().unwrap().len(), 1);
    fixture.root.get(&path).await.assert_error(403, PERMISSIONS);
}

/// A bookmark is found in its own channel only.
#[tokio::test]
async fn a_bookmark_of_another_channel_is_not_there() {
    let fixture = Fixture::new().await;
    let made = fixture.link(&fixture.ann, "Script").await;
    let own = fixture.eve.post("/channels/direct", json!([fixture.eve.id, fixture.bob.id])).await.ok();
    let path = format!("/channels/{}/bookmarks/{}", id(&own), id(&made));
    fixture.eve.patch(&path, json!({"display_name": "x"})).await.assert_error(404, NOT_FOUND);
    fixture.eve.delete(&path).await.assert_error(404, NOT_FOUND);
    fixture.eve.post(&format!("{path}/sort_order"), json!(0)).await.assert_error(404, NOT_FOUND);
    assert_eq!(fixture.names(&fixture.ann).await, ["Script"]);
}

#[tokio::test]
async fn nothing_is_changed_in_an_archived_channel() {
    let fixture = Fixture::new().await;
    let made = fixture.link(&fixture.ann, "Script").await;
    fixture.ann.delete(&format!("/channels/{}", id(&fixture.channel))).await.ok();
    let answers = [
        fixture.create(&fixture.ann, link("x")).await,
        fixture.ann.patch(&fixture.path_of(&made), json!({"display_name": "x"})).await,
        fixture.ann.delete(&fixture.path_of(&made)).await,
        fixture.sort(&fixture.ann, &made, json!(0)).await,
    ];
    for answer in answers {
        assert!((400..500).contains(&answer.status) && answer.error().1 != NOT_FOUND, "{}: {ARCHIVED}", answer.text());
    }
}

#[tokio::test]
async fn a_file_is_for_everybody_in_the_channel_and_goes_with_its_bookmark() {
    let fixture = Fixture::new().await;
    let file = fixture.upload(&fixture.ann).await;
    let content = format!("/files/{}", id(&file));
    fixture.bob.get(&content).await.assert_error(403, PERMISSIONS);
    let bookmark = json!({"type": "file", "display_name": "Plan", "file_id": file["id"]});
    let made = fixture.create(&fixture.ann, bookmark.clone()).await.ok();
    assert_eq!((id(&made["file"]), &made["file"]["name"], made.get("link_url")), (id(&file), &json!("plan.txt"), None));
    for person in [&fixture.bob, &fixture.guest] {
        assert_eq!(person.get(&content).await.text(), "plan");
        assert_eq!(id(&person.get(&fixture.path()).await.ok()[0]["file"]), id(&file));
    }
    fixture.eve.get(&content).await.assert_error(403, PERMISSIONS);

    // It is taken: by no other bookmark, and by no message.
    fixture.create(&fixture.ann, bookmark).await.assert_error(400, FILE_INVALID);
    let post = json!({"channel_id": fixture.channel["id"], "message": "x", "file_ids": [file["id"]]});
    let posted = fixture.ann.post("/posts", post).await;
    assert!(posted.status == 400 || posted.json()["file_ids"].as_array().is_none_or(Vec::is_empty), "{}", posted.text());

    // Bob's change takes the file along, and it outlives the sweep of files that nobody has.
    let changed = fixture.bob.patch(&fixture.path_of(&made), json!({"display_name": "The plan"})).await.ok();
    assert_eq!(id(&changed["updated"]["file"]), id(&file));
    fixture.server.clock.advance_ms(30 * 24 * 60 * 60 * 1_000);
    fixture.server.app().services.run_due_jobs().await.unwrap();
    let mut bob = fixture.bob.clone();
    bob.log_in().await;
    assert_eq!(bob.get(&content).await.text(), "plan");

    let used = "SELECT COALESCE(SUM(bytes), 0) FROM storage_usage WHERE scope = 4";
    let before = fixture.server.count(used).await;
    bob.delete(&fixture.path_of(&changed["updated"])).await.ok();
    assert_eq!(bob.get(&content).await.status, 404);
    assert_eq!(before - fixture.server.count(used).await, 4, "its room is given back");
}

#[tokio::test]
async fn a_file_can_be_replaced_by_another_one() {
    let fixture = Fixture::new().await;
    let (first, second) = (fixture.upload(&fixture.ann).await, fixture.upload(&fixture.bob).await);
    let made = fixture.create(&fixture.ann, json!({"type": "file", "display_name": "Plan", "file_id": first["id"]})).await.ok();
    // A file of somebody else is none of one's own.
    fixture.ann.patch(&fixture.path_of(&made), json!({"file_id": second["id"]})).await.assert_error(400, FILE_INVALID);
    let changed = fixture.bob.patch(&fixture.path_of(&made), json!({"file_id": second["id"]})).await.ok();
    assert_eq!(id(&changed["updated"]["file"]), id(&second));
    assert_eq!(fixture.ann.get(&format!("/files/{}", id(&second))).await.text(), "plan");
    assert_eq!(fixture.ann.get(&format!("/files/{}", id(&first))).await.status, 404);
}

#[tokio::test]
async fn bad_bookmarks_are_refused_and_nothing_is_stored() {
    let fixture = Fixture::new().await;
    let file = fixture.upload(&fixture.ann).await;
    let wrong = [
        json!({}),
        json!({"type": "board", "display_name": "x", "link_url": "https://example.com"}),
        json!({"type": "link", "display_name": "x"}),
        json!({"type": "link", "display_name": "", "link_url": "https://example.com"}),
        json!({"type": "link", "display_name": "x".repeat(65), "link_url": "https://example.com"}),
        json!({"type": "link", "display_name": "x", "link_url": "javascript:alert(1)"}),
        json!({"type": "link", "display_name": "x", "link_url": "https://example.com", "image_url": "file:///etc/passwd"}),
        json!({"type": "link", "display_name": "x", "link_url": "https://example.com", "emoji": "no emoji"}),
        json!({"type": "link", "display_name": "x", "link_url": "https://example.com", "file_id": file["id"]}),
        json!({"type": "file", "display_name": "x"}),
        json!({"type": "file", "display_name": "x", "file_id": "absentabsentabsentabsent00"}),
        json!({"type": "file", "display_name": "x", "file_id": file["id"], "link_url": "https://example.com"}),
    ];
    for bookmark in wrong {
        let answer = fixture.create(&fixture.ann, bookmark.clone()).await;
        assert_eq!(answer.error().0, 400, "{bookmark}");
    }
    assert_eq!(fixture.names(&fixture.ann).await, Vec::<String>::new());
    let made = fixture.link(&fixture.ann, "Script").await;
    fixture.ann.patch(&fixture.path_of(&made), json!({"link_url": "javascript:alert(1)"})).await.error();
    assert_eq!(fixture.ann.get(&fixture.path()).await.ok(), json!([made]));
}

#[tokio::test]
async fn a_channel_has_at_most_fifty() {
    let fixture = Fixture::new().await;
    for n in 0..49 {
        fixture.link(&fixture.ann, &format!("{n}")).await;
    }
    let answers = futures::future::join_all((0..5).map(|_| fixture.create(&fixture.ann, link("last")))).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 400, 400, 400, 400]);
    fixture.create(&fixture.bob, link("x")).await.assert_error(400, "app.channel.bookmark.add_bookmark.limit.app_error");
    assert_eq!(fixture.names(&fixture.ann).await.len(), 50);
}
