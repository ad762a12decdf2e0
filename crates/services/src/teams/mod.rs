//! Teams and their members.

mod create;
mod icon;
mod invite;
mod join;
mod leave;
mod lists;
mod members;
mod update;
mod view;

pub use create::NewTeam;
pub use icon::{ICON_BYTES_MAX, TeamIcon};
pub(crate) use join::Admission;
pub use lists::{SEARCH_RESULTS_MAX, TeamSearch};
pub use members::TeamMembersRequest;
pub use update::TeamPatch;

noun! {
    /// Teams and their members.
    teams::Teams, uses: [channels::Channels, invitations::Invitations, sessions::Sessions, users::Users]
}
