//! Sending one mail about an account: its text is made now, from what the account is now.

use guildhall_model::codes::mail as codes;
use guildhall_model::id::{DeliveryId, MagicLinkCodeId, UserId};
use guildhall_model::job::Delivery;
use guildhall_model::mail::{AccountMail, AccountTokenKind, MailError, MailServer, Mailbox, OutgoingMail};
use guildhall_model::settings::Settings;
use guildhall_model::user::User;
use guildhall_model::{Events, Millis, Result};
use guildhall_storage::{Statement, magic_link_codes, sessions, users};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use time::macros::format_description;

use super::catalogue::Catalogue;
use super::layout::{Content, Reader, Rendered, fill};
use crate::access::{Details, Origin, UserGrant, Writing};
use crate::boxed;
use crate::deliveries::AttemptResult;
use crate::mail::Mail;

/// The kind of the deliveries.
pub(crate) const ACCOUNT_MAIL: &str = "account_mail";

/// Who asked for a link does not wait for longer.
const LINK_DELAY_MS_MAX: i64 = 60 * 60 * 1000;

/// How long a code to log in is valid. The texts of the mails say it.
const CODE_VALID_MS: i64 = 10 * 60 * 1000;

/// The owner of an access token is told at most seven days before its end; later than that, it was rotated.
const END_IS_NEAR_MS: i64 = 8 * 24 * 60 * 60 * 1000;

/// Why a mail that the mail server will never take is given up.
const REJECTED: &str = "the mail server rejected it: see the audit trail";

/// What the mail server did with a mail.
pub(crate) enum Sent {
    Taken,
    /// For this reason, and another attempt would be in vain.
    Rejected(String),
}

/// What is stored with the delivery.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Payload {
    pub user_id: UserId,
    #[serde(flatten)]
    pub mail: AccountMail,
}

