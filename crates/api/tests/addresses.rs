//! Addresses as programs write them: with slashes too many, and of files that are not there.

use guildhall_testkit::{TestServer, TestUser};
use http::Request;

async fn status_of(person: &TestUser, address: &str) -> (u16, String) {
    let answer = person.send(Request::get(address).body(axum::body::Body::empty()).unwrap()).await;
    (answer.status, answer.header("content-type").to_owned())
}

#[tokio::test]
async fn repeated_slashes_are_served_as_one() {
    let server = TestServer::start().await;
    let ada = server.create_user("ada").await;
    for address in ["//api/v4/users/me", "/api//v4/users//me", "///api/v4/users/me"] {
        assert_eq!(status_of(&ada, address).await, (200, "application/json".to_owned()), "{address}");
    }
    assert_eq!(status_of(&ada, "/api/v4//nothing").await.0, 404);
}

#[tokio::test]
async fn files_that_are_not_there_are_no_pages() {
    let server = TestServer::start().await;
    let nobody = server.anonymous();
    for address in
        ["/static/main.js", "/static/js/1.chunk.js", "/favicon.ico", "/apple-touch-icon.png", "/assets/index-1.js", "/sitemap.xml"]
    {
        assert_eq!(status_of(&nobody, address).await.0, 404, "{address}");
    }
}
