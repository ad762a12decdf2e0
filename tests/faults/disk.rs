//! Disks that a test may break: file systems in memory and on loop devices. Only root can mount them; where that or a program
//! is missing, there is none, and the reason is printed.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::{NamedTempFile, TempDir};

use crate::skipped;

/// The smallest file system that XFS makes.
const LOOP_MIB: u64 = 320;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileSystem {
    Ext4,
    Xfs,
}

impl FileSystem {
    pub fn name(self) -> &'static str {
        match self {
            Self::Ext4 => "ext4",
            Self::Xfs => "xfs",
        }
    }
}

/// A mounted file system, unmounted when dropped.
pub struct Disk {
    folder: TempDir,
    /// What it is on, unless it is in memory.
    image: Option<NamedTempFile>,
}

impl Disk {
    /// In memory, of this size.
    pub fn in_memory(mib: usize) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={mib}m");
        let mounted = run(Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()));
        available("a disk in memory", mounted).then_some(Self { folder, image: None })
    }

    /// On a loop device: what was written and not synced is lost by [`Disk::cut_power`].
    pub fn on_loop_device(kind: FileSystem) -> Option<Self> {
        let image = NamedTempFile::new().unwrap();
        image.as_file().set_len(LOOP_MIB * 1024 * 1024).unwrap();
        let mut make = Command::new(format!("mkfs.{}", kind.name()));
        match kind {
            // An error makes it read-only, as distributions mount it.
            FileSystem::Ext4 => make.args(["-q", "-F", "-e", "remount-ro"]),
            FileSystem::Xfs => make.args(["-q", "-f"]),
        };
        let disk = Self { folder: tempfile::tempdir().unwrap(), image: Some(image) };
        let what = format!("{} on a loop device", kind.name());
        let made = run(make.arg(disk.image())).and_then(|()| run(Command::new("xfs_io").arg("-V"))).and_then(|()| disk.mount());
        available(&what, made).then_some(disk)
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A folder on it, for a server's data.
    pub fn data_folder(&self) -> TempDir {
        tempfile::tempdir_in(self.path()).unwrap()
    }

    /// Nothing is written from this moment on, not even the file system's own log: as if the power had gone.
    pub fn cut_power(&self) {
        run(Command::new("xfs_io").args(["-x", "-c", "shutdown"]).arg(self.path())).expect("the file system's shutdown");
    }

    /// Mounts it again, whereby the file system replays its log. Nobody may use it meanwhile.
    pub fn mount_again(&self) {
        run(Command::new("umount").arg(self.path())).expect("the server is gone");
        self.mount().expect("a file system that was not synced is consistent");
    }

    /// The kernel finds an error on it, and makes it read-only (ext4). False where the kernel cannot be asked for that.
    pub fn fail(&self) -> bool {
        let Some(device) = self.device() else { return false };
        fs::write(Path::new("/sys/fs/ext4").join(device).join("trigger_fs_error"), "the fault suite").is_ok()
    }

    /// Another program writes a file of up to so much; less where the disk is full before.
    pub fn fill(&self, mib: usize) {
        let mut file = File::create(self.other_file()).unwrap();
        for _ in 0..mib * 256 {
            if file.write_all(&[7; 4096]).is_err() {
                break;
            }
        }
    }

    /// Removes what [`Disk::fill`] wrote.
    pub fn clear(&self) {
        fs::remove_file(self.other_file()).unwrap();
    }

    fn other_file(&self) -> PathBuf {
        self.path().join("other")
    }

    fn image(&self) -> &Path {
        self.image.as_ref().expect("a loop device").path()
    }

    fn mount(&self) -> Result<(), String> {
        run(Command::new("mount").args(["-o", "loop"]).arg(self.image()).arg(self.path()))
    }

    /// The name of the loop device.
    fn device(&self) -> Option<String> {
        let mounts = fs::read_to_string("/proc/self/mounts").ok()?;
        let line = mounts.lines().find(|line| line.split(' ').nth(1).is_some_and(|point| Path::new(point) == self.path()))?;
        Some(line.split(' ').next()?.trim_start_matches("/dev/").to_owned())
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = run(Command::new("umount").arg("-l").arg(self.path()));
    }
}

fn available(what: &str, made: Result<(), String>) -> bool {
    if let Err(reason) = &made {
        skipped(what, reason);
    }
    made.is_ok()
}

fn run(command: &mut Command) -> Result<(), String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{name}: {error}"))?;
    if output.status.success() { Ok(()) } else { Err(format!("{name}: {}", String::from_utf8_lossy(&output.stderr).trim())) }
}