impl Mail<'_> {
    /// One attempt.
    #[boxed]
    pub(crate) async fn deliver_account_mail(&self, delivery: &Delivery) -> Result<AttemptResult> {
        let Some(server) = self.settings().mail_server() else { return Ok(AttemptResult::Abandoned("the server sends no mail")) };
        let Ok(Payload { user_id, mail }) = serde_json::from_str(&delivery.payload) else {
            return Ok(AttemptResult::Abandoned("what it is about cannot be read"));
        };
        if mail.link().is_some() && self.clock.now().0 - delivery.create_at.0 > LINK_DELAY_MS_MAX {
            return Ok(AttemptResult::Abandoned("its link was asked for too long ago"));
        }
        let grant = self.access.system("a mail was authorized when it was queued").user_to_write(user_id);
        let Some(user) = users::get(self.access.read(&grant), user_id).await? else {
            return Ok(AttemptResult::Abandoned("the account is gone"));
        };
        let Some((address, rendered)) = self.render(&grant, &user, &mail).await? else {
            return Ok(AttemptResult::Abandoned("it is not true any more"));
        };
        let outgoing = self.outgoing_mail(&self.settings(), delivery.id, Mailbox { name: user.username, address }, rendered);
        self.deliver(&server, &outgoing, Details::default().with("user_id", user_id).with("mail", mail.name())).await
    }

    /// One attempt. Where another one would be in vain, a record for administrators says what the mail was about.
    pub(crate) async fn deliver(&self, server: &MailServer, mail: &OutgoingMail, about: Details) -> Result<AttemptResult> {
        let Sent::Rejected(reason) = self.send(server, mail).await? else { return Ok(AttemptResult::Delivered) };
        let grant = self.access.system("a mail that was rejected is recorded");
        let mut write = self.access.write(&grant, "mail.deliver");
        write.push(self.access.audit_record(Origin::default(), "mail.reject", about.with("reason", reason)));
        write.commit(Events::none("clients do not see mails")).await?;
        Ok(AttemptResult::Abandoned(REJECTED))
    }

    /// One attempt, counted. An error is retried.
    pub(crate) async fn send(&self, server: &MailServer, mail: &OutgoingMail) -> Result<Sent> {
        match self.mailer.send(server, mail).await {
            Ok(()) => {
                self.counters.mails_sent.increment();
                Ok(Sent::Taken)
            }
            Err(MailError { is_permanent: false, reason }) => {
                self.counters.mails_failed.increment();
                Err(codes::FAILED.with("reason", reason))
            }
            Err(MailError { is_permanent: true, reason }) => {
                self.counters.mails_rejected.increment();
                Ok(Sent::Rejected(reason))
            }
        }
    }

    /// The address and the texts; `None` where there is nothing to say any more.
    async fn render(&self, grant: &Writing<UserGrant>, user: &User, mail: &AccountMail) -> Result<Option<(String, Rendered)>> {
        let catalogue = Catalogue::of_locale(&user.locale);
        let mut values = vec![("user", user.username.clone()), ("email", user.email.clone())];
        let (mut address, mut url) = (user.email.clone(), self.settings().site_link("/login"));
        if let Some(kind) = mail.link() {
            let is_needed = match kind {
                AccountTokenKind::PasswordReset => true,
                AccountTokenKind::Verification => !user.email_verified,
                AccountTokenKind::MagicLink => self.settings().log_in.is_by_link(user.is_guest()),
            };
            if !user.is_active() || !is_needed {
                return Ok(None);
            }
            let link = self.new_link(grant, user, kind);
            let mut write = self.access.write(grant, "mail.create_link");
            write.push(link.statement);
            if let AccountMail::MagicLink { code_id: Some(id) } = mail {
                let (code, statement) = self.new_code(grant, *id).await?;
                write.push(statement);
                values.push(("code", fill(catalogue.code, |_| code.as_str())));
            }
            write.commit(Events::none("only the mail has the link")).await?;
            url = link.url;
        }
        match mail {
            AccountMail::EmailChanged { old_email } => address.clone_from(old_email),
            AccountMail::NewPlace { device, address, at } => {
                values.extend([("device", catalogue.known(device)), ("address", catalogue.known(address))]);
                values.extend(utc_date(*at).map(|date| ("date", date)));
            }
            AccountMail::NewPlaceCode { code_id, device, address } => {
                let (code, statement) = self.new_code(grant, *code_id).await?;
                let mut write = self.access.write(grant, "mail.create_code");
                write.push(statement);
                write.commit(Events::none("only the mail has the code")).await?;
                values.extend([("device", catalogue.known(device)), ("address", catalogue.known(address))]);
                values.push(("code", fill(catalogue.code, |_| code.as_str())));
            }
            AccountMail::AccessTokenCreated { token_id }
            | AccountMail::AccessTokenRotated { token_id }
            | AccountMail::AccessTokenExpiring { token_id } => {
                let token = sessions::access_token(self.access.read(grant), *token_id).await?;
                let system = self.access.system("the owner of an access token is told of it");
                let Some(token) = self.access.open(&system, token) else { return Ok(None) };
                let is_about_end = matches!(mail, AccountMail::AccessTokenExpiring { .. });
                if is_about_end && !token.ends_by(self.clock.now().plus_ms(END_IS_NEAR_MS)) {
                    return Ok(None);
                }
                values.extend(utc_date(token.expires_at).map(|date| ("date", date)));
                values.push(("description", token.description));
            }
            AccountMail::PasskeyAdded { name } | AccountMail::PasskeyRemoved { name } => values.push(("description", name.clone())),
            AccountMail::SecurityAlert { alert_id } => {
                let system = self.access.system("administrators are told of an alert");
                let Some(alert) = self.security_alerts().alert_for_mail(&system, *alert_id).await? else { return Ok(None) };
                // Whoever was administrator when the alert was raised may be none any more.
                if !self.access.is_administrator(&user.roles) {
                    return Ok(None);
                }
                values.push(("rule", catalogue.security_alert_rule(&alert.rule)));
                values.push(("description", alert.summary));
                url = self.settings().site_link("/admin_console/reporting/security-alerts");
            }
            _ => {}
        }
        Ok(Some((
            address,
            Content { catalogue, reader: Reader::Account, texts: catalogue.of(mail), values: &values, button_url: &url }
                .render(&self.settings()),
        )))
    }

    /// Six digits, and what stores their hash. That some come a little more often than others is lost in 64 bits.
    async fn new_code(&self, grant: &Writing<UserGrant>, id: MagicLinkCodeId) -> Result<(String, Statement)> {
        let [a, b, c, d, e, f, g, h, ..] = self.secrets.generate_key();
        let code = format!("{:06}", u64::from_be_bytes([a, b, c, d, e, f, g, h]) % 1_000_000);
        let hash = self.hasher.hash(&code).await?;
        let statement = magic_link_codes::set_code(grant.write_id(), id, &hash, self.clock.now().plus_ms(CODE_VALID_MS));
        Ok((code, statement))
    }

    /// By these settings, which need not be in effect. The id is the same in each attempt.
    pub(crate) fn outgoing_mail(&self, settings: &Settings, id: DeliveryId, to: Mailbox, rendered: Rendered) -> OutgoingMail {
        let Rendered { subject, text, html } = rendered;
        OutgoingMail {
            message_id: format!("{id}@{}", settings.mail_domain()),
            date: self.clock.now(),
            from: settings.mail_sender(),
            reply_to: settings.mail_reply_to(),
            to,
            subject,
            text,
            html,
            unsubscribe_url: None,
        }
    }
}

/// `None` for a time beyond the calendar.
fn utc_date(time: Millis) -> Option<String> {
    let date = OffsetDateTime::from_unix_timestamp(time.0.div_euclid(1_000)).ok()?;
    date.format(format_description!("[year]-[month]-[day] [hour]:[minute] UTC")).ok()
}
