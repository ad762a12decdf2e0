//! The row that is written with a message about which somebody may get a mail.

use guildhall_model::event::Posted;
use guildhall_model::{Millis, Result};
use guildhall_storage::Statement;
use guildhall_storage::mail_notifications::{self, PostNotification};

use crate::access::SystemGrant;
use crate::notifications::Notifications;

impl Notifications<'_> {
    /// For the batch of the message: one row, however many people there are. `None` where nobody can get a mail: the server sends none,
    /// or everybody who is mentioned or follows the thread is there to read it.
    pub(crate) fn row_of_post(&self, posted: &Posted) -> Option<Statement> {
        let Posted { post, mentioned, followers, .. } = posted;
        let may_notify = !post.is_system() && self.settings().sends_mail();
        if !may_notify || !(self.statuses().is_any_absent(mentioned) || self.statuses().is_any_absent(followers)) {
            return None;
        }
        let (post_id, channel_id, create_at) = (post.id, post.channel_id, post.create_at);
        Some(mail_notifications::insert_post(&PostNotification { post_id, channel_id, create_at, expanded_until: None }))
    }

    /// Whether there is something for the job to do.
    pub(crate) async fn has_work(&self, grant: &SystemGrant, now: Millis) -> Result<bool> {
        mail_notifications::has_work(self.access.read(grant), grant.server(), now).await
    }
}
