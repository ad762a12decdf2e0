//! Whether an address can be invited: each has a result of its own.

use guildhall_model::Result;
use guildhall_model::codes::invitations as codes;
use guildhall_model::user::User;
use guildhall_model::user::rules::{is_in_domains, is_valid_email};
use guildhall_storage::{channel_members, invitations, team_members, users};

use crate::access::{ChannelGrant, TeamGrant, Writing};
use crate::invitations::Invitations;

/// Invitations of one team that wait for one address: nobody's mailbox is flooded.
const PENDING_PER_ADDRESS_MAX: i64 = 3;

impl Invitations<'_> {
    /// The email address is normalized. `None` for channels that are being made, in which nobody is yet.
    pub(super) async fn check_address(
        &self,
        grant: &Writing<TeamGrant>,
        channels: Option<&[Writing<ChannelGrant>]>,
        email: &str,
        is_guest: bool,
    ) -> Result<()> {
        if !is_valid_email(email) {
            return Err(codes::EMAIL_INVALID.into());
        }
        let settings = self.settings();
        let is_allowed = match is_guest {
            true => is_in_domains(email, &settings.guests.allowed_domains),
            false => is_in_domains(email, &settings.signup.allowed_domains) && is_in_domains(email, &grant.team.allowed_domains),
        };
        if !is_allowed {
            return Err(codes::DOMAIN_NOT_ALLOWED.into());
        }
        let db = self.access.read(grant);
        if let Some(account) = users::by_email(db, email).await? {
            self.check_account(grant, channels, &account, is_guest).await?;
        }
        let pending = invitations::count_pending_to(db, grant.id(), email, self.clock.now()).await?;
        if pending >= PENDING_PER_ADDRESS_MAX { Err(codes::INVITED_OFTEN.into()) } else { Ok(()) }
    }

    /// Accounts that exist are invited, too: the link of the mail adds them. Not to where they are already.
    async fn check_account(
        &self,
        grant: &Writing<TeamGrant>,
        channels: Option<&[Writing<ChannelGrant>]>,
        account: &User,
        is_guest: bool,
    ) -> Result<()> {
        if !account.is_active() || account.is_bot {
            return Err(codes::ACCOUNT_INACTIVE.into());
        }
        match (is_guest, account.is_guest()) {
            (true, false) => return Err(codes::ACCOUNT_IS_NO_GUEST.into()),
            (false, true) => return Err(codes::ACCOUNT_IS_GUEST.into()),
            _ => {}
        }
        let Some(channels) = channels else { return Ok(()) };
        let db = self.access.read(grant);
        let member = team_members::get(db, grant.id(), account.id).await?;
        if member.is_none_or(|member| !member.delete_at.is_zero()) {
            return Ok(());
        }
        for channel in channels {
            if channel_members::get(db, channel.id(), account.id).await?.is_none() {
                return Ok(());
            }
        }
        Err(codes::ALREADY_MEMBER.into())
    }
}
