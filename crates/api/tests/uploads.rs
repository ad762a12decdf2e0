//! Resumable uploads: chunks, offsets, ownership and limits.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use guildhall_testkit::{TestResponse, TestServer, TestUser};
use http::Request;
use serde_json::{Value, json};

struct Fixture {
    server: TestServer,
    ann: TestUser,
    bob: TestUser,
    channel: Value,
}

async fn fixture() -> Fixture {
    let server = TestServer::start_with_settings(|settings| settings.files.max_size_bytes = 5_000_000).await;
    let root = server.create_user("root").await;
    let bob = server.create_user("bob").await;
    let ann = server.create_user("ann").await;
    let team = root.create_team("builders").await;
    root.add_to_team(&team, &bob).await;
    let channel = bob.create_channel(&team, "plans", "P").await;
    Fixture { server, ann, bob, channel }
}

impl Fixture {
    async fn create_upload(&self, size: usize) -> String {
        let request = json!({"channel_id": self.channel["id"], "filename": "big.bin", "file_size": size});
        let answer = self.bob.post("/uploads", request).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.ok()["id"].as_str().unwrap().to_owned()
    }

    async fn offset(&self, id: &str) -> u64 {
        self.bob.get(&format!("/uploads/{id}")).await.ok()["file_offset"].as_u64().unwrap()
    }
}

async fn send(person: &TestUser, id: &str, body: impl Into<Body>) -> TestResponse {
    person.send(Request::post(format!("/api/v4/uploads/{id}")).body(body.into()).unwrap()).await
}

#[tokio::test]
async fn chunks_are_assembled_into_a_file() {
    let fixture = fixture().await;
    let (first, second) = (vec![b'a'; 1_500_000], vec![b'b'; 1_000_000]);
    let id = fixture.create_upload(first.len() + second.len()).await;
    let begun = fixture.bob.get(&format!("/uploads/{id}")).await.ok();
    assert_eq!(
        (begun["type"].as_str(), begun["file_offset"].as_u64(), begun["remote_id"].as_str()),
        (Some("attachment"), Some(0), Some(""))
    );

    let part = send(&fixture.bob, &id, first.clone()).await;
    assert_eq!((part.status, part.body.len()), (204, 0));
    assert_eq!(fixture.offset(&id).await, 1_500_000);
    assert_eq!(fixture.bob.get("/users/me/uploads").await.ok()[0]["id"], id.as_str());

    let completed = send(&fixture.bob, &id, second.clone()).await;
    assert_eq!(completed.status, 200, "{}", completed.text());
    let file = completed.ok();
    assert_eq!((file["name"].as_str(), file["size"].as_u64()), (Some("big.bin"), Some(2_500_000)));
    let bytes = fixture.bob.get(&format!("/files/{}", file["id"].as_str().unwrap())).await.body;
    assert!(bytes == [first, second].concat());
    fixture.bob.get(&format!("/uploads/{id}")).await.assert_error(404, "app.upload.get.app_error");
    assert_eq!(fixture.bob.get("/users/me/uploads").await.ok(), json!([]));
}

#[tokio::test]
async fn a_chunk_can_be_a_part_of_a_form() {
    let fixture = fixture().await;
    let id = fixture.create_upload(4).await;
    let answer = fixture.bob.upload(&format!("/uploads/{id}"), &[("data", Some("blob"), b"ab")]).await;
    assert_eq!(answer.status, 204);
    let answer = fixture.bob.upload(&format!("/uploads/{id}"), &[("data", Some("blob"), b"cd")]).await;
    assert_eq!(answer.ok()["size"], 4);
}

#[tokio::test]
async fn an_interrupted_upload_can_be_resumed() {
    let fixture = fixture().await;
    let id = fixture.create_upload(10).await;
    let broken = futures::stream::iter([Ok(Bytes::from_static(b"0123")), Err(std::io::Error::other("gone"))]);
    send(&fixture.bob, &id, Body::from_stream(broken)).await.assert_error(400, "api.file.upload_file.interrupted.app_error");
    let arrived = usize::try_from(fixture.offset(&id).await).unwrap();
    assert!(arrived <= 4);
    let file = send(&fixture.bob, &id, "0123456789"[arrived..].to_owned()).await.ok();
    assert_eq!(fixture.bob.get(&format!("/files/{}", file["id"].as_str().unwrap())).await.text(), "0123456789");
}

#[tokio::test]
async fn concurrent_requests_for_an_upload_are_rejected() {
    let fixture = fixture().await;
    let id = fixture.create_upload(10).await;
    let (sender, receiver) = tokio::sync::oneshot::channel::<()>();
    let (started, has_started) = tokio::sync::oneshot::channel::<()>();
    let body = futures::stream::once(async move {
        let _ = started.send(());
        let _ = receiver.await;
        Ok::<_, std::io::Error>(Bytes::from_static(b"01234"))
    });
    let (bob, upload) = (fixture.bob.clone(), id.clone());
    let first = tokio::spawn(async move { send(&bob, &upload, Body::from_stream(body)).await });
    tokio::time::timeout(Duration::from_secs(10), has_started).await.unwrap().unwrap();
    send(&fixture.bob, &id, "x").await.assert_error(409, "app.upload.upload_data.concurrent.app_error");
    sender.send(()).unwrap();
    assert_eq!(first.await.unwrap().status, 204);
    assert_eq!(send(&fixture.bob, &id, "56789").await.status, 200);
}

#[tokio::test]
async fn uploads_are_private_and_limited() {
    let fixture = fixture().await;
    let id = fixture.create_upload(10).await;
    fixture.ann.get(&format!("/uploads/{id}")).await.assert_error(404, "app.upload.get.app_error");
    send(&fixture.ann, &id, "x").await.assert_error(404, "app.upload.get.app_error");
    fixture.ann.get(&format!("/users/{}/uploads", fixture.bob.id)).await.assert_error(403, "api.context.permissions.app_error");
    send(&fixture.bob, &id, "0123456789x").await.assert_error(413, "api.file.upload_file.too_large_detailed.app_error");

    let request = |size: i64| json!({"channel_id": fixture.channel["id"], "filename": "a", "file_size": size});
    fixture.bob.post("/uploads", request(5_000_001)).await.assert_error(413, "api.upload.create.upload_too_large.app_error");
    for size in [0, -1] {
        fixture.bob.post("/uploads", request(size)).await.assert_error(400, "model.upload_session.is_valid.file_size.app_error");
    }
    fixture.ann.post("/uploads", request(1)).await.assert_error(403, "api.context.permissions.app_error");
    fixture.bob.post("/uploads", json!({"filename": "a"})).await.assert_error(400, "api.context.invalid_body_param.app_error");
    let import = json!({"channel_id": fixture.channel["id"], "filename": "a", "file_size": 1, "type": "import"});
    fixture.bob.post("/uploads", import).await.assert_error(400, "api.context.invalid_body_param.app_error");
    fixture.server.anonymous().get(&format!("/uploads/{id}")).await.assert_error(401, "api.context.session_expired.app_error");
}
