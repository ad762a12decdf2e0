//! Files: uploading them in each format that clients use, and access to them.

use axum::body::Body;
use guildhall_services::files::SweepLimits;
use guildhall_testkit::{TestResponse, TestServer, TestUser};
use http::Request;
use http::header::{CONTENT_TYPE, HeaderName, IF_NONE_MATCH, RANGE};
use serde_json::{Value, json};

/// A PNG of 2 by 2 pixels.
const PNG: &[u8] = &[
    137, 80, 78, 71, 13, 10, 26, 10, 0, 0, 0, 13, 73, 72, 68, 82, 0, 0, 0, 2, 0, 0, 0, 2, 8, 2, 0, 0, 0, 253, 212, 154, 115, 0, 0, 0, 16,
    73, 68, 65, 84, 120, 156, 99, 56, 33, 167, 1, 68, 12, 16, 10, 0, 32, 22, 4, 57, 97, 230, 194, 234, 0, 0, 0, 0, 73, 69, 78, 68, 174, 66,
    96, 130,
];

struct Fixture {
    server: TestServer,
    ann: TestUser,
    bob: TestUser,
    /// A user who shares no channel with the others.
    eve: TestUser,
    team: Value,
    channel: Value,
}

async fn fixture() -> Fixture {
    fixture_on(TestServer::start().await).await
}

async fn fixture_on(server: TestServer) -> Fixture {
    let ann = server.create_user("ann").await;
    let bob = server.create_user("bob").await;
    let eve = server.create_user("eve").await;
    let team = bob.create_team("builders").await;
    bob.add_to_team(&team, &ann).await;
    let channel = bob.create_channel(&team, "plans", "P").await;
    bob.add_to_channel(&channel, &ann).await;
    Fixture { server, ann, bob, eve, team, channel }
}

impl Fixture {
    fn channel_id(&self) -> &str {
        self.channel["id"].as_str().unwrap()
    }

    /// A file of Bob that is not attached to a post.
    async fn file(&self, name: &str, bytes: &[u8]) -> Value {
        let parts = [("channel_id", None, self.channel_id().as_bytes()), ("files", Some(name), bytes)];
        let answer = self.bob.upload("/files", &parts).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.ok()["file_infos"][0].clone()
    }

    /// A file that is attached to a post of Bob.
    async fn posted(&self, name: &str, bytes: &[u8]) -> (Value, Value) {
        let file = self.file(name, bytes).await;
        let post = json!({"channel_id": self.channel["id"], "message": "look", "file_ids": [file["id"]]});
        let post = self.bob.post("/posts", post).await.ok();
        (file, post)
    }
}

fn path(file: &Value, rest: &str) -> String {
    format!("/files/{}{rest}", file["id"].as_str().unwrap())
}

