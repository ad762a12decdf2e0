//! The page where people log in: a picture and a text of one's own.

use axum::body::Body;
use guildhall_testkit::{TestServer, TestUser};
use http::Request;
use http::header::IF_NONE_MATCH;
use serde_json::json;

const PNG: &[u8] = include_bytes!("support/dot.png");
const WEBP: &[u8] = include_bytes!("support/anim.webp");
const NOT_FOUND: &str = "api.admin.get_brand_image.storage.app_error";
const PERMISSIONS: &str = "api.context.permissions.app_error";

async fn upload(user: &TestUser, image: &[u8]) -> guildhall_testkit::TestResponse {
    user.upload("/brand/image", &[("note", None, b"ours"), ("image", Some("logo.png"), image)]).await
}

#[tokio::test]
async fn the_brand_image_is_public_and_a_client_loads_it_once() {
    let server = TestServer::start().await;
    let (root, anonymous) = (server.create_user("root").await, server.anonymous());
    anonymous.get("/brand/image").await.assert_error(404, NOT_FOUND);
    let uploaded = upload(&root, PNG).await;
    assert_eq!((uploaded.status, uploaded.json()), (201, json!({"status": "OK"})));
    let image = anonymous.get("/brand/image").await;
    assert_eq!((image.status, image.header("content-type"), image.header("cache-control")), (200, "image/png", "no-cache"));
    assert_eq!(image.header("content-length"), image.body.len().to_string());
    let again = async |tag: &str| {
        let request = Request::get("/api/v4/brand/image").header(IF_NONE_MATCH, tag).body(Body::empty()).unwrap();
        anonymous.send(request).await
    };
    let tag = image.header("etag");
    assert_eq!((again(tag).await.status, again(tag).await.body.len()), (304, 0));

    // Another picture, of another format.
    upload(&root, WEBP).await.ok();
    let changed = again(tag).await;
    assert_eq!((changed.status, changed.header("content-type"), &changed.body[1..4]), (200, "image/png", b"PNG".as_slice()));
    assert_ne!(changed.header("etag"), tag);
    assert_eq!(root.delete("/brand/image").await.ok(), json!({"status": "OK"}));
    root.delete("/brand/image").await.assert_error(404, NOT_FOUND);
    anonymous.get("/brand/image").await.assert_error(404, NOT_FOUND);
}

#[tokio::test]
async fn what_is_no_picture_is_rejected() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    upload(&root, b"<svg xmlns='http://www.w3.org/2000/svg'/>").await.assert_error(400, "brand.save_brand_image.decode.app_error");
    upload(&root, &PNG[..PNG.len() / 2]).await.assert_error(400, "brand.save_brand_image.decode.app_error");
    root.upload("/brand/image", &[("picture", Some("a.png"), PNG)])
        .await
        .assert_error(400, "api.admin.upload_brand_image.no_file.app_error");
    root.post("/brand/image", json!({})).await.assert_error(400, "api.admin.upload_brand_image.no_file.app_error");
    let two: [(&str, Option<&str>, &[u8]); 2] = [("image", Some("a.png"), PNG), ("image", Some("b.png"), PNG)];
    root.upload("/brand/image", &two).await.assert_error(400, "api.admin.upload_brand_image.array.app_error");
    upload(&root, &vec![0; 10 * 1024 * 1024 + 1]).await.assert_error(413, "api.admin.upload_brand_image.too_large.app_error");
    server.anonymous().get("/brand/image").await.assert_error(404, NOT_FOUND);
}

/// The page of the console gives the permission; each change is recorded.
#[tokio::test]
async fn who_customizes_the_site_changes_the_brand_image() {
    let server = TestServer::start().await;
    let (root, manager, bob) = (server.create_user("root").await, server.create_user("manager").await, server.create_user("bob").await);
    root.put(&format!("/users/{}/roles", manager.id), json!({"roles": "system_user system_manager"})).await.ok();
    upload(&bob, PNG).await.assert_error(403, PERMISSIONS);
    bob.delete("/brand/image").await.assert_error(403, PERMISSIONS);
    server.anonymous().delete("/brand/image").await.assert_error(401, "api.context.session_expired.app_error");
    upload(&manager, PNG).await.ok();
    manager.delete("/brand/image").await.ok();
    let recorded = root.get("/audits?per_page=200").await.ok();
    let of_manager = |action: &str| {
        recorded.as_array().unwrap().iter().filter(|record| record["user_id"] == json!(manager.id) && record["action"] == action).count()
    };
    assert_eq!((of_manager("brand.set_image"), of_manager("brand.remove_image")), (1, 1));
}

#[tokio::test]
async fn clients_without_a_session_learn_of_the_brand() {
    let server = TestServer::start().await;
    let root = server.create_user("root").await;
    let config = async || server.anonymous().get("/config/client?format=old").await.ok();
    assert_eq!((&config().await["EnableCustomBrand"], &config().await["CustomBrandText"]), (&json!("false"), &json!("")));
    let brand =
        json!({"EnableCustomBrand": true, "CustomBrandText": "The **studio**", "SiteName": "Studio", "CustomDescriptionText": "Ours"});
    root.put("/config/patch", json!({"TeamSettings": brand})).await.ok();
    let learned = config().await;
    for (name, value) in
        [("EnableCustomBrand", "true"), ("CustomBrandText", "The **studio**"), ("SiteName", "Studio"), ("CustomDescriptionText", "Ours")]
    {
        assert_eq!(learned[name], value, "{name}");
    }
    root.put("/config/patch", json!({"TeamSettings": {"CustomBrandText": "x".repeat(501)}}))
        .await
        .assert_error(400, "model.config.is_valid.value.app_error");
}
