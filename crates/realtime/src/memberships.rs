//! The memberships of one user, as they are loaded from the database.

use guildhall_model::id::{ChannelId, TeamId};

/// The channels and teams of one user, in any order.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Memberships {
    pub channels: Vec<ChannelId>,
    pub teams: Vec<TeamId>,
}