async fn get_with(person: &TestUser, path: &str, headers: &[(HeaderName, &str)]) -> TestResponse {
    let mut request = Request::get(format!("/api/v4{path}"));
    for (name, value) in headers {
        request = request.header(name, *value);
    }
    person.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn parts_are_accepted_in_any_order_and_images_get_previews() {
    let fixture = fixture().await;
    let channel = fixture.channel_id().as_bytes();
    let fields: [(&str, Option<&str>, &[u8]); 4] =
        [("channel_id", None, channel), ("client_ids", None, b"c1"), ("files", Some("shot.png"), PNG), ("extra", None, b"x")];
    for order in [[0, 1, 2, 3], [2, 1, 0, 3], [1, 2, 3, 0]] {
        let parts: Vec<_> = order.iter().map(|index| fields[*index]).collect();
        let answer = fixture.bob.upload("/files", &parts).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        let body = answer.ok();
        assert_eq!(body["client_ids"], json!(["c1"]));
        let info = &body["file_infos"][0];
        assert_eq!(
            (info["name"].as_str(), info["extension"].as_str(), info["mime_type"].as_str()),
            (Some("shot.png"), Some("png"), Some("image/png"))
        );
        assert_eq!((info["width"].as_i64(), info["height"].as_i64(), info["size"].as_u64()), (Some(2), Some(2), Some(PNG.len() as u64)));
        assert_eq!((info["has_preview_image"].as_bool(), info["delete_at"].as_i64()), (Some(true), Some(0)));
        assert!(info["mini_preview"].is_string() && info["post_id"].is_null());
        assert_eq!(info["channel_id"], fixture.channel["id"]);
    }
}

#[tokio::test]
async fn a_file_can_be_the_body() {
    let fixture = fixture().await;
    let uri = format!("/api/v4/files?channel_id={}&filename=..%2Fraw.txt", fixture.channel_id());
    let request = Request::post(&uri).header(CONTENT_TYPE, "text/plain").body(Body::from("plain text body")).unwrap();
    let answer = fixture.bob.send(request).await;
    assert_eq!(answer.status, 201);
    let body = answer.ok();
    assert_eq!(body["client_ids"], Value::Null);
    let info = &body["file_infos"][0];
    assert_eq!((info["name"].as_str(), info["mime_type"].as_str()), (Some("raw.txt"), Some("text/plain; charset=utf-8")));
    assert_eq!(info["mini_preview"], Value::Null);

    for (query, id) in [
        ("filename=a", "api.context.invalid_body_param.app_error"),
        ("channel_id=x&filename=a", "api.context.invalid_body_param.app_error"),
    ] {
        let request = Request::post(format!("/api/v4/files?{query}")).body(Body::from("x")).unwrap();
        fixture.bob.send(request).await.assert_error(400, id);
    }
    let request = Request::post(format!("/api/v4/files?channel_id={}", fixture.channel_id())).body(Body::from("x")).unwrap();
    fixture.bob.send(request).await.assert_error(400, "api.context.invalid_url_param.app_error");
}

#[tokio::test]
async fn interrupted_or_oversized_uploads_store_nothing() {
    let fixture = fixture_on(TestServer::start_with_settings(|settings| settings.files.max_size_bytes = 1000).await).await;
    let cut = format!(
        "--b\r\nContent-Disposition: form-data; name=\"channel_id\"\r\n\r\n{}\r\n--b\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a\"\r\n\r\nhalf",
        fixture.channel_id()
    );
    let request = Request::post("/api/v4/files").header(CONTENT_TYPE, "multipart/form-data; boundary=b").body(Body::from(cut)).unwrap();
    fixture.bob.send(request).await.assert_error(400, "api.file.upload_file.interrupted.app_error");

    let broken = futures::stream::iter([Ok(bytes::Bytes::from_static(b"half")), Err(std::io::Error::other("gone"))]);
    let uri = format!("/api/v4/files?channel_id={}&filename=a.txt", fixture.channel_id());
    let request = Request::post(&uri).body(Body::from_stream(broken)).unwrap();
    fixture.bob.send(request).await.assert_error(400, "api.file.upload_file.interrupted.app_error");

    let parts = [("channel_id", None, fixture.channel_id().as_bytes()), ("files", Some("a.bin"), &[7; 1001][..])];
    fixture.bob.upload("/files", &parts).await.assert_error(413, "api.file.upload_file.too_large_detailed.app_error");
    let request = Request::post(&uri).body(Body::from(vec![7; 1001])).unwrap();
    fixture.bob.send(request).await.assert_error(413, "api.file.upload_file.too_large_detailed.app_error");
    fixture.file("a.bin", &[7; 1000]).await;

    let parts = [("channel_id", None, fixture.channel_id().as_bytes())];
    fixture.bob.upload("/files", &parts).await.assert_error(400, "api.file.upload_file.no_file.app_error");
    fixture.bob.upload("/files", &[("files", Some("a"), b"x")]).await.assert_error(400, "api.context.invalid_body_param.app_error");
    let request = Request::post("/api/v4/files").header(CONTENT_TYPE, "multipart/form-data").body(Body::from("x")).unwrap();
    fixture.bob.send(request).await.assert_error(400, "api.file.upload_file.read_form_value.app_error");
}

#[tokio::test]
async fn only_members_can_upload_files_and_not_to_archived_channels() {
    let fixture = fixture().await;
    let parts = [("channel_id", None, fixture.channel_id().as_bytes()), ("files", Some("a.txt"), &b"x"[..])];
    fixture.eve.upload("/files", &parts).await.assert_error(403, "api.context.permissions.app_error");
    let late = [parts[1], parts[0]];
    fixture.eve.upload("/files", &late).await.assert_error(403, "api.context.permissions.app_error");
    fixture.server.anonymous().upload("/files", &parts).await.assert_error(401, "api.context.session_expired.app_error");
    fixture.bob.delete(&format!("/channels/{}", fixture.channel_id())).await.ok();
    fixture.bob.upload("/files", &parts).await.assert_error(400, "api.file.upload_file.archived_channel.app_error");

    let off = fixture_on(TestServer::start_with_settings(|settings| settings.files.enabled = false).await).await;
    let parts = [("channel_id", None, off.channel_id().as_bytes()), ("files", Some("a.txt"), &b"x"[..])];
    off.bob.upload("/files", &parts).await.assert_error(403, "api.file.attachments.disabled.app_error");
}

#[tokio::test]
async fn a_file_is_readable_by_the_readers_of_its_post() {
    let fixture = fixture().await;
    let unattached = fixture.file("mine.txt", b"mine").await;
    assert_eq!(fixture.bob.get(&path(&unattached, "")).await.text(), "mine");
    for person in [&fixture.ann, &fixture.eve] {
        person.get(&path(&unattached, "")).await.assert_error(403, "api.context.permissions.app_error");
        person.get(&path(&unattached, "/info")).await.assert_error(403, "api.context.permissions.app_error");
    }

    let (file, post) = fixture.posted("shot.png", PNG).await;
    for rest in ["", "/thumbnail", "/preview", "/info"] {
        assert_eq!(fixture.ann.get(&path(&file, rest)).await.status, 200, "{rest}");
        fixture.eve.get(&path(&file, rest)).await.assert_error(403, "api.context.permissions.app_error");
        fixture.server.anonymous().get(&path(&file, rest)).await.assert_error(401, "api.context.session_expired.app_error");
    }
    let info = fixture.ann.get(&path(&file, "/info")).await;
    assert_eq!(info.ok()["post_id"], post["id"]);
    assert_eq!(info.header("cache-control"), "max-age=2592000, private");
    let of_post = fixture.ann.get(&format!("/posts/{}/files/info", post["id"].as_str().unwrap())).await.ok();
    assert_eq!(of_post[0]["id"], file["id"]);

    fixture.bob.delete(&format!("/posts/{}", post["id"].as_str().unwrap())).await.ok();
    fixture.ann.get(&path(&file, "")).await.assert_error(404, "app.file_info.get.app_error");
    fixture.bob.get(&path(&file, "/info")).await.assert_error(404, "app.file_info.get.app_error");
    fixture.ann.get("/files/not-an-id").await.assert_error(400, "api.context.invalid_url_param.app_error");
    fixture.bob.get("/files/ybndrfg8ejkmcpqxot1uwisz4y").await.assert_error(403, "api.context.permissions.app_error");
}

#[tokio::test]
async fn a_file_cannot_be_attached_to_a_post_of_another_user() {
    let fixture = fixture().await;
    let file = fixture.file("mine.txt", b"mine").await;
    let post = json!({"channel_id": fixture.channel["id"], "message": "look", "file_ids": [file["id"]]});
    let answer = fixture.ann.post("/posts", post).await;
    if answer.status < 300 {
        assert!(answer.ok()["file_ids"].as_array().is_none_or(Vec::is_empty), "{}", answer.text());
    }
    fixture.ann.get(&path(&file, "")).await.assert_error(403, "api.context.permissions.app_error");
}

#[tokio::test]
async fn range_and_conditional_requests_are_supported() {
    let fixture = fixture().await;
    let (file, _) = fixture.posted("digits.txt", b"0123456789").await;
    let full = fixture.ann.get(&path(&file, "")).await;
    assert_eq!((full.status, full.text().as_str()), (200, "0123456789"));
    assert_eq!(full.header("accept-ranges"), "bytes");
    assert_eq!(full.header("cache-control"), "private, no-cache");

    for (range, expected, content_range) in
        [("bytes=0-3", "0123", "bytes 0-3/10"), ("bytes=7-", "789", "bytes 7-9/10"), ("bytes=-2", "89", "bytes 8-9/10")]
    {
        let part = get_with(&fixture.ann, &path(&file, ""), &[(RANGE, range)]).await;
        assert_eq!((part.status, part.text().as_str(), part.header("content-range")), (206, expected, content_range));
        assert_eq!(part.header("content-length"), expected.len().to_string());
    }
    let beyond = get_with(&fixture.ann, &path(&file, ""), &[(RANGE, "bytes=10-")]).await;
    assert_eq!((beyond.status, beyond.header("content-range")), (416, "bytes */10"));
    let same = get_with(&fixture.ann, &path(&file, ""), &[(IF_NONE_MATCH, full.header("etag"))]).await;
    assert_eq!((same.status, same.body.len()), (304, 0));

    let head = Request::head(format!("/api/v4{}", path(&file, ""))).body(Body::empty()).unwrap();
    let head = fixture.ann.send(head).await;
    assert_eq!((head.status, head.body.len(), head.header("content-length")), (200, 0, "10"));
}

#[tokio::test]
async fn active_content_is_not_executed_in_our_origin() {
    let fixture = fixture().await;
    for (name, bytes, way) in [
        ("shot.png", PNG, "inline"),
        ("page.html", b"<script>alert(1)</script>".as_slice(), "attachment"),
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".as_slice(), "attachment"),
        ("not.png", b"<html><script>alert(1)</script>".as_slice(), "attachment"),
    ] {
        let (file, _) = fixture.posted(name, bytes).await;
        let answer = fixture.ann.get(&path(&file, "")).await;
        let disposition = answer.header("content-disposition");
        assert!(disposition.starts_with(way) && disposition.contains(&format!("filename*=UTF-8''{name}")), "{disposition}");
        assert_eq!((answer.header("x-content-type-options"), answer.header("x-frame-options")), ("nosniff", "DENY"));
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("sandbox") && policy.contains("default-src 'none'"), "{policy}");
        assert!(!answer.header("content-type").contains("html"), "{name}: {}", answer.header("content-type"));
        assert!(fixture.ann.get(&path(&file, "?download=1")).await.header("content-disposition").starts_with("attachment"));
    }
}

