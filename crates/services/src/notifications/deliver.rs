//! Sending one mail about messages: its text is made now, from what the messages are now and what is still unread.

use guildhall_model::Result;
use guildhall_model::id::{PostId, TargetId, UserId};
use guildhall_model::job::Delivery;
use guildhall_model::mail::{Mailbox, OutgoingMail};
use guildhall_model::user::User;
use guildhall_storage::users;
use serde::{Deserialize, Serialize};

use crate::access::{Details, SystemGrant};
use crate::boxed;
use crate::deliveries::AttemptResult;
use crate::notifications::Notifications;

/// The kind of the deliveries.
pub(crate) const NOTIFICATION_MAIL: &str = "notification_mail";
/// A target of their own, so that mails about accounts do not wait behind them.
pub(super) const TARGET: TargetId = TargetId::from_bytes(*b"mail about posts");

/// What is stored with the delivery.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Payload {
    pub user_id: UserId,
    pub post_ids: Vec<PostId>,
    /// Unread messages that are older than these.
    pub older_count: usize,
}

impl Notifications<'_> {
    /// One attempt.
    #[boxed]
    pub(crate) async fn deliver_notification_mail(&self, delivery: &Delivery) -> Result<AttemptResult> {
        let Some(server) = self.settings().mail_server() else { return Ok(AttemptResult::Abandoned("the server sends no mail")) };
        let Ok(payload) = serde_json::from_str::<Payload>(&delivery.payload) else {
            return Ok(AttemptResult::Abandoned("what it is about cannot be read"));
        };
        let grant = self.access.system("who gets a mail about a message was decided when it was queued, and is decided again here");
        let Some(user) = users::get(self.access.read(&grant), payload.user_id).await? else {
            return Ok(AttemptResult::Abandoned("the account is gone"));
        };
        let Some(mail) = self.notification_mail(&grant, &user, &payload, delivery).await? else {
            self.counters.mail_notifications.dropped.add(payload.post_ids.len() as u64);
            return Ok(AttemptResult::Abandoned("everything was read meanwhile"));
        };
        let about = Details::default().with("user_id", user.id).with("mail", NOTIFICATION_MAIL);
        self.mail().deliver(&server, &mail, about).await
    }

    /// `None` where nothing is left to be mailed.
    async fn notification_mail(
        &self,
        grant: &SystemGrant,
        user: &User,
        payload: &Payload,
        delivery: &Delivery,
    ) -> Result<Option<OutgoingMail>> {
        let interval = self.interval_of(grant, user).await?;
        if self.statuses().is_online(user.id) && !interval.is_summary() {
            return Ok(None);
        }
        let unread = self.unread(grant, user, &payload.post_ids).await?;
        if unread.posts.is_empty() {
            return Ok(None);
        }
        let settings = self.settings();
        let content = self.content(grant, user, unread, (interval, payload.older_count)).await?;
        let rendered = content.render(&settings);
        let to = Mailbox { name: user.username.clone(), address: user.email.clone() };
        let mail = self.mail().outgoing_mail(&settings, delivery.id, to, rendered);
        Ok(Some(OutgoingMail { unsubscribe_url: Some(content.unsubscribe_url), ..mail }))
    }
}
