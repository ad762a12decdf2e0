//! Turning mails about messages off by the link in each of them, without a log-in.

use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use guildhall_model::Result;
use guildhall_model::codes::{context, mail as codes};
use guildhall_model::id::UserId;
use guildhall_model::ports::constant_time_eq;
use guildhall_model::user::User;
use guildhall_storage::users;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::catalogue::Catalogue;
use super::wanted::EMAIL;
use crate::access::{Origin, UserGrant, Write, Writing};
use crate::boxed;
use crate::notifications::Notifications;

/// What somebody reads who has opened the link.
#[derive(Debug)]
pub struct UnsubscribePage {
    pub language: &'static str,
    pub title: &'static str,
    pub text: String,
    /// That turns the mails off; empty where that is done.
    pub button: &'static str,
}

/// Separates these signatures from others of the same secret; longer than what those sign.
const PURPOSE: &[u8] = b"guildhall: turns off the mails about messages of this account";

impl Notifications<'_> {
    /// What is asked before the mails are turned off. It changes nothing: programs open the links in mails, too.
    #[boxed]
    pub async fn unsubscribe_question(&self, token: &str) -> Result<UnsubscribePage> {
        let (_, user) = self.account_of(token).await?;
        let texts = Catalogue::of_locale(&user.locale);
        Ok(self.page(&user, texts, texts.unsubscribe_question, texts.unsubscribe))
    }

    /// Turns mails about messages off for the account. Repeating it changes nothing.
    #[boxed]
    pub async fn unsubscribe(&self, token: &str, address: Option<IpAddr>) -> Result<UnsubscribePage> {
        let (grant, user) = self.account_of(token).await?;
        let origin = Origin { user_id: Some(user.id), address, ..Origin::default() };
        let turn_off = |user: &mut User| {
            user.notify_props.insert(EMAIL.to_owned(), "false".to_owned());
            Ok(())
        };
        let record = |_: &User, write: &mut Write<'_>| {
            write.record_as(origin);
            write.detail("user_id", user.id);
            Vec::new()
        };
        let user = self.users().change_account((&grant, "notifications.unsubscribe"), turn_off, record).await?;
        let texts = Catalogue::of_locale(&user.locale);
        Ok(self.page(&user, texts, texts.unsubscribe_done, ""))
    }

    fn page(&self, user: &User, texts: &'static Catalogue, text: &str, button: &'static str) -> UnsubscribePage {
        let text = Catalogue::filled(text, &[("email", &user.email), ("site", &self.settings().site.name)]);
        UnsubscribePage { language: texts.language, title: texts.unsubscribe, text, button }
    }

    /// The id of the account and a signature, which ends with the address of the account. It is made again for each mail, and nothing is
    /// stored: whoever has it can turn these mails off, and nothing else.
    pub(super) async fn unsubscribe_token(&self, user: &User) -> Result<String> {
        Ok(URL_SAFE_NO_PAD.encode([&user.id.bytes()[..], &self.sign(user).await?].concat()))
    }

    async fn account_of(&self, token: &str) -> Result<(Writing<UserGrant>, User)> {
        let (id, signature) = decode(token).ok_or(codes::UNSUBSCRIBE_LINK_INVALID)?;
        let grant = self.access.system("who has the link of a mail is not logged in");
        let user = users::get(self.access.read(&grant), id).await?.filter(User::is_active).ok_or(codes::UNSUBSCRIBE_LINK_INVALID)?;
        if !constant_time_eq(&signature, &self.sign(&user).await?) {
            return Err(codes::UNSUBSCRIBE_LINK_INVALID.into());
        }
        Ok((grant.user_to_write(id), user))
    }

    async fn sign(&self, user: &User) -> Result<[u8; 32]> {
        let secret = &self.system().identity().await?.public_link_secret;
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose().as_bytes()).map_err(|error| context::INTERNAL.with_source(error))?;
        mac.update(PURPOSE);
        mac.update(user.id.bytes());
        mac.update(user.email.as_bytes());
        Ok(mac.finalize().into_bytes().into())
    }
}

fn decode(token: &str) -> Option<(UserId, [u8; 32])> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (id, signature) = bytes.split_at_checked(16)?;
    Some((UserId::from_bytes(id.try_into().ok()?), signature.try_into().ok()?))
}
