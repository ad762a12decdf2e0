//! All checks, in one list, by group: a folder for each, a file for each check.

mod backup;
mod certificate;
mod database;
mod disks;
mod files;
pub(crate) mod itself;
mod mail;
mod network;
mod system;
mod work;

use crate::check::Check;
use crate::kind::FindingKind;

/// Checks and findings that belong together.
pub(crate) struct Group {
    /// A heading.
    pub title: &'static str,
    pub checks: &'static [&'static Check],
    pub kinds: &'static [&'static FindingKind],
}

/// In the order of the page.
pub(crate) static GROUPS: [Group; 10] = [
    Group { title: "The server and its machine", checks: system::CHECKS, kinds: system::KINDS },
    Group { title: "Network", checks: network::CHECKS, kinds: network::KINDS },
    Group { title: "Certificate", checks: certificate::CHECKS, kinds: certificate::KINDS },
    Group { title: "Disks", checks: disks::CHECKS, kinds: disks::KINDS },
    Group { title: "Files", checks: files::CHECKS, kinds: files::KINDS },
    Group { title: "Database", checks: database::CHECKS, kinds: database::KINDS },
    Group { title: "Background work", checks: work::CHECKS, kinds: work::KINDS },
    Group { title: "Mail", checks: mail::CHECKS, kinds: mail::KINDS },
    Group { title: "Backup", checks: backup::CHECKS, kinds: backup::KINDS },
    Group { title: "The checks themselves", checks: &[], kinds: itself::KINDS },
];

pub(crate) fn all() -> impl Iterator<Item = &'static Check> {
    GROUPS.iter().flat_map(|group| group.checks.iter().copied())
}
