//! Uploads in pieces: they go on where they stopped, belong to one person, and become a file.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use guildhall_testkit::{Answer, Person, TestServer};
use http::Request;
use serde_json::{Value, json};

struct World {
    server: TestServer,
    ann: Person,
    bob: Person,
    channel: Value,
}

async fn world() -> World {
    let server = TestServer::start_with(|settings| settings.files.max_size_bytes = 5_000_000).await;
    let root = server.person("root").await;
    let bob = server.person("bob").await;
    let ann = server.person("ann").await;
    let team = root.team("builders").await;
    root.bring_to_team(&team, &bob).await;
    let channel = bob.channel(&team, "plans", "P").await;
    World { server, ann, bob, channel }
}

impl World {
    async fn begin(&self, size: usize) -> String {
        let wanted = json!({"channel_id": self.channel["id"], "filename": "big.bin", "file_size": size});
        let answer = self.bob.post("/uploads", wanted).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.ok()["id"].as_str().unwrap().to_owned()
    }

    async fn offset(&self, id: &str) -> u64 {
        self.bob.get(&format!("/uploads/{id}")).await.ok()["file_offset"].as_u64().unwrap()
    }
}

async fn send(person: &Person, id: &str, body: impl Into<Body>) -> Answer {
    person.send(Request::post(format!("/api/v4/uploads/{id}")).body(body.into()).unwrap()).await
}

#[tokio::test]
async fn pieces_become_a_file() {
    let world = world().await;
    let (first, second) = (vec![b'a'; 1_500_000], vec![b'b'; 1_000_000]);
    let id = world.begin(first.len() + second.len()).await;
    let begun = world.bob.get(&format!("/uploads/{id}")).await.ok();
    assert_eq!(
        (begun["type"].as_str(), begun["file_offset"].as_u64(), begun["remote_id"].as_str()),
        (Some("attachment"), Some(0), Some(""))
    );

    let part = send(&world.bob, &id, first.clone()).await;
    assert_eq!((part.status, part.body.len()), (204, 0));
    assert_eq!(world.offset(&id).await, 1_500_000);
    assert_eq!(world.bob.get("/users/me/uploads").await.ok()[0]["id"], id.as_str());

    let whole = send(&world.bob, &id, second.clone()).await;
    assert_eq!(whole.status, 200, "{}", whole.text());
    let file = whole.ok();
    assert_eq!((file["name"].as_str(), file["size"].as_u64()), (Some("big.bin"), Some(2_500_000)));
    let bytes = world.bob.get(&format!("/files/{}", file["id"].as_str().unwrap())).await.body;
    assert!(bytes == [first, second].concat());
    world.bob.get(&format!("/uploads/{id}")).await.refused(404, "app.upload.get.app_error");
    assert_eq!(world.bob.get("/users/me/uploads").await.ok(), json!([]));
}

#[tokio::test]
async fn a_piece_can_be_a_part_of_a_form() {
    let world = world().await;
    let id = world.begin(4).await;
    let answer = world.bob.upload(&format!("/uploads/{id}"), &[("data", Some("blob"), b"ab")]).await;
    assert_eq!(answer.status, 204);
    let answer = world.bob.upload(&format!("/uploads/{id}"), &[("data", Some("blob"), b"cd")]).await;
    assert_eq!(answer.ok()["size"], 4);
}

#[tokio::test]
async fn an_upload_goes_on_where_it_broke_off() {
    let world = world().await;
    let id = world.begin(10).await;
    let broken = futures::stream::iter([Ok(Bytes::from_static(b"0123")), Err(std::io::Error::other("gone"))]);
    send(&world.bob, &id, Body::from_stream(broken)).await.refused(400, "api.file.upload_file.interrupted.app_error");
    let arrived = usize::try_from(world.offset(&id).await).unwrap();
    assert!(arrived <= 4);
    let file = send(&world.bob, &id, "0123456789"[arrived..].to_owned()).await.ok();
    assert_eq!(world.bob.get(&format!("/files/{}", file["id"].as_str().unwrap())).await.text(), "0123456789");
}

#[tokio::test]
async fn one_request_at_a_time_sends_data() {
    let world = world().await;
    let id = world.begin(10).await;
    let (sender, receiver) = tokio::sync::oneshot::channel::<()>();
    let (started, has_started) = tokio::sync::oneshot::channel::<()>();
    let body = futures::stream::once(async move {
        let _ = started.send(());
        let _ = receiver.await;
        Ok::<_, std::io::Error>(Bytes::from_static(b"01234"))
    });
    let (bob, upload) = (world.bob.clone(), id.clone());
    let first = tokio::spawn(async move { send(&bob, &upload, Body::from_stream(body)).await });
    tokio::time::timeout(Duration::from_secs(10), has_started).await.unwrap().unwrap();
    send(&world.bob, &id, "x").await.refused(409, "app.upload.upload_data.concurrent.app_error");
    sender.send(()).unwrap();
    assert_eq!(first.await.unwrap().status, 204);
    assert_eq!(send(&world.bob, &id, "56789").await.status, 200);
}

#[tokio::test]
async fn uploads_are_their_owners_and_within_the_limits() {
    let world = world().await;
    let id = world.begin(10).await;
    world.ann.get(&format!("/uploads/{id}")).await.refused(404, "app.upload.get.app_error");
    send(&world.ann, &id, "x").await.refused(404, "app.upload.get.app_error");
    world.ann.get(&format!("/users/{}/uploads", world.bob.id)).await.refused(403, "api.context.permissions.app_error");
    send(&world.bob, &id, "0123456789x").await.refused(413, "api.file.upload_file.too_large_detailed.app_error");

    let wanted = |size: i64| json!({"channel_id": world.channel["id"], "filename": "a", "file_size": size});
    world.bob.post("/uploads", wanted(5_000_001)).await.refused(413, "api.upload.create.upload_too_large.app_error");
    for size in [0, -1] {
        world.bob.post("/uploads", wanted(size)).await.refused(400, "model.upload_session.is_valid.file_size.app_error");
    }
    world.ann.post("/uploads", wanted(1)).await.refused(403, "api.context.permissions.app_error");
    world.bob.post("/uploads", json!({"filename": "a"})).await.refused(400, "api.context.invalid_body_param.app_error");
    let import = json!({"channel_id": world.channel["id"], "filename": "a", "file_size": 1, "type": "import"});
    world.bob.post("/uploads", import).await.refused(400, "api.context.invalid_body_param.app_error");
    world.server.nobody().get(&format!("/uploads/{id}")).await.refused(401, "api.context.session_expired.app_error");
}
