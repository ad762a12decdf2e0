//! The audit trail: what is recorded with a write, a read by administrators, a denied request or a failed log-in; and what is not.
//! The routes and their records are the table of `access_probe.rs`.

use guildhall_testkit::{Dialect, PASSWORD, TestServer, TestUser};
use serde_json::{Value, json};

const PERMISSIONS: &str = "api.context.permissions.app_error";
const HOUR_MS: i64 = 60 * 60 * 1_000;
const MINUTE_MS: i64 = 60 * 1_000;

/// Root is an administrator and in no team; ann created the team and its channels; bob is a member of both channels.
struct World {
    server: TestServer,
    root: TestUser,
    ann: TestUser,
    bob: TestUser,
    team: Value,
    open: Value,
    private: Value,
}

async fn world() -> World {
    world_of(TestServer::start().await).await
}

async fn world_of(server: TestServer) -> World {
    let (root, ann, bob) = (server.create_user("root").await, server.create_user("ann").await, server.create_user("bob").await);
    let team = ann.create_team("crew").await;
    ann.add_to_team(&team, &bob).await;
    let (open, private) = (ann.create_channel(&team, "open", "O").await, ann.create_channel(&team, "private", "P").await);
    for channel in [&open, &private] {
        ann.add_to_channel(channel, &bob).await;
    }
    World { server, root, ann, bob, team, open, private }
}

fn id(object: &Value) -> &str {
    object["id"].as_str().unwrap()
}

impl World {
    async fn count(&self) -> i64 {
        self.server.count("SELECT COUNT(*) FROM audits").await
    }

    /// The newest records, the newest last: actor, action and details.
    async fn last(&self, number: usize) -> Vec<[String; 3]> {
        let audits = self.root.get(&format!("/audits?per_page={number}")).await.ok();
        let text = |audit: &Value, name: &str| audit[name].as_str().unwrap().to_owned();
        let row = |audit: &Value| ["user_id", "action", "extra_info"].map(|name| text(audit, name));
        audits.as_array().unwrap().iter().rev().map(row).collect()
    }

    async fn last_one(&self) -> [String; 3] {
        self.last(1).await.remove(0)
    }
}

fn record(actor: &TestUser, action: &str, details: impl Into<String>) -> [String; 3] {
    [actor.id.to_string(), action.to_owned(), details.into()]
}

#[tokio::test]
async fn a_record_says_who_did_what_to_what_on_sqlite() {
    check_records(Dialect::Sqlite).await;
}

#[tokio::test]
async fn a_record_says_who_did_what_to_what_on_postgres() {
    check_records(Dialect::Postgres).await;
}

#[tokio::test]
async fn a_record_says_who_did_what_to_what_on_mysql() {
    check_records(Dialect::Mysql).await;
}

