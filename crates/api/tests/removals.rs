//! After a removal: no way back by an old invitation, nothing that was in flight lands, and archived teams are quiet.

use std::sync::Arc;

use guildhall_testkit::{TestServer, TestUser};
use serde_json::{Value, json};

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

const REMOVED: &str = "api.team.add_user_to_team_from_invite.removed.app_error";

async fn join(person: &TestUser, team: &Value) -> guildhall_testkit::TestResponse {
    person.post(&format!("/teams/members/invite?invite_id={}", team["invite_id"].as_str().unwrap()), json!({})).await
}

#[tokio::test]
async fn a_removed_member_does_not_come_back_by_the_old_invitation() {
    let server = TestServer::start().await;
    let _root = server.create_user("root").await;
    let (ann, bob, carol) = (server.create_user("ann").await, server.create_user("bob").await, server.create_user("carol").await);
    let team = ann.create_team("builders").await;
    join(&bob, &team).await.ok();
    join(&carol, &team).await.ok();
    let members = format!("/teams/{}/members", id(&team));

    // People who leave may come back; people who were removed may not.
    carol.delete(&format!("{members}/{}", carol.id)).await.ok();
    join(&carol, &team).await.ok();
    ann.delete(&format!("{members}/{}", bob.id)).await.ok();
    join(&bob, &team).await.assert_error(403, REMOVED);
    join(&carol, &team).await.ok();
    assert_eq!(ann.get(&format!("{members}/{}", bob.id)).await.status, 404);

    // Others can bring them back, by adding them or with a new invitation.
    ann.add_to_team(&team, &bob).await;
    join(&bob, &team).await.ok();
    ann.delete(&format!("{members}/{}", bob.id)).await.ok();
    let renewed = ann.post(&format!("/teams/{}/regenerate_invite_id", id(&team)), json!({})).await.ok();
    join(&bob, &team).await.assert_error(404, "app.team.get_by_invite_id.finding.app_error");
    join(&bob, &renewed).await.ok();
}

#[tokio::test]
async fn an_archived_team_takes_nothing_new() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let (ann, bob, carol) = (server.create_user("ann").await, server.create_user("bob").await, server.create_user("carol").await);
    let team = ann.create_team("builders").await;
    ann.add_to_team(&team, &bob).await;
    let channel = ann.create_channel(&team, "builds", "O").await;
    let other = ann.create_channel(&team, "other", "O").await;
    ann.add_to_channel(&channel, &bob).await;
    let post = bob.create_post(&channel, "before").await;
    let hook = ann.post("/hooks/incoming", json!({"channel_id": channel["id"]})).await.ok();
    let upload = bob.post("/uploads", json!({"channel_id": channel["id"], "filename": "a", "file_size": 10})).await.ok();
    root.delete(&format!("/teams/{}", id(&team))).await.ok();

    let count = "SELECT (SELECT COUNT(*) FROM posts) + (SELECT COUNT(*) FROM files) + (SELECT COUNT(*) FROM reactions) + (SELECT COUNT(*) FROM channels)";
    let before = server.count(count).await;
    let members = "SELECT (SELECT COUNT(*) FROM channel_members) + (SELECT COUNT(*) FROM team_members WHERE delete_at = 0)";
    let members_before = server.count(members).await;
    let parts = [("channel_id", None, id(&channel).as_bytes()), ("files", Some("a.txt"), &b"text"[..])];
    for person in [&bob, &ann, &root] {
        let (post, channel_id) = (id(&post), id(&channel));
        let attempts = [
            person.post("/posts", json!({"channel_id": channel_id, "message": "after"})).await,
            person.post("/posts", json!({"channel_id": channel_id, "message": "reply", "root_id": post})).await,
            person.put(&format!("/posts/{post}/patch"), json!({"message": "edited"})).await,
            person.post(&format!("/posts/{post}/pin"), json!({})).await,
            person.delete(&format!("/posts/{post}")).await,
            person.post("/reactions", json!({"user_id": person.id, "post_id": post, "emoji_name": "smile"})).await,
            person.upload("/files", &parts).await,
            person.post("/uploads", json!({"channel_id": channel_id, "filename": "a", "file_size": 10})).await,
            person.post("/commands/execute", json!({"channel_id": channel_id, "team_id": team["id"], "command": "/me waves"})).await,
            person.post(&format!("/channels/{}/members", id(&other)), json!({"user_id": person.id})).await,
            person.put(&format!("/channels/{channel_id}/patch"), json!({"header": "x"})).await,
            person.post("/channels", json!({"team_id": team["id"], "name": "new", "display_name": "n", "type": "O"})).await,
        ];
        for attempt in attempts {
            assert!((400..500).contains(&attempt.status), "{} as {}: {}", attempt.request, person.username, attempt.status);
        }
    }
    let data = http::Request::post(format!("/api/v4/uploads/{}", id(&upload))).body(axum::body::Body::from("0123456789")).unwrap();
    assert!((400..500).contains(&bob.send(data).await.status));
    assert_eq!(server.anonymous().post(&format!("//hooks/{}", id(&hook)), json!({"text": "x"})).await.status, 400);
    assert!((400..500).contains(&join(&carol, &team).await.status));
    let add = json!({"team_id": team["id"], "user_id": carol.id});
    assert!((400..500).contains(&root.post(&format!("/teams/{}/members", id(&team)), add).await.status));
    assert_eq!((server.count(count).await, server.count(members).await), (before, members_before));

    // Reading goes on, and everything works again when the team is restored.
    bob.get(&format!("/channels/{}/posts", id(&channel))).await.ok();
    root.post(&format!("/teams/{}/restore", id(&team)), json!({})).await.ok();
    bob.create_post(&channel, "again").await;
}

