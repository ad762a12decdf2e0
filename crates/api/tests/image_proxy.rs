//! Pictures of other servers: loaded by this server, checked by their bytes, and cached.

use guildhall_testkit::TestServer;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::support::StubServer;

const NOT_AN_IMAGE: &str = "api.image.get.not_an_image.app_error";

fn path(url: &str) -> String {
    format!("/image?url={}", utf8_percent_encode(url, NON_ALPHANUMERIC))
}

async fn server() -> TestServer {
    TestServer::start_with_settings(|settings| settings.integrations.allowed_addresses = "127.0.0.1".to_owned()).await
}

#[tokio::test]
async fn a_picture_is_loaded_once_for_everybody() {
    let server = server().await;
    let (ada, bob) = (server.create_user("ada").await, server.create_user("bob").await);
    // A GIF's first bytes, with the wrong type.
    let mut stub = StubServer::responding_with(200, "text/html", "GIF89a\u{1}").await;
    let path = path(&format!("{}/a.gif", stub.url));
    for user in [&ada, &bob] {
        let image = user.get(&path).await;
        assert_eq!((image.status, image.header("content-type")), (200, "image/gif"));
        assert!(image.header("content-security-policy").contains("sandbox"));
    }
    assert_eq!(stub.next().await.uri.path(), "/a.gif");
    assert!(stub.has_no_request());
    server.anonymous().get(&path).await.assert_error(401, "api.context.session_expired.app_error");
}

#[tokio::test]
async fn what_is_no_picture_or_out_of_reach_is_not_shown() {
    let server = server().await;
    let ada = server.create_user("ada").await;
    let html = StubServer::responding_with(200, "image/png", "<html><script>alert(1)</script>").await;
    ada.get(&path(&html.url)).await.assert_error(400, NOT_AN_IMAGE);
    let gone = StubServer::responding_with(404, "text/plain", "gone").await;
    ada.get(&path(&gone.url)).await.assert_error(400, "api.image.get.unavailable.app_error");
    for private in ["http://10.0.0.1/a.png", "http://[::1]/a.png", "http://169.254.169.254/latest"] {
        ada.get(&path(private)).await.assert_error(400, "app.outgoing.address_refused.app_error");
    }
    for invalid in ["", "a.png", "file:///etc/passwd", "data:image/png;base64,AAAA", "javascript:alert(1)"] {
        assert_eq!(ada.get(&path(invalid)).await.status, 400, "{invalid}");
    }
}
