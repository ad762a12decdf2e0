//! Groups of people that everybody can mention: making, changing and archiving them, and their members.

mod archive;
mod change;
mod create;
mod get;
mod links;
mod list;
mod members;

pub use change::GroupPatch;
pub use create::NewGroup;
pub use guildhall_storage::group_links::NamedLink;
pub(crate) use links::GroupAdmission;
pub use links::{LinkChange, LinkedGroups};
pub use list::{ChannelMemberCount, GroupQuery, ListedGroup};
pub use members::GroupMembers;

noun! {
    /// Groups of people.
    groups::Groups, uses: [channels::Channels, teams::Teams, users::Users]
}
