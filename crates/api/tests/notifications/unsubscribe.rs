//! The link that turns mails off, without a log-in.

use guildhall_testkit::TestResponse;
use serde_json::json;

use super::Fixture;

impl Fixture {
    async fn unsubscribe_path(&self) -> String {
        self.ann.create_post(&self.dev, "@bob").await;
        let url = self.mail().await.unsubscribe_url.unwrap();
        url.replace("https://chat.example.com/", "//")
    }

    async fn wants_mail(&self) -> bool {
        self.bob.get("/users/me").await.ok()["notify_props"]["email"] == "true"
    }
}

const INVALID: &str = "api.user.unsubscribe.bad_link.app_error";

fn assert_page(response: &TestResponse, part: &str) {
    assert_eq!((response.status, response.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(response.text().contains(part), "{}", response.text());
}

fn assert_not_valid(page: &TestResponse) {
    assert_page(page, "This link is not valid any more.");
    assert!(!page.text().contains("<form"));
}

#[tokio::test]
async fn a_link_turns_mails_off_after_a_question() {
    let fixture = Fixture::new().await;
    let path = fixture.unsubscribe_path().await;
    let anybody = fixture.server.anonymous();
    let page = anybody.get(&path).await;
    assert_page(&page, "sends mails to bob@example.com about messages that were not read. Turn them off?");
    assert!(page.text().contains("<form method=\"post\"><button type=\"submit\">Turn off these mails</button></form>"));
    assert!(fixture.wants_mail().await, "programs open the links in mails, too");

    for _ in 0..2 {
        assert_page(&anybody.post(&path, json!({})).await, "sends no more mails about messages to bob@example.com.");
        assert!(!fixture.wants_mail().await);
    }
    fixture.ann.create_post(&fixture.dev, "@bob").await;
    fixture.assert_not_mailed().await;
    let audits = fixture.root.get("/audits?per_page=200").await.ok();
    let audits: Vec<_> = audits.as_array().unwrap().iter().filter(|audit| audit["action"] == "notifications.unsubscribe").collect();
    assert_eq!(audits.len(), 1, "the second time changes nothing");
    assert_eq!(audits[0]["user_id"], fixture.bob.id.to_string());
}

#[tokio::test]
async fn other_links_change_nothing() {
    let fixture = Fixture::new().await;
    let path = fixture.unsubscribe_path().await;
    let anybody = fixture.server.anonymous();
    let (base, token) = path.split_once("?token=").unwrap();
    let foreign = {
        // Another person's id with this signature.
        let half = token.len() / 2;
        let (head, tail) = token.split_at(half);
        format!("{}{tail}", "A".repeat(head.len()))
    };
    for wrong in ["", "x", &token[1..], &token[..token.len() - 2], &format!("{token}AAAA"), &foreign, "%00", "ä"] {
        let path = format!("{base}?token={wrong}");
        assert_not_valid(&anybody.get(&path).await);
        anybody.post(&path, json!({})).await.assert_error(400, INVALID);
    }
    assert_not_valid(&anybody.get(base).await);
    // The link is that of an address.
    fixture.root.put(&format!("/users/{}/patch", fixture.bob.id), json!({"email": "robert@example.com"})).await.ok();
    anybody.post(&path, json!({})).await.assert_error(400, INVALID);
    assert!(fixture.wants_mail().await);
}

#[tokio::test]
async fn the_link_of_a_deactivated_account_is_not_valid() {
    let fixture = Fixture::new().await;
    let path = fixture.unsubscribe_path().await;
    fixture.root.delete(&format!("/users/{}", fixture.bob.id)).await.ok();
    assert_not_valid(&fixture.server.anonymous().get(&path).await);
}

#[tokio::test]
async fn the_page_is_in_the_language_of_the_account() {
    let fixture = Fixture::new().await;
    fixture.bob.put("/users/me/patch", json!({"locale": "de"})).await.ok();
    let path = fixture.unsubscribe_path().await;
    let page = fixture.server.anonymous().get(&path).await;
    assert_page(&page, "<html lang=\"de\">");
    assert!(page.text().contains("Möchten Sie sie abbestellen?"));
}