async fn check_records(dialect: Dialect) {
    let Some(server) = TestServer::start_on_dialect(dialect).await else { return };
    let world = world_of(server).await;
    let World { root, ann, bob, team, open, private, .. } = &world;
    let (team, open, private) = (id(team), id(open), id(private));

    root.put(&format!("/users/{}/roles", bob.id), json!({"roles": "system_user system_user_access_token"})).await.ok();
    let details = format!(r#"user_id={} old_roles=system_user roles="system_user system_user_access_token""#, bob.id);
    assert_eq!(world.last_one().await, record(root, "users.update_roles", details));

    root.put("/config/patch", json!({"TeamSettings": {"SiteName": "The Guild"}})).await.ok();
    assert_eq!(world.last_one().await, record(root, "system.change_settings", r#"old_site.name=Guildhall site.name="The Guild""#));

    ann.put(&format!("/channels/{open}/members/{}/schemeRoles", bob.id), json!({"scheme_user": true, "scheme_admin": true})).await.ok();
    let details = format!(r#"channel_id={open} user_id={} old_roles=channel_user roles="channel_user channel_admin""#, bob.id);
    assert_eq!(world.last_one().await, record(ann, "channels.update_member_roles", details));

    ann.delete(&format!("/channels/{private}/members/{}", bob.id)).await.ok();
    assert_eq!(world.last_one().await, record(ann, "channels.remove_member", format!("channel_id={private} user_id={}", bob.id)));

    bob.put(&format!("/channels/{open}/patch"), json!({"header": "secret plans", "display_name": "A user_id=x"})).await.ok();
    let details = format!(r#"channel_id={open} old_display_name=open display_name="A user_id=x" changed=header"#);
    assert_eq!(world.last_one().await, record(bob, "channels.patch", details));

    ann.post(&format!("/teams/{team}/regenerate_invite_id"), json!({})).await.ok();
    assert_eq!(world.last_one().await, record(ann, "teams.regenerate_invite", format!("team_id={team}")));

    // Posts of others: the ids, never the text.
    let post = bob.create_post(&world.open, "the password is swordfish").await;
    root.put(&format!("/posts/{}/patch", id(&post)), json!({"message": "the password is marlin"})).await.ok();
    let details = format!("post_id={} channel_id={open} author_id={}", id(&post), bob.id);
    assert_eq!(world.last_one().await, record(root, "posts.edit", &details));
    ann.delete(&format!("/posts/{}", id(&post))).await.ok();
    assert_eq!(world.last_one().await, record(ann, "posts.delete", &details));
    let all = root.get("/audits?per_page=200").await.text();
    assert!(!["swordfish", "marlin", "secret plans", PASSWORD].iter().any(|word| all.contains(word)), "{all}");

    // Everybody reads their own records, administrators those of everybody.
    let own = bob.get("/users/me/audits").await.ok();
    assert_eq!(own[0]["action"], "channels.patch");
    assert_eq!(root.get(&format!("/users/{}/audits", bob.id)).await.ok(), own);
}

#[tokio::test]
async fn what_people_do_with_their_own_leaves_no_record() {
    let world = world().await;
    let World { ann, bob, team, open, private, .. } = &world;
    let before = world.count().await;
    for channel in [open, private] {
        let post = bob.create_post(channel, "hello").await;
        let post = id(&post);
        bob.put(&format!("/posts/{post}/patch"), json!({"message": "hello again"})).await.ok();
        let reaction = json!({"user_id": bob.id, "post_id": post, "emoji_name": "smile"});
        bob.post("/reactions", reaction).await.ok();
        bob.delete(&format!("/users/me/posts/{post}/reactions/smile")).await.ok();
        bob.post(&format!("/posts/{post}/pin"), json!({})).await.ok();
        ann.post("/channels/members/me/view", json!({"channel_id": channel["id"]})).await.ok();
        bob.get(&format!("/channels/{}/posts", id(channel))).await.ok();
        bob.delete(&format!("/posts/{post}")).await.ok();
        let name = json!([{"user_id": bob.id, "category": "display_settings", "name": "use_military_time", "value": "true"}]);
        bob.put("/users/me/preferences", name).await.ok();
    }
    bob.put("/users/me/status", json!({"user_id": bob.id, "status": "dnd"})).await.ok();
    bob.put("/users/me/patch", json!({"nickname": "Bobby"})).await.ok();
    let direct = bob.post("/channels/direct", json!([bob.id, ann.id])).await.ok();
    bob.create_post(&direct, "psst").await;
    bob.put(&format!("/channels/{}/patch", id(&direct)), json!({"header": "ours"})).await.ok();
    bob.delete(&format!("/channels/{}/members/{}", id(open), bob.id)).await.ok();
    bob.post(&format!("/channels/{}/members", id(open)), json!({"user_id": bob.id})).await.ok();
    bob.delete(&format!("/teams/{}/members/{}", id(team), bob.id)).await.ok();
    assert_eq!(world.count().await, before, "{:?}", world.last(5).await);
}

#[tokio::test]
async fn posting_without_membership_is_recorded() {
    let world = world().await;
    let World { root, open, .. } = &world;
    root.create_post(open, "from outside").await;
    let details = format!("channel_id={}", id(open));
    assert_eq!(world.last_one().await, record(root, "posts.create", details));
}

/// Neither the record without the change, nor the change without the record.
#[tokio::test]
async fn a_change_and_its_record_are_committed_together() {
    let world = world().await;
    let World { server, root, bob, team, open, private, .. } = &world;
    let before = world.count().await;
    root.put(&format!("/users/{}/patch", bob.id), json!({"username": "ann"}))
        .await
        .assert_error(400, "app.user.save.username_exists.app_error");
    root.put(&format!("/users/{}/roles", bob.id), json!({"roles": "no_such_role"})).await.error();
    server.execute("CREATE TRIGGER no_team BEFORE UPDATE ON teams BEGIN SELECT RAISE(ABORT, 'broken'); END").await;
    assert_eq!(root.put(&format!("/teams/{}/patch", id(team)), json!({"display_name": "Renamed"})).await.status, 500);
    assert_eq!(world.count().await, before, "{:?}", world.last(3).await);

    server.execute("CREATE TRIGGER no_audit BEFORE INSERT ON audits BEGIN SELECT RAISE(ABORT, 'broken'); END").await;
    assert_eq!(root.put(&format!("/channels/{}/patch", id(open)), json!({"display_name": "Renamed"})).await.status, 500);
    assert_eq!(bob.get(&format!("/channels/{}", id(open))).await.ok()["display_name"], "open");
    assert_eq!(root.get(&format!("/channels/{}/posts", id(private))).await.status, 500, "not read without a record");
    // What needs no record does not depend on it.
    bob.create_post(private, "still here").await;
    bob.get(&format!("/channels/{}/posts", id(private))).await.ok();
}

#[tokio::test]
async fn reading_a_private_channel_from_outside_is_recorded_once_an_hour() {
    let world = world().await;
    let World { server, root, ann, bob, open, private, team } = &world;
    let post = ann.create_post(private, "plans").await;
    let file = ann.upload("/files", &[("channel_id", None, id(private).as_bytes()), ("files", Some("plan.txt"), b"plan")]).await.ok();
    let file = file["file_infos"][0]["id"].as_str().unwrap();
    ann.post("/posts", json!({"channel_id": private["id"], "message": "attached", "file_ids": [file]})).await.ok();
    let before = world.count().await;
    let posts = format!("/channels/{}/posts", id(private));
    let reads = [
        posts.clone(),
        format!("/posts/{}", id(&post)),
        format!("/posts/{}/thread", id(&post)),
        format!("/files/{file}"),
        format!("/channels/{}", id(private)),
    ];
    for path in &reads {
        assert_eq!(root.get(path).await.status, 200, "{path}");
    }
    root.post("/posts/ids", json!([post["id"]])).await.ok();
    let details = format!("channel_id={} team_id={}", id(private), id(team));
    assert_eq!(world.last_one().await, record(root, "channels.read", &details));
    assert_eq!(world.count().await, before + 1);

    // Concurrent requests leave one record, too; the next hour leaves another; so does another administrator.
    server.clock.advance_ms(HOUR_MS);
    let answers = futures::future::join_all(reads.iter().map(|path| root.get(path))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!(world.count().await, before + 2);
    server.clock.advance_ms(HOUR_MS / 2);
    root.get(&posts).await.ok();
    assert_eq!(world.count().await, before + 2);
    server.local_administrator().get(&format!("/channels/{}", id(private))).await.ok();
    assert_eq!(world.last_one().await[1..], ["channels.read".to_owned(), details.clone()]);
    assert_eq!(world.count().await, before + 3);

    // Members, public channels, and channels that nobody but the members may read.
    let before = world.count().await;
    bob.get(&posts).await.ok();
    root.get(&format!("/channels/{}/posts", id(open))).await.ok();
    let direct = ann.post("/channels/direct", json!([ann.id, bob.id])).await.ok();
    root.get(&format!("/channels/{}/posts", id(&direct))).await.assert_error(403, PERMISSIONS);
    assert_eq!(world.count().await, before);
}

#[tokio::test]
async fn each_way_of_reading_a_private_channel_from_outside_is_recorded() {
    let world = world().await;
    let World { server, root, ann, private, .. } = &world;
    let post = ann.create_post(private, "first").await;
    ann.put(&format!("/posts/{}/patch", id(&post)), json!({"message": "second"})).await.ok();
    let (channel, post) = (id(private), id(&post));
    for path in [
        format!("/channels/{channel}"),
        format!("/channels/{channel}/posts"),
        format!("/channels/{channel}/pinned"),
        format!("/channels/{channel}/members"),
        format!("/channels/{channel}/stats"),
        format!("/posts/{post}"),
        format!("/posts/{post}/thread"),
        format!("/posts/{post}/edit_history"),
        format!("/posts/{post}/files/info"),
        format!("/posts/{post}/reactions"),
        format!("/posts/{post}/info"),
    ] {
        server.clock.advance_ms(HOUR_MS);
        let before = world.count().await;
        assert_eq!(root.get(&path).await.status, 200, "{path}");
        assert_eq!(world.count().await, before + 1, "{path}");
        assert_eq!(world.last_one().await[1], "channels.read", "{path}");
    }
}

#[tokio::test]
async fn denied_requests_are_recorded_within_a_limit() {
    let world = world().await;
    let World { server, root, ann, bob, team, private, .. } = &world;
    let denied = |operation: &str, permission: &str| record(bob, "access.denied", format!("operation={operation} permission={permission}"));
    // By the gate, and by the use case.
    bob.get("/audits").await.assert_error(403, PERMISSIONS);
    assert_eq!(world.last_one().await, denied("get_audits", "read_audits"));
    bob.put(&format!("/users/{}/patch", ann.id), json!({"nickname": "x"})).await.assert_error(403, PERMISSIONS);
    assert_eq!(world.last_one().await, denied("patch_user", "edit_other_users"));
    bob.put(&format!("/users/{}/password", ann.id), json!({"new_password": "another long one"})).await.error();
    assert_eq!(world.last_one().await, denied("update_user_password", "sysconsole_write_user_management_users"));
    bob.put(&format!("/users/{}/active", ann.id), json!({"active": false})).await.error();
    assert_eq!(world.last_one().await, denied("update_user_active", "sysconsole_write_user_management_users"));
    bob.put(&format!("/users/{}/roles", bob.id), json!({"roles": "system_user system_admin"})).await.assert_error(403, PERMISSIONS);
    assert_eq!(world.last_one().await, denied("update_user_roles", "manage_roles"));
    bob.get(&format!("/users/{}/posts/flagged", ann.id)).await.assert_error(403, PERMISSIONS);
    assert_eq!(world.last_one().await, denied("get_flagged_posts_for_user", "own_account"));

    // What is no matter of the system is not: a channel that one is not in, a team that one does not manage.
    let before = world.count().await;
    let eve = server.create_user("eve").await;
    let before = before + 2; // her account and log-in
    eve.get(&format!("/channels/{}/posts", id(private))).await.assert_error(403, PERMISSIONS);
    eve.put(&format!("/teams/{}/patch", id(team)), json!({"display_name": "x"})).await.assert_error(403, PERMISSIONS);
    assert_eq!(world.count().await, before);

    server.clock.advance_ms(MINUTE_MS);
    let denied_request = async || {
        for _ in 0..30 {
            bob.get("/audits").await.assert_error(403, PERMISSIONS);
        }
    };
    denied_request().await;
    assert_eq!(world.count().await, before + 21);
    assert_eq!(world.last_one().await[1], "access.denied_more");
    // Others and other addresses have limits of their own, and the next minute has another.
    eve.get("/audits").await.assert_error(403, PERMISSIONS);
    bob.connected_from("203.0.113.9").get("/audits").await.assert_error(403, PERMISSIONS);
    assert_eq!(world.count().await, before + 23);
    assert_eq!(root.get("/audits?per_page=1").await.ok()[0]["ip_address"], "203.0.113.9");
    server.clock.advance_ms(MINUTE_MS);
    denied_request().await;
    assert_eq!(world.count().await, before + 23 + 21);
}

#[tokio::test]
async fn failed_log_ins_are_recorded_with_their_name_within_the_limits() {
    let server = TestServer::start_with_settings(|settings| {
        settings.limits.enabled = true;
        settings.limits.failed_logins = 3;
    })
    .await;
    let (root, bob) = (server.create_user("root").await, server.create_user("bob").await);
    let stranger = server.anonymous().connected_from("203.0.113.9");
    let try_once = async |login_id: &str| {
        let answer = stranger.post("/users/login", json!({"login_id": login_id, "password": "wrong"})).await;
        let audit = root.get("/audits?per_page=1").await.ok()[0].clone();
        assert_eq!(audit["ip_address"], "203.0.113.9");
        (answer.status, audit["user_id"].as_str().unwrap().to_owned(), audit["extra_info"].as_str().unwrap().to_owned())
    };
    assert_eq!(try_once("bob").await, (401, bob.id.to_string(), "login_id=bob".to_owned()));
    assert_eq!(try_once("BOB@example.com").await, (401, bob.id.to_string(), "login_id=bob@example.com".to_owned()));
    assert_eq!(try_once("nobody").await, (401, String::new(), "login_id=nobody".to_owned()));
    // It may be a password in the wrong field.
    assert_eq!(try_once(PASSWORD).await, (401, String::new(), r#"login_id="[not a name]""#.to_owned()));
    assert_eq!(bob.get("/users/me/audits").await.ok()[0]["action"], "sessions.login_failed");

    let before = server.count("SELECT COUNT(*) FROM audits").await;
    for _ in 0..50 {
        stranger.post("/users/login", json!({"login_id": "bob", "password": "wrong"})).await;
    }
    assert_eq!(server.count("SELECT COUNT(*) FROM audits").await, before + 1, "the third failure of three");

    root.put(&format!("/users/{}/active", bob.id), json!({"active": false})).await.ok();
    let deactivated = server.anonymous().connected_from("198.51.100.10");
    assert_eq!(deactivated.post("/users/login", json!({"login_id": "bob", "password": PASSWORD})).await.status, 401);
    let audit = root.get("/audits?per_page=1").await.ok()[0].clone();
    assert_eq!((&audit["action"], &audit["extra_info"]), (&json!("sessions.login_failed"), &json!("login_id=bob reason=deactivated")));
}

#[tokio::test]
async fn a_wrong_current_password_is_recorded() {
    let world = world().await;
    let World { bob, .. } = &world;
    let change = json!({"current_password": "wrong", "new_password": "another long one"});
    assert_eq!(bob.put("/users/me/password", change).await.status, 400);
    assert_eq!(world.last_one().await[1], "users.check_password_failed");
    let change = json!({"current_password": PASSWORD, "new_password": "another long one"});
    bob.put("/users/me/password", change).await.ok();
    assert_eq!(world.last_one().await, record(bob, "users.change_password", format!("user_id={}", bob.id)));
}
