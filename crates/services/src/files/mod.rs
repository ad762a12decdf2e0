//! Files: uploads (whole or resumable), reading, searching, public links, and the sweep of unused files.

mod link;
mod pictures;
mod read;
mod receive;
mod room;
mod search;
mod sweep;
mod uploads;
mod usage;

use std::collections::HashSet;

use guildhall_model::id::UploadId;
use parking_lot::Mutex;

pub use read::{FileContent, Rendition};
pub use receive::ReceivedFile;
pub(crate) use room::give_back;
pub use search::FileQuery;
pub use sweep::{SweepCounts, SweepLimits};
pub use uploads::{NewUpload, Upload};
pub use usage::UserLimits;

noun! {
    /// Files and uploads.
    files::Files, state: State, uses: [backups::Backups, limits::Limits, security_alerts::SecurityAlerts, system::System, users::Users]
}

#[derive(Default)]
pub(crate) struct State {
    /// Uploads for which a request is currently sending data.
    active_uploads: Mutex<HashSet<UploadId>>,
}
