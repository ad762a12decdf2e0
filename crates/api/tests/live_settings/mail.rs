//! Settings of mail: what a mail and the attempt at it have of them.

use guildhall_model::mail::{MailSecurity, MailServer, OutgoingMail};
use guildhall_testkit::{PASSWORD, TestResponse};
use serde_json::json;

use super::{Group, World};

pub(super) const SENDING: Group = Group {
    preset: &[],
    rows: &[
        row!("mail.server", "smtp.example.com", |world| world.mail().await.is_some_and(|(server, _)| server.host == "smtp.example.com")),
        row!("mail.port", "25", |world| world.mail().await.is_some_and(|(server, _)| server.port == 25)),
        row!("mail.security", "TLS", |world| world.mail().await.is_some_and(|(server, _)| server.security == MailSecurity::Tls)),
        row!("mail.verify_certificate", true, |world| world.mail().await.is_some_and(|(server, _)| !server.verifies_certificate)),
        row!("mail.user", "chat", |world| world
            .mail()
            .await
            .and_then(|(server, _)| server.credentials)
            .is_some_and(|own| own.user == "chat")),
        row!("mail.password", "s3cret", |world| {
            world.mail().await.and_then(|(server, _)| server.credentials).is_some_and(|own| own.password.expose() == "s3cret")
        }),
        row!("mail.from_address", "chat@example.com", |world| {
            world.mail().await.is_some_and(|(_, mail)| mail.from.address == "chat@example.com")
        }),
        row!("mail.from_name", "Studio", |world| world.mail().await.is_some_and(|(_, mail)| mail.from.name == "Studio")),
        row!("mail.reply_to", "help@example.com", |world| {
            world.mail().await.and_then(|(_, mail)| mail.reply_to).is_some_and(|to| to.address == "help@example.com")
        }),
        row!("mail.timeout_ms", 12, |world| world.mail().await.is_some_and(|(server, _)| server.timeout_ms == 12_000)),
        row!("mail.batching", false, |world| world.notification("3600").await.is_some_and(|(delay_ms, _)| delay_ms < 3_600_000)),
        row!("mail.notification_delay_ms", 1_200, |world| world
            .notification("30")
            .await
            .is_some_and(|(delay_ms, _)| delay_ms >= 1_200_000)),
        row!("mail.notification_contents", "generic", |world| world
            .notification("30")
            .await
            .is_some_and(|(_, mail)| !mail.text.contains("a text of"))),
        row!("log_in.new_place_codes", true, |world| world.asks_for_code_at_new_place().await),
        row!("signup.require_verified_email", true, |world| {
            let name = world.name();
            world.create_account(json!({"username": name, "email": format!("{name}@example.com"), "password": PASSWORD})).await.ok();
            world.until_no_mail_waits().await;
            world.log_in(&name, PASSWORD).await.status == 401
        }),
    ],
};

/// Each would keep mails away.
pub(super) const OFF: Group = Group {
    preset: &[],
    rows: &[
        row!("log_in.new_place_mails", false, |world| !world.is_told_of_new_place().await),
        row!("mail.authentication", false, |world| {
            world.set_up_mail().await;
            world.mail().await.is_some_and(|(server, _)| server.credentials.is_none())
        }),
        row!("mail.enabled", false, |world| {
            world.set_up_mail().await;
            world.mail().await.is_none()
        }),
    ],
};

#[tokio::test]
async fn changes_of_mail_take_effect() {
    let world = World::new().await;
    world.root.put("/config/patch", json!({"ServiceSettings": {"SiteURL": "https://chat.example.com"}})).await.ok();
    super::assert_takes_effect_in(&SENDING, world).await;
}

#[tokio::test]
async fn mail_is_switched_off_at_once() {
    for row in OFF.rows {
        let world = World::new().await;
        world.set_up_mail().await;
        assert!(!(row.2)(&world).await, "{}", row.0);
        world.root.put("/config/patch", super::patch([(row.0, (row.1)())].into_iter())).await.ok();
        let world = world.restart().await;
        assert!((row.2)(&world).await, "{}", row.0);
    }
}

