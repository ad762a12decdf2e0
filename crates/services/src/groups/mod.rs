//! Groups of people that everybody can mention: making, changing and archiving them, and their members.

mod archive;
mod change;
mod create;
mod get;
mod list;
mod members;

pub use change::GroupPatch;
pub use create::NewGroup;
pub use list::{ChannelMemberCount, GroupQuery, ListedGroup};
pub use members::GroupMembers;

noun! {
    /// Groups of people.
    groups::Groups, uses: [users::Users]
}
