//! Links of groups with teams and channels: managing them, reading them, and adding the members of the groups.

mod add;
mod enqueue;
mod manage;
mod read;

use guildhall_model::id::GroupLinkId;
use guildhall_storage::Statement;

use crate::access::{Origin, Write};

pub use manage::LinkChange;
pub use read::LinkedGroups;

/// What the batch has in it that adds somebody by a link.
pub(crate) struct GroupAdmission {
    pub link: GroupLinkId,
    /// Who has linked the group, or has added the person to it.
    pub added_by: Origin,
    /// The lease of the job, and where it is the last batch for this person the mark that they were added.
    pub statements: Vec<Statement>,
}

impl GroupAdmission {
    pub fn begin(&self, write: &mut Write<'_>) {
        write.record_as(self.added_by);
        write.detail("by", "group");
        write.detail("link_id", self.link);
        write.extend(self.statements.iter().cloned());
    }
}
