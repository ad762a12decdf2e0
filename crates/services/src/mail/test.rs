//! The test mail of an administrator, who gets to know at once whether it was sent.

use guildhall_model::codes::{mail as codes, system};
use guildhall_model::id::DeliveryId;
use guildhall_model::mail::Mailbox;
use guildhall_model::settings::{Mail as MailSettings, Settings};
use guildhall_model::{Actor, Events, Permission, Result};
use guildhall_storage::users;

use super::catalogue::Catalogue;
use super::layout::{Content, Reader};
use crate::boxed;
use crate::mail::Mail;

impl Mail<'_> {
    /// Sends a mail to the actor by these settings, which need not be in effect. `TEST_FAILED` with the mail server's own words.
    /// The stored password is not sent to another server than it is for: `is_password_typed` says that it was entered for this test.
    #[boxed]
    pub async fn send_test_mail(&self, actor: &Actor, tested: &Settings, is_password_typed: bool) -> Result<()> {
        let grant = self.access.system_permission(actor, Permission::TestEmail)?;
        // Otherwise it would say what answers at any address that this server reaches.
        if tested.mail != self.settings().mail {
            self.access.check_system_permission(actor, Permission::ManageSystem)?;
        }
        if tested.mail.server.is_empty() || tested.mail.from_address.is_empty() {
            return Err(codes::TEST_SERVER_MISSING.into());
        }
        tested.check().map_err(|invalid| system::SETTING_INVALID.with("name", invalid.name).with("reason", invalid.reason))?;
        let server = tested.configured_mail_server();
        if server.credentials.is_some() && !is_password_typed && !is_same_server(&self.settings().mail, &tested.mail) {
            return Err(codes::TEST_PASSWORD_MISSING.into());
        }
        let user = users::get(self.access.read(&grant), actor.user_id).await?.ok_or(codes::TEST_WITHOUT_ACCOUNT)?;
        let catalogue = Catalogue::of_locale(&user.locale);
        let values = [("user", user.username.clone()), ("server", server.host.clone())];
        let url = if tested.site.url.is_empty() { String::new() } else { tested.site_link("/") };
        let rendered =
            Content { catalogue, reader: Reader::Account, texts: &catalogue.test, values: &values, button_url: &url }.render(tested);
        let to = Mailbox { name: user.username, address: user.email };
        let outgoing = self.outgoing_mail(tested, self.ids.next::<DeliveryId>(), to, rendered);
        let result = self.mailer.send(&server, &outgoing).await;
        let mut write = self.access.write(&grant, "mail.test");
        write.detail("server", &tested.mail.server);
        write.detail("result", result.as_ref().map_or_else(|error| error.reason.as_str(), |()| "sent"));
        write.commit(Events::none("the caller gets the result")).await?;
        result.map_err(|error| codes::TEST_FAILED.with("reason", error.reason))
    }
}

/// Whether a password for the one goes to the same place with the other.
fn is_same_server(stored: &MailSettings, tested: &MailSettings) -> bool {
    let place = |mail: &MailSettings| (mail.server.clone(), mail.port, mail.security.clone(), mail.verify_certificate, mail.user.clone());
    place(stored) == place(tested)
}
