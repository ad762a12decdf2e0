//! Files: received in one piece or many, shown to who may read their post, found, linked to, and swept away.

mod link;
mod pictures;
mod read;
mod receive;
mod search;
mod sweep;
mod uploads;

use std::collections::HashSet;

use guildhall_model::id::UploadId;
use parking_lot::Mutex;

pub use read::{FileContent, Rendition};
pub use receive::ReceivedFile;
pub use search::FileQuery;
pub use sweep::{SweepLimits, Swept};
pub use uploads::{NewUpload, Upload};

noun! {
    /// Files and uploads.
    files::Files, state: State, uses: [system::System]
}

#[derive(Default)]
pub(crate) struct State {
    /// Uploads that a request is sending data for right now.
    sending: Mutex<HashSet<UploadId>>,
}
