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

noun! {
    /// Invitations.
    invitations::Invitations, state: State, uses: [teams::Teams]
}
