//! Commands of root act as the owner of the data folder: files that root created there would be closed to the server, which
//! runs as a user of its own.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Starts this command again as the folder's owner, if this process is root's and the folder is not. Returns only if the
/// command may go on as it is.
pub fn act_as_owner_of(folder: &Path) -> Result<(), String> {
    if !rustix::process::geteuid().is_root() {
        return Ok(());
    }
    // A folder that does not exist yet becomes root's.
    let Ok(metadata) = fs::metadata(folder) else { return Ok(()) };
    if metadata.uid() == 0 {
        return Ok(());
    }
    let failure = |error: std::io::Error| {
        format!("The command could not be run as the owner of {} (user id {}): {error}.", folder.display(), metadata.uid())
    };
    // Without /proc, as in some chroots, by the name that it was called by.
    let program = std::env::current_exe().or_else(|error| std::env::args_os().next().map(PathBuf::from).ok_or(error)).map_err(failure)?;
    // `uid` takes root's supplementary groups, too.
    let error = Command::new(program).args(std::env::args_os().skip(1)).uid(metadata.uid()).gid(metadata.gid()).exec();
    Err(failure(error))
}
