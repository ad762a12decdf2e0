//! Backups. The server makes none so far, and says so: as information, since nothing in the product could mend a warning.

mod configured;

use crate::check::Check;
use crate::kind::kinds;

pub(crate) static CHECKS: &[&Check] = &[&configured::CHECK];

kinds! {
    NONE = "backup.none", Info, "No backup is configured",
        "The server does not make backups itself so far, and does not know whether another program makes them. An array (RAID) is no backup: what is deleted or damaged is so on all its disks.",
        "Copy the data folder every night while the server is stopped (or the database with its own tool), try a restore, and then mute this finding.";
}