#[tokio::test]
async fn only_images_have_thumbnails_and_previews() {
    let fixture = fixture().await;
    let (text, _) = fixture.posted("a.txt", b"text").await;
    fixture.ann.get(&path(&text, "/thumbnail")).await.assert_error(400, "api.file.get_file_thumbnail.no_thumbnail.app_error");
    fixture.ann.get(&path(&text, "/preview")).await.assert_error(400, "api.file.get_file_preview.no_preview.app_error");
    let (broken, _) = fixture.posted("broken.png", &PNG[..40]).await;
    assert_eq!(broken["has_preview_image"], false);
    let (picture, _) = fixture.posted("shot.png", PNG).await;
    let thumbnail = fixture.ann.get(&path(&picture, "/thumbnail")).await;
    assert_eq!(thumbnail.header("content-type"), "image/jpeg");
    assert!(thumbnail.header("content-disposition").starts_with("inline"));
}

#[tokio::test]
async fn public_links_work_while_they_are_enabled() {
    let fixture = fixture_on(TestServer::start_with_settings(|settings| settings.files.public_links = true).await).await;
    let (file, post) = fixture.posted("a.txt", b"for all").await;
    let link = fixture.bob.get(&path(&file, "/link")).await.ok()["link"].as_str().unwrap().to_owned();
    let public = link.find("/files/").map(|at| format!("/{}", &link[at..])).unwrap();
    let anonymous = fixture.server.anonymous();
    assert_eq!(anonymous.get(&public).await.text(), "for all");
    anonymous.get(&format!("{public}x")).await.assert_error(400, "api.file.get_file.public_invalid.app_error");
    let without = public.split('?').next().unwrap();
    anonymous.get(without).await.assert_error(400, "api.context.invalid_url_param.app_error");
    let unattached = fixture.file("b.txt", b"x").await;
    fixture.bob.get(&path(&unattached, "/link")).await.assert_error(400, "api.file.get_public_link.no_post.app_error");
    fixture.eve.get(&path(&file, "/link")).await.assert_error(403, "api.context.permissions.app_error");
    let foreign = format!("//files/{}/public?{}", unattached["id"].as_str().unwrap(), public.split('?').nth(1).unwrap());
    anonymous.get(&foreign).await.assert_error(400, "api.file.get_file.public_invalid.app_error");
    fixture.bob.delete(&format!("/posts/{}", post["id"].as_str().unwrap())).await.ok();
    anonymous.get(&public).await.assert_error(404, "app.file_info.get.app_error");

    let closed = self::fixture().await;
    let (file, _) = closed.posted("a.txt", b"x").await;
    closed.bob.get(&path(&file, "/link")).await.assert_error(501, "api.file.get_public_link.disabled.app_error");
    let answer = closed.server.anonymous().get(&format!("//files/{}/public?h=x", file["id"].as_str().unwrap())).await;
    answer.assert_error(501, "api.file.get_public_link.disabled.app_error");
}