/// How a member's rights end while requests are in flight.
#[derive(Debug, Clone, Copy)]
enum Removal {
    FromChannel,
    FromTeam,
    Deactivation,
    ChannelArchived,
    TeamArchived,
}

const ROUNDS: usize = 25;

/// Events are published in the order of the commits: none of the member's may follow the removal.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_lands_after_the_removal_of_its_sender() {
    let removals = [Removal::FromChannel, Removal::FromTeam, Removal::Deactivation, Removal::ChannelArchived, Removal::TeamArchived];
    for removal in removals {
        let server = TestServer::start().await;
        let _root = server.create_user("root").await;
        let root = Arc::new(_root);
        let ann = Arc::new(server.create_user("ann").await);
        for round in 0..ROUNDS {
            let team = ann.create_team(&format!("builders-{round}")).await;
            let bob = Arc::new(server.create_user(&format!("bob{round}")).await);
            ann.add_to_team(&team, &bob).await;
            let channel = ann.create_channel(&team, &format!("c{round}"), "P").await;
            ann.add_to_channel(&channel, &bob).await;
            let (own, anns) = (bob.create_post(&channel, "own").await, ann.create_post(&channel, "anns").await);
            let mut events = ann.subscribe().await;
            let mut tasks = tokio::task::JoinSet::new();
            for n in 0..4 {
                let (bob, channel, own, anns) = (Arc::clone(&bob), channel.clone(), id(&own).to_owned(), id(&anns).to_owned());
                tasks.spawn(async move {
                    for m in 0..3 {
                        match n {
                            0 => bob.post("/posts", json!({"channel_id": channel["id"], "message": "late"})).await,
                            1 => bob.post("/posts", json!({"channel_id": channel["id"], "message": "late reply", "root_id": anns})).await,
                            2 => bob.put(&format!("/posts/{own}/patch"), json!({"message": format!("late edit {m}")})).await,
                            _ => {
                                let name = ["smile", "heart", "tada"][m];
                                bob.post("/reactions", json!({"user_id": bob.id, "post_id": anns, "emoji_name": name})).await
                            }
                        };
                    }
                });
            }
            let (remover, bob_id, team_id, channel_id) = (Arc::clone(&ann), bob.id, id(&team).to_owned(), id(&channel).to_owned());
            let admin = Arc::clone(&root);
            tasks.spawn(async move {
                for _ in 0..round {
                    tokio::task::yield_now().await;
                }
                match removal {
                    Removal::FromChannel => remover.delete(&format!("/channels/{channel_id}/members/{bob_id}")).await.ok(),
                    Removal::FromTeam => remover.delete(&format!("/teams/{team_id}/members/{bob_id}")).await.ok(),
                    Removal::Deactivation => admin.delete(&format!("/users/{bob_id}")).await.ok(),
                    Removal::ChannelArchived => admin.delete(&format!("/channels/{channel_id}")).await.ok(),
                    Removal::TeamArchived => admin.delete(&format!("/teams/{team_id}")).await.ok(),
                };
            });
            tasks.join_all().await;
            let mut is_removed = false;
            for event in events.received_events() {
                let (name, text) = (event["event"].as_str().unwrap(), event.to_string());
                let is_deactivation = name == "user_updated" && event["data"]["user"]["delete_at"].as_i64().unwrap_or_default() > 0;
                is_removed |= ["user_removed", "leave_team", "channel_deleted", "delete_team"].contains(&name);
                is_removed |= is_deactivation && text.contains(&bob_id.to_string());
                let is_late = text.contains("late") || name == "reaction_added";
                assert!(!(is_removed && is_late), "{removal:?}, round {round}: {event}");
            }
            assert!(is_removed, "{removal:?}");
        }
    }
}
