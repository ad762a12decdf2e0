//! The real server on a small disk: with the reserve reached, everything but uploads goes on; on a full disk nothing that was
//! confirmed is lost, and the server goes on by itself when there is room. A small disk is mounted, which only root may do;
//! elsewhere these tests do nothing.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test helpers")]

#[macro_use]
mod support;

use std::sync::Arc;

use serde_json::{Value, json};
use support::small_disk::SmallDisk;
use support::{CallError, ServerProcess};

async fn upload(server: &ServerProcess, token: &Arc<str>, channel: &str, text: &str) -> Result<Value, CallError> {
    server.call(token, "POST", &format!("/files?channel_id={channel}&filename=a.txt"), Some(json!(text))).await
}

async fn post(server: &ServerProcess, token: &Arc<str>, channel: &str, message: &str) -> Result<Value, CallError> {
    server.call(token, "POST", "/posts", Some(json!({"channel_id": channel, "message": message}))).await
}

fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_the_reserve_reached_everything_but_uploads_goes_on() {
    let Some(disk) = SmallDisk::mount(96) else { return };
    let server = disk.server(&[("FILES_FREE_SPACE_RESERVE_BYTES", "50331648")]).await;
    let ada = server.sign_up("ada").await;
    let channel = server.town_square(&ada).await;
    let file = upload(&server, &ada, &channel, "before").await.unwrap();
    let attached = json!({"channel_id": channel, "message": "look", "file_ids": [file["file_infos"][0]["id"]]});
    let before = server.call(&ada, "POST", "/posts", Some(attached)).await.unwrap();

    disk.fill(60);
    let Err(CallError::Rejected(507, problem)) = upload(&server, &ada, &channel, "after").await else { panic!("the upload was taken") };
    assert!(problem.contains("The server has no room for further files. Please tell an administrator."), "{problem}");
    let resumable = json!({"channel_id": channel, "filename": "b.bin", "file_size": 4});
    let begun = server.call(&ada, "POST", "/uploads", Some(resumable)).await.unwrap();
    let part = server.call(&ada, "POST", &format!("/uploads/{}", id(&begun)), Some(json!(12))).await;
    assert!(matches!(&part, Err(CallError::Rejected(507, _))), "{part:?}");

    post(&server, &ada, &channel, "goes on").await.unwrap();
    let bob = server.sign_up("bob").await;
    server.call(&bob, "GET", "/users/me", None).await.unwrap();
    let info = server.call(&ada, "GET", &format!("/posts/{}/files/info", id(&before)), None).await.unwrap();
    assert_eq!(info[0]["name"], "a.txt");
    server.call(&ada, "DELETE", &format!("/posts/{}", id(&before)), None).await.unwrap();

    disk.clear();
    upload(&server, &ada, &channel, "again").await.unwrap();
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_full_disk_nothing_confirmed_is_lost_and_it_goes_on_when_there_is_room() {
    let Some(disk) = SmallDisk::mount(64) else { return };
    let mut server = disk.server(&[]).await;
    let ada = server.sign_up("ada").await;
    let channel = server.town_square(&ada).await;
    post(&server, &ada, &channel, "before").await.unwrap();

    disk.fill(64);
    // The log of the database has some room left of what it needed before.
    let (mut confirmed, mut rejected) = (vec!["before".to_owned()], Vec::new());
    while rejected.len() < 5 {
        let number = confirmed.len() + rejected.len();
        assert!(number < 2_000, "the disk is never full");
        let message = format!("{number} {}", "x".repeat(10_000));
        match post(&server, &ada, &channel, &message).await {
            Ok(_) => confirmed.push(message),
            Err(CallError::Rejected(507, problem)) => {
                assert!(problem.contains("The disk of the server is full, so this was not saved."), "{problem}");
                rejected.push(message);
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    server.call(&ada, "GET", &format!("/channels/{channel}/posts"), None).await.unwrap();

    disk.clear();
    post(&server, &ada, &channel, "again").await.unwrap();
    confirmed.push("again".to_owned());
    server.kill_and_restart().await;
    let mut stored = Vec::new();
    for page in 0.. {
        let posts = server.call(&ada, "GET", &format!("/channels/{channel}/posts?per_page=100&page={page}"), None).await.unwrap();
        let order = posts["order"].as_array().unwrap();
        if order.is_empty() {
            break;
        }
        stored.extend(order.iter().map(|id| posts["posts"][id.as_str().unwrap()]["message"].as_str().unwrap().to_owned()));
    }
    assert!(confirmed.iter().all(|message| stored.contains(message)), "a confirmed message is lost");
    assert!(!rejected.iter().any(|message| stored.contains(message)), "a rejected message is stored");
    server.stop().await;
}
