//! Links by which people from elsewhere become guests of one channel.

mod join;
mod manage;

pub use join::{Destination, GuestLinkInfo, JoinedByGuestLink, NewGuest};
pub(crate) use manage::PreparedGuestLink;
pub use manage::{CreatedGuestLink, GuestLinkWithVisitors, NewGuestLink};

use guildhall_model::ports::TokenHash;

noun! {
    /// Guest links.
    guest_links::GuestLinks, uses: [invitations::Invitations, sessions::Sessions, teams::Teams, users::Users]
}

/// As it is stored. Not the hash of the token alone, or it would be the token of an invitation, which takes neither a password nor a code.
fn token_hash(token: &str) -> TokenHash {
    TokenHash::of(&format!("guest link {token}"))
}
