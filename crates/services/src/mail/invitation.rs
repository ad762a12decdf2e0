//! Sending the mail of an invitation. Its token is made now, so that neither the queue nor the table has what opens the link.

use guildhall_model::id::InvitationId;
use guildhall_model::invitation::Invitation;
use guildhall_model::job::Delivery;
use guildhall_model::mail::Mailbox;
use guildhall_model::user::User;
use guildhall_model::{Events, Result};
use guildhall_storage::{channels, invitations, teams, users};
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

use super::catalogue::Catalogue;
use super::layout::{Content, Reader, Rendered};
use crate::access::{Details, SystemGrant, Writing};
use crate::boxed;
use crate::deliveries::AttemptResult;
use crate::invitations::log_in_token_hash;
use crate::mail::Mail;

/// The kind of the deliveries.
pub(crate) const INVITATION_MAIL: &str = "invitation_mail";

/// What is stored with the delivery.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Payload {
    pub invitation_id: InvitationId,
    /// Whether its link logs in. Not in what older versions have queued.
    #[serde(default)]
    pub is_magic_link: bool,
}

/// What clients show before the account is there; Mattermost's names.
#[derive(Serialize)]
struct LinkData<'a> {
    email: &'a str,
    display_name: &'a str,
    name: &'a str,
}

impl Mail<'_> {
    /// One attempt.
    #[boxed]
    pub(crate) async fn deliver_invitation_mail(&self, delivery: &Delivery) -> Result<AttemptResult> {
        let Some(server) = self.settings().mail_server() else { return Ok(AttemptResult::Abandoned("the server sends no mail")) };
        let Ok(Payload { invitation_id, is_magic_link }) = serde_json::from_str(&delivery.payload) else {
            return Ok(AttemptResult::Abandoned("what it is about cannot be read"));
        };
        let grant = self.access.system("an invitation was authorized when it was made");
        let invitation = invitations::get(self.access.read(&grant), grant.server(), invitation_id).await?;
        let is_usable = |invitation: &Invitation| invitation.uses_left > 0 && invitation.expires_at > self.clock.now();
        let Some(invitation) = invitation.filter(is_usable) else {
            return Ok(AttemptResult::Abandoned("the invitation was revoked, or is used or expired"));
        };
        let Some(rendered) = self.render_invitation(&grant, &invitation, is_magic_link).await? else {
            return Ok(AttemptResult::Abandoned("its team or whoever invited is gone"));
        };
        let to = Mailbox { name: String::new(), address: invitation.email.clone() };
        let mail = self.outgoing_mail(&self.settings(), delivery.id, to, rendered);
        let about = Details::default().with("invitation_id", invitation.id).with("email", &invitation.email);
        self.deliver(&server, &mail, about).await
    }

    async fn render_invitation(
        &self,
        grant: &Writing<SystemGrant>,
        invitation: &Invitation,
        is_magic_link: bool,
    ) -> Result<Option<Rendered>> {
        let db = self.access.read(grant);
        let Some(team) = teams::get(db, grant.id(invitation.team_id)).await?.filter(|team| team.delete_at.is_zero()) else {
            return Ok(None);
        };
        let Some(inviter) = users::get(db, invitation.created_by).await?.filter(User::is_active) else { return Ok(None) };
        let settings = self.settings();
        let reader = users::by_email(db, &invitation.email).await?;
        let catalogue = Catalogue::of_locale(reader.as_ref().map_or(&settings.site.default_locale, |user| &user.locale));
        let names = self.channel_names(grant, invitation).await?;
        let values = [
            ("inviter", name_of(&inviter)),
            ("team", team.display_name.clone()),
            ("channels", if names.is_empty() { String::new() } else { format!("{}: {}", catalogue.channels, names.join(", ")) }),
            ("message", invitation.message.clone()),
        ];
        let token = self.secrets.generate_token();
        let mut write = self.access.write(grant, "mail.create_invitation_token");
        let hash = if is_magic_link { log_in_token_hash(token.expose()) } else { token.hash() };
        write.extend(invitations::insert_token(grant.write_server(), hash, invitation.id));
        write.commit(Events::none("only the mail has the link")).await?;
        let data = LinkData { email: &invitation.email, display_name: &team.display_name, name: &team.name };
        let data = serde_json::to_string(&data).unwrap_or_default();
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("d", &data).append_pair("t", token.expose()).finish();
        // The paths of Mattermost.
        let (texts, path) = match (is_magic_link, invitation.is_guest) {
            (true, _) => (&catalogue.guest_log_in_invitation, format!("/login/one_time_link?t={}", token.expose())),
            (false, true) => (&catalogue.guest_invitation, format!("/signup_user_complete/?{query}")),
            (false, false) => (&catalogue.invitation, format!("/signup_user_complete/?{query}")),
        };
        let button_url = settings.site_link(&path);
        Ok(Some(Content { catalogue, reader: Reader::Invited, texts, values: &values, button_url: &button_url }.render(&settings)))
    }

    async fn channel_names(&self, grant: &Writing<SystemGrant>, invitation: &Invitation) -> Result<Vec<String>> {
        let mut names = Vec::with_capacity(invitation.channels.len());
        for id in &invitation.channels {
            let channel = channels::get(self.access.read(grant), *id).await?;
            names.extend(self.access.open(grant, channel).map(|channel| channel.display_name));
        }
        Ok(names)
    }
}

/// The full name and the username, or the latter alone.
fn name_of(user: &User) -> String {
    user.full_name().map_or_else(|| user.username.clone(), |name| format!("{name} ({})", user.username))
}