impl World {
    async fn is_told_of_new_place(&self) -> bool {
        let name = self.name_of_account_with_a_place().await;
        self.until_no_mail_waits().await;
        let before = self.server.mailer.attempts().len();
        self.log_in_from("192.0.2.7", &name).await;
        self.until_no_mail_waits().await;
        self.server.mailer.attempts().len() > before
    }

    async fn asks_for_code_at_new_place(&self) -> bool {
        let name = self.name_of_account_with_a_place().await;
        self.log_in_from("192.0.2.7", &name).await.status == 401
    }

    /// Of an account with a verified address that has logged in at one place.
    async fn name_of_account_with_a_place(&self) -> String {
        let name = self.name();
        self.create_account(json!({"username": name, "email": format!("{name}@example.com"), "password": PASSWORD})).await.ok();
        self.server.execute("UPDATE users SET email_verified = TRUE").await;
        self.log_in_from("203.0.113.7", &name).await.ok();
        name
    }

    async fn log_in_from(&self, address: &str, name: &str) -> TestResponse {
        let log_in = json!({"login_id": name, "password": PASSWORD});
        self.server.anonymous().connected_from(address).post("/users/login", log_in).await
    }

    /// Without mail it is another error.
    pub(super) async fn asks_for_magic_link(&self) -> TestResponse {
        self.server.anonymous().post("/users/login/magic_link/send", json!({"email": "x@example.com"})).await
    }

    async fn set_up_mail(&self) {
        let mail = json!({"SMTPServer": "smtp.example.com", "FeedbackEmail": "chat@example.com", "SMTPUsername": "chat"});
        let config = json!({"EmailSettings": mail, "ServiceSettings": {"SiteURL": "https://chat.example.com"}});
        self.root.put("/config/patch", config).await.ok();
    }

    /// A restart would leave a mail to the lease of the server before it.
    async fn until_no_mail_waits(&self) {
        self.server.until_count("SELECT COUNT(*) FROM deliveries", 0).await;
    }

    /// How long a message to the administrator waits, who wants mails in this interval, and the mail; `None` where none is sent.
    async fn notification(&self, interval: &str) -> Option<(i64, OutgoingMail)> {
        let services = &self.server.app().services;
        let preference = json!([{"user_id": self.root.id, "category": "notifications", "name": "email_interval", "value": interval}]);
        self.root.put("/users/me/preferences", preference).await.ok();
        self.root.post(&format!("/users/{}/email/verify/member", self.root.id), json!({})).await.ok();
        let direct = self.ann.post("/channels/direct", json!([self.ann.id, self.root.id])).await.ok();
        // Nobody is there.
        self.server.clock.advance_ms(600_000);
        services.statuses().sweep_statuses().await.unwrap();
        let before = self.server.mailer.attempts().len();
        self.ann.create_post(&direct, "a text of a message").await;
        services.run_due_jobs().await.unwrap();
        let delay_ms = self
            .server
            .count("SELECT COALESCE(MAX(n.due_at - p.create_at), 0) FROM mail_notifications n JOIN posts p ON p.id = n.post_id")
            .await;
        self.server.clock.advance_ms(3_600_000);
        services.run_due_jobs().await.unwrap();
        services.make_due_deliveries().await.unwrap();
        self.until_no_mail_waits().await;
        self.server.mailer.attempts().get(before).map(|(_, mail)| (delay_ms, mail.clone()))
    }

    /// The mail that a new password causes, and to which server it was given; `None` where none is sent.
    async fn mail(&self) -> Option<(MailServer, OutgoingMail)> {
        let before = self.server.mailer.attempts().len();
        let change = json!({"current_password": PASSWORD, "new_password": PASSWORD});
        self.root.put("/users/me/password", change).await.ok();
        self.server.app().services.make_due_deliveries().await.unwrap();
        self.until_no_mail_waits().await;
        self.server.mailer.attempts().get(before).cloned()
    }
}
