//! Invitations to a team, by mail or by a link, for members and for guests.

mod accept;
mod address;
mod channels;
mod invite;
mod links;
mod rate;
mod revoke;

pub(crate) use accept::UsableInvitation;
pub(crate) use invite::MailInvitations;
pub use invite::{InvitedAddress, MailInvitation};
pub use links::{InvitationLink, NewInvitationLink};
pub(crate) use rate::State;

use guildhall_model::ports::TokenHash;

noun! {
    /// Invitations.
    invitations::Invitations, state: State, uses: [teams::Teams]
}

/// As the token of a link that logs in is stored. Not the hash of the token alone, or every invitation would log in whoever has it, and
/// whoever has this one could choose a password.
pub(crate) fn log_in_token_hash(token: &str) -> TokenHash {
    TokenHash::of(&format!("invitation to log in {token}"))
}
