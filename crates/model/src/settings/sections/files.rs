//! The settings of the section `files`.

use serde::{Deserialize, Serialize};

use crate::settings::Audience;
use crate::settings::declare::section;
use crate::settings::key;
use crate::settings::rule::at_least;

section! {
    /// Attachments.
    files: Files {
        /// Whether files may be attached to posts.
        enabled: bool = true => {
            config: &[
                key("FileSettings", "EnableFileAttachments"),
                key("FileSettings", "EnableMobileUpload").read_only(),
                key("FileSettings", "EnableMobileDownload").read_only(),
            ],
            client: &["EnableFileAttachments", "EnableMobileFileUpload", "EnableMobileFileDownload"],
        }
        /// The largest single file, in bytes; large by default, since people send video.
        max_size_bytes: i64 = 100 * 1024 * 1024 * 1024 => {
            rule: at_least(1),
            config: &[key("FileSettings", "MaxFileSize")], client: &["MaxFileSize"],
        }
        /// The largest single file of a guest, in bytes; 0 for the same as of others.
        guest_max_size_bytes: i64 = 0 => {
            rule: at_least(0), config: &[key("FileSettings", "GuestMaxFileSize")],
        }
        /// Free space on the disk of the files, in bytes, that uploads do not use: with less, they are rejected, while
        /// messages and log-ins go on.
        free_space_reserve_bytes: u64 = 1024 * 1024 * 1024 => {
            config: &[key("FileSettings", "FreeSpaceReserve")],
        }
        /// Whether pictures of other servers are loaded through this one, so that those servers do not learn who reads a
        /// message; without it such pictures are not shown.
        image_proxy: bool = true => {
            config: &[key("ImageProxySettings", "Enable")],
            client: &["HasImageProxy"], audience: Audience::Public,
        }
        /// Whether people may make links under which anybody can read a file.
        public_links: bool = false => {
            config: &[key("FileSettings", "EnablePublicLink")], client: &["EnablePublicLink"],
        }
    }
}
