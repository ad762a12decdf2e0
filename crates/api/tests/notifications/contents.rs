//! The texts of mails about messages: language, clock, links, privacy.

use serde_json::json;

use super::{Fixture, text};

#[tokio::test]
async fn a_mail_has_who_when_what_and_a_link() {
    let fixture = Fixture::new().await;
    fixture.ann.put("/users/me/patch", json!({"first_name": "Ann", "last_name": "Müller"})).await.ok();
    let post = fixture.ann.create_post(&fixture.dev, "**Hello** @bob,\nsee <https://example.com/x> & `code`").await;
    let mail = fixture.mail().await;
    assert_eq!(mail.subject, "Ann Müller mentioned you in dev");
    let link = format!("https://chat.example.com/crew/pl/{}", text(&post["id"]));
    assert!(mail.text.contains(&format!(":\n    Hello @bob,\n    see https://example.com/x & code\n{link}\n")), "{}", mail.text);
    assert!(mail.html.contains("Hello @bob,<br>\nsee https://example.com/x &amp; code") && mail.html.contains(&format!("href=\"{link}\"")));
    assert!(mail.text.contains("Settings of notifications: https://chat.example.com/notification_settings"), "{}", mail.text);
    let unsubscribe = mail.unsubscribe_url.unwrap();
    assert!(unsubscribe.starts_with("https://chat.example.com/unsubscribe?token=") && mail.text.contains(&unsubscribe));
    assert_eq!(mail.to.name, "bob");
    assert!(mail.message_id.ends_with("@chat.example.com"));
}

#[tokio::test]
async fn links_lead_below_the_path_of_the_site() {
    let fixture = Fixture::new().await;
    fixture.ann.create_post(&fixture.dev, "@bob").await;
    fixture.root.put("/config/patch", json!({"ServiceSettings": {"SiteURL": "https://example.com/chat/"}})).await.ok();
    let mail = fixture.mail().await;
    assert!(mail.text.contains("https://example.com/chat/crew/pl/"), "{}", mail.text);
    let page = mail.unsubscribe_url.unwrap().replace("https://example.com/", "//");
    assert!(page.starts_with("//chat/unsubscribe?token="));
    assert_eq!(fixture.server.anonymous().get(&page).await.status, 200);
}

#[tokio::test]
async fn a_german_reads_german_on_the_own_clock() {
    let fixture = Fixture::new().await;
    let zone = json!({"useAutomaticTimezone": "true", "automaticTimezone": "Asia/Kolkata", "manualTimezone": ""});
    fixture.bob.put("/users/me/patch", json!({"locale": "de", "timezone": zone})).await.ok();
    let post = fixture.ann.create_post(&fixture.dev, "Hallo @bob").await;
    let mail = fixture.mail().await;
    assert_eq!(mail.subject, "ann hat Sie in dev erwähnt");
    // India is five and a half hours ahead.
    let minutes = (post["create_at"].as_i64().unwrap() / 60_000 + 330) % (24 * 60);
    let expected = format!(", {:02}:{:02}:\n", minutes / 60, minutes % 60);
    assert!(mail.text.contains(&expected), "{expected}: {}", mail.text);
    assert!(mail.html.contains("<html lang=\"de\">") && mail.text.contains("Diese E-Mails abbestellen: "));
}

#[tokio::test]
async fn english_has_the_clock_that_the_person_prefers() {
    let fixture = Fixture::new().await;
    fixture.ann.create_post(&fixture.dev, "@bob").await;
    let mail = fixture.mail().await;
    assert!(mail.text.contains(" AM:\n") || mail.text.contains(" PM:\n"), "{}", mail.text);
    fixture.prefer("display_settings", "use_military_time", "true").await;
    fixture.ann.create_post(&fixture.dev, "@bob").await;
    let mail = fixture.mail().await;
    assert!(!mail.text.contains(" AM:\n") && !mail.text.contains(" PM:\n"), "{}", mail.text);
}

#[tokio::test]
async fn generic_mails_say_nothing_of_the_message() {
    let fixture = Fixture::new().await;
    fixture.root.put("/config/patch", json!({"EmailSettings": {"EmailNotificationContentsType": "generic"}})).await.ok();
    assert_eq!(fixture.bob.get("/config/client?format=old").await.ok()["EmailNotificationContentsType"], "generic");
    let root = fixture.ann.create_post(&fixture.dev, "The hidden beginning").await;
    fixture.ann.create_post(&fixture.dev, "@bob something secret").await;
    fixture.reply(&fixture.ann, &root, "@bob more secrets").await;
    let mail = fixture.mail().await;
    assert_eq!(mail.subject, "2 unread messages");
    for part in [&mail.text, &mail.html] {
        assert!(part.contains("ann") && part.contains("https://chat.example.com/crew/pl/"));
        let is_said = |word: &str| part.contains(word);
        assert!(!["secret", "hidden", " dev", ">dev"].into_iter().any(is_said), "{part}");
    }
    fixture.ann.create_post(&fixture.dev, "@bob").await;
    assert_eq!(fixture.mail().await.subject, "ann sent you a message");
    for value in ["", "nothing"] {
        fixture
            .root
            .put("/config/patch", json!({"EmailSettings": {"EmailNotificationContentsType": value}}))
            .await
            .assert_error(400, "model.config.is_valid.value.app_error");
    }
}

#[tokio::test]
async fn integrations_are_shown_by_their_names_and_attachments() {
    let fixture = Fixture::new().await;
    let hook = fixture.ann.post("/hooks/incoming", json!({"channel_id": fixture.dev["id"], "display_name": "CI"})).await.ok();
    fixture.root.put("/config/patch", json!({"ServiceSettings": {"EnablePostUsernameOverride": true}})).await.ok();
    let body = json!({"username": "builder", "attachments": [{"pretext": "@bob look", "text": "it **failed**"}]});
    fixture.server.anonymous().post(&format!("//hooks/{}", text(&hook["id"])), body).await;
    fixture.leave().await;
    let mail = fixture.mail().await;
    assert_eq!(mail.subject, "builder mentioned you in dev");
    assert!(mail.text.contains("    @bob look\n    it failed\n"), "{}", mail.text);
}

#[tokio::test]
async fn channels_of_several_teams_are_told_apart() {
    let fixture = Fixture::new().await;
    let other = fixture.ann.create_team("zoo").await;
    fixture.ann.add_to_team(&other, &fixture.bob).await;
    fixture.ann.create_post(&fixture.dev, "@bob").await;
    let name = text(&fixture.team["display_name"]);
    assert!(fixture.mail().await.text.contains(&format!("== dev ({name}) ==")));
    // A direct message is shown in the first of them.
    let direct = fixture.direct().await;
    fixture.ann.create_post(&direct, "hi").await;
    let mail = fixture.mail().await;
    assert!(mail.text.contains("https://chat.example.com/crew/pl/"), "{}", mail.text);
}
