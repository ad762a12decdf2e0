//! Types of files by their content, pictures of every format, and names as browsers and programs send them.

use axum::body::Body;
use guildhall_testkit::{TestServer, TestUser};
use http::Request;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

/// Three frames of 60 by 30 pixels.
const ANIMATED_WEBP: &[u8] = include_bytes!("support/anim.webp");

struct Fixture {
    _server: TestServer,
    ann: TestUser,
    channel: String,
}

impl Fixture {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let ann = server.create_user("ann").await;
        let team = ann.create_team("builders").await;
        let channel = ann.create_channel(&team, "builds", "O").await["id"].as_str().unwrap().to_owned();
        Self { _server: server, ann, channel }
    }

    async fn upload(&self, name: &str, bytes: &[u8]) -> Value {
        self.upload_with(&format!("filename=\"{name}\""), bytes).await
    }

    /// `parameter` is the one of `Content-Disposition` that has the name.
    async fn upload_with(&self, parameter: &str, bytes: &[u8]) -> Value {
        let head = format!(
            "--b\r\nContent-Disposition: form-data; name=\"channel_id\"\r\n\r\n{}\r\n\
             --b\r\nContent-Disposition: form-data; name=\"files\"; {parameter}\r\nContent-Type: application/octet-stream\r\n\r\n",
            self.channel
        );
        let body = [head.as_bytes(), bytes, b"\r\n--b--\r\n"].concat();
        let request =
            Request::post("/api/v4/files").header(CONTENT_TYPE, "multipart/form-data; boundary=b").body(Body::from(body)).unwrap();
        let answer = self.ann.send(request).await;
        assert_eq!(answer.status, 201, "{parameter}: {}", answer.text());
        answer.ok()["file_infos"][0].clone()
    }
}

fn path(file: &Value, rest: &str) -> String {
    format!("/files/{}{rest}", file["id"].as_str().unwrap())
}

/// A picture of one colour without compression.
fn tiff(width: u16, height: u16) -> Vec<u8> {
    let pixels = usize::from(width) * usize::from(height);
    let entry = |tag: u16, value: u32| [&tag.to_le_bytes()[..], &4_u16.to_le_bytes(), &1_u32.to_le_bytes(), &value.to_le_bytes()].concat();
    let entries = [
        entry(256, width.into()),
        entry(257, height.into()),
        entry(258, 8),
        entry(259, 1),
        entry(262, 1),
        entry(273, 8),
        entry(277, 1),
        entry(278, height.into()),
        entry(279, u32::try_from(pixels).unwrap()),
    ];
    let directory = u32::try_from(8 + pixels).unwrap();
    let mut file = [&b"II*\0"[..], &directory.to_le_bytes(), &vec![128; pixels]].concat();
    file.extend(u16::try_from(entries.len()).unwrap().to_le_bytes());
    file.extend(entries.concat());
    file.extend([0; 4]);
    file
}

fn avif(width: u32, height: u32) -> Vec<u8> {
    let boxed = |name: &[u8; 4], content: &[u8]| {
        let size = u32::try_from(content.len() + 8).unwrap();
        [&size.to_be_bytes()[..], name, content].concat()
    };
    let size = boxed(b"ispe", &[&[0; 4][..], &width.to_be_bytes(), &height.to_be_bytes()].concat());
    let meta = boxed(b"meta", &[&[0; 4][..], &boxed(b"iprp", &boxed(b"ipco", &size))].concat());
    [boxed(b"ftyp", b"avif\0\0\0\0mif1miaf"), meta].concat()
}

#[tokio::test]
async fn programs_are_no_films() {
    let fixture = Fixture::new().await;
    for (name, text) in [("a.ts", "let x: number = 1;\n"), ("b.mts", "export {};\n"), ("go.mod", "module x\n"), ("c.mp3", "no song\n")] {
        let file = fixture.upload(name, text.as_bytes()).await;
        assert_eq!((&file["mime_type"], &file["has_preview_image"]), (&json!("text/plain; charset=utf-8"), &json!(false)), "{name}");
        let answer = fixture.ann.get(&path(&file, "")).await;
        assert!(answer.header("content-disposition").starts_with("attachment") && answer.text() == text);
    }
}