#[tokio::test]
async fn searches_find_files_of_own_channels_only() {
    let fixture = fixture().await;
    let (report, _) = fixture.posted("Report 50% 2026.pdf", b"%PDF-1.7").await;
    fixture.posted("notes.txt", b"x").await;
    fixture.file("report-draft.pdf", b"%PDF-1.7").await;
    let team = format!("/teams/{}/files/search", fixture.team["id"].as_str().unwrap());
    for path in [team.as_str(), "/files/search"] {
        for terms in ["report", "REPORT 2026", "ext:pdf", "50%", "report from:bob in:plans", "\"50% 2026\""] {
            let found = fixture.ann.post(path, json!({"terms": terms, "is_or_search": false})).await.ok();
            assert_eq!(found["order"], json!([report["id"]]), "{terms}");
            assert_eq!(found["file_infos"][report["id"].as_str().unwrap()]["name"], "Report 50% 2026.pdf");
        }
        for terms in ["re%port", "nothing", "report from:ann", "ext:doc"] {
            assert_eq!(fixture.ann.post(path, json!({"terms": terms})).await.ok()["order"], json!([]), "{terms}");
        }
        let either = fixture.ann.post(path, json!({"terms": "report notes", "is_or_search": true})).await.ok();
        assert_eq!(either["order"].as_array().unwrap().len(), 2);
        fixture.ann.post(path, json!({"terms": ""})).await.assert_error(400, "api.context.invalid_body_param.app_error");
    }
    assert_eq!(fixture.eve.post("/files/search", json!({"terms": "report"})).await.ok()["order"], json!([]));
    fixture.eve.post(&team, json!({"terms": "report"})).await.assert_error(403, "api.context.permissions.app_error");
}

#[tokio::test]
async fn unattached_files_are_deleted_with_their_content() {
    let fixture = fixture().await;
    let services = &fixture.server.app().services;
    let limits = SweepLimits { unattached_ms: 1000, deleted_ms: 1000, uploads_ms: 1000 };
    let (kept, _) = fixture.posted("kept.txt", b"the same bytes").await;
    let lost = fixture.file("lost.txt", b"the same bytes").await;
    let gone = fixture.file("gone.txt", b"other bytes").await;
    fixture.server.clock.advance_ms(2000);
    assert_eq!(services.files().sweep_files(limits).await.unwrap().files, 2);
    for file in [&lost, &gone] {
        fixture.bob.get(&path(file, "")).await.assert_error(403, "api.context.permissions.app_error");
    }
    assert_eq!(fixture.ann.get(&path(&kept, "")).await.text(), "the same bytes");
    assert_eq!(services.files().sweep_files(limits).await.unwrap().blobs, 0, "bytes are spared for a while");
}
