//! How much space the file system of a folder has.

use std::io;
use std::path::Path;

use guildhall_model::ports::DiskSpace;
use rustix::fs::{StatVfsMountFlags, statvfs};

/// Blocks; network file systems may take long.
pub(crate) fn read(path: &Path) -> io::Result<DiskSpace> {
    let status = statvfs(path)?;
    let bytes = |blocks: u64| blocks.saturating_mul(status.f_frsize);
    Ok(DiskSpace {
        total_bytes: bytes(status.f_blocks),
        available_bytes: bytes(status.f_bavail),
        total_inodes: status.f_files,
        available_inodes: status.f_favail,
        is_read_only: status.f_flag.contains(StatVfsMountFlags::RDONLY),
    })
}