#[tokio::test]
async fn pictures_of_every_format_have_a_size_and_a_preview_only_where_they_can_be_decoded() {
    let fixture = Fixture::new().await;
    let file = fixture.upload("scan.tiff", &tiff(60, 30)).await;
    assert_eq!((&file["mime_type"], &file["width"], &file["height"]), (&json!("image/tiff"), &json!(60), &json!(30)));
    assert_eq!(file["has_preview_image"], true);
    for kind in ["/thumbnail", "/preview"] {
        let answer = fixture.ann.get(&path(&file, kind)).await;
        assert_eq!((answer.status, answer.header("content-type")), (200, "image/jpeg"));
    }
    assert!(fixture.ann.get(&path(&file, "")).await.header("content-disposition").starts_with("attachment"));

    let file = fixture.upload("photo.avif", &avif(60, 30)).await;
    assert_eq!((&file["mime_type"], &file["width"], &file["height"]), (&json!("image/avif"), &json!(60), &json!(30)));
    assert_eq!(file["has_preview_image"], false);
    fixture.ann.get(&path(&file, "/preview")).await.assert_error(400, "api.file.get_file_preview.no_preview.app_error");

    let file = fixture.upload("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>").await;
    assert_eq!((&file["mime_type"], &file["has_preview_image"], &file["width"]), (&json!("image/svg+xml"), &json!(false), &json!(0)));
    for broken in [&tiff(60, 30)[..100], &avif(60, 30)[..40], b"II*\0"] {
        let file = fixture.upload("broken", broken).await;
        assert_eq!(file["has_preview_image"], false);
    }
}

#[tokio::test]
async fn animated_pictures_keep_moving() {
    let fixture = Fixture::new().await;
    let file = fixture.upload("anim.webp", ANIMATED_WEBP).await;
    assert_eq!((&file["mime_type"], &file["has_preview_image"]), (&json!("image/webp"), &json!(true)));
    let preview = fixture.ann.get(&path(&file, "/preview")).await;
    assert_eq!((preview.status, preview.header("content-type"), preview.body.as_ref()), (200, "image/webp", ANIMATED_WEBP));
    let thumbnail = fixture.ann.get(&path(&file, "/thumbnail")).await;
    assert_eq!((thumbnail.status, thumbnail.header("content-type")), (200, "image/jpeg"));
}

#[tokio::test]
async fn names_are_read_as_browsers_and_programs_write_them() {
    let fixture = Fixture::new().await;
    for (parameter, expected) in [
        ("filename=\"say %22hi%22.txt\"", "say \"hi\".txt"),
        ("filename=\"say \\\"hi\\\".txt\"", "say \"hi\".txt"),
        ("filename=\"a%0D%0ASet-Cookie: x.txt\"", "aSet-Cookie: x.txt"),
        ("filename=\"100% ; x%20y.txt\"", "100% ; x%20y.txt"),
        ("filename=\"../../x.txt\"", "x.txt"),
        ("filename=\"C:\\\\Users\\\\me\\\\x.txt\"", "x.txt"),
        ("filename=\"ä→日本👍🏽.txt\"", "ä→日本👍🏽.txt"),
        ("filename=\"x\"; filename*=UTF-8''na%C3%AFve%2F%E6%96%87.txt", "文.txt"),
        ("filename*=iso-8859-1'de'Gr%F6%DFe.txt", "Größe.txt"),
        ("filename=\"evil\u{202e}gpj.exe\"", "evilgpj.exe"),
        ("filename=\"...\"", "file"),
        ("filename=\" . \"", "file"),
        ("filename=plain.txt", "plain.txt"),
    ] {
        assert_eq!(fixture.upload_with(parameter, b"x").await["name"], expected, "{parameter}");
    }
    let long = fixture.upload(&format!("{}.txt", "👨‍👩‍👧".repeat(100)), b"x").await;
    let name = long["name"].as_str().unwrap();
    assert!(name.ends_with("👨‍👩‍👧.txt") && name.chars().count() <= 255, "{name}");
    let quoted = fixture.upload("say %22hi%22.txt", b"x").await;
    let disposition = fixture.ann.get(&path(&quoted, "")).await;
    assert!(disposition.header("content-disposition").contains("filename*=UTF-8''say%20%22hi%22.txt"));
}
