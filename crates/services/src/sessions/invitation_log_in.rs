//! Logging in by the link of an invitation, without a password: it makes the guest's account where there is none.

use std::net::IpAddr;

use guildhall_model::codes::{context, invitations as invitation_codes, magic_links as codes, users as user_codes};
use guildhall_model::id::UserId;
use guildhall_model::invitation::Invitation;
use guildhall_model::user::User;
use guildhall_model::{Error, Result};
use guildhall_storage::{invitations, users};

use super::log_in::LogInProof;
use super::magic_link_log_in::ProvenByMail;
use super::{LoginRequest, LoginResult, MagicLinkOwner};
use crate::access::{SystemGrant, Writing};
use crate::boxed;
use crate::invitations::{UsableInvitation, log_in_token_hash};
use crate::sessions::Sessions;

impl Sessions<'_> {
    /// Who is invited: shown before the link is used.
    pub(super) async fn invited_by_link(&self, grant: &Writing<SystemGrant>, invitation: Invitation) -> Result<MagicLinkOwner> {
        let email = invitation.email.clone();
        let account = users::by_email(self.access.read(grant), &email).await?;
        self.usable_link(grant, invitation, account.as_ref()).await?;
        Ok(MagicLinkOwner { username: account.map(|user| user.username).unwrap_or_default(), email })
    }

    /// The session uses the token up, so that of several log-ins at the same moment one is the first, and what a crash before it leaves
    /// can be done again by the same link.
    #[boxed]
    pub(super) async fn log_in_by_invitation(&self, invitation: Invitation, token: &str, request: LoginRequest) -> Result<LoginResult> {
        let grant = self.access.system("there is no actor before the log-in");
        let db = self.access.read(&grant);
        let (invitation_id, email, address) = (invitation.id, invitation.email.clone(), request.address);
        let known = users::by_email(db, &email).await?;
        let attempt = self.begin_log_in(known.as_ref().map(|user| user.id), token, &request).await?;
        let (id, to_join) = match self.account_to_log_in(&grant, invitation, known.as_ref(), address).await {
            Ok(account) => account,
            Err(error) if error.is(codes::LINK_INVALID) || error.is(codes::LINK_EXPIRED) => {
                let reason = if error.is(codes::LINK_EXPIRED) { "expired link" } else { "invalid link" };
                self.record_failure(known, &email, address, Some(reason)).await?;
                return Err(error);
            }
            Err(error) => {
                attempt.cancel();
                return Err(error);
            }
        };
        let account = users::get_with_password(db, grant.id(id)).await?.ok_or(codes::LINK_INVALID)?;
        let consume = invitations::consume_token(grant.write_server(), log_in_token_hash(token), invitation_id, codes::LINK_INVALID);
        let proof = LogInProof::Mail(Box::new(ProvenByMail { consume: consume.into(), by: "invitation" }));
        let logged_in = self.complete_log_in(account, request, proof, attempt).await?;
        // Who has an account comes after a second factor, and not by the mail alone.
        if let Some(usable) = to_join {
            self.teams().join_team_by_invitation(id, &usable).await?;
        }
        Ok(logged_in)
    }

    /// The account, and the invitation by which it still is to come.
    async fn account_to_log_in(
        &self,
        grant: &Writing<SystemGrant>,
        invitation: Invitation,
        known: Option<&User>,
        address: Option<IpAddr>,
    ) -> Result<(UserId, Option<UsableInvitation>)> {
        let usable = self.usable_link(grant, invitation, known).await?;
        match known {
            Some(user) => Ok((user.id, Some(usable))),
            None => match self.users().create_invited_guest(usable, address).await {
                Ok(user) => Ok((user.id, None)),
                // The same link is being used at this moment.
                Err(error) if error.is(user_codes::EMAIL_EXISTS) || error.is(context::CONFLICT) => {
                    Err(codes::LINK_INVALID.with_source(error))
                }
                Err(error) => Err(of_log_in(error)),
            },
        }
    }

    /// The errors are those of links to log in.
    async fn usable_link(&self, grant: &Writing<SystemGrant>, invitation: Invitation, known: Option<&User>) -> Result<UsableInvitation> {
        let is_allowed = match known {
            Some(user) => self.may_use_magic_link(user),
            None => self.settings().log_in.is_by_link(true),
        };
        let usable = self.invitations().usable_to_log_in(grant, invitation, known).await.map_err(of_log_in)?;
        if is_allowed { Ok(usable) } else { Err(codes::LINK_INVALID.into()) }
    }
}

/// The errors of invitations, in the words of links to log in.
fn of_log_in(error: Error) -> Error {
    match () {
        () if error.is(invitation_codes::LINK_INVALID) => codes::LINK_INVALID.with_source(error),
        () if error.is(invitation_codes::LINK_EXPIRED) => codes::LINK_EXPIRED.with_source(error),
        () => error,
    }
}
