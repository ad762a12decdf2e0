//! A small disk, which only root may mount.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use guildhall_storage::Dialect;
use tempfile::TempDir;

use super::{ServerProcess, TestStore};

/// A file system in memory, unmounted at the end.
pub struct SmallDisk(TempDir);

impl SmallDisk {
    /// `None` where nothing can be mounted.
    pub fn mount(mib: usize) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &format!("size={mib}m"), "tmpfs"]).arg(folder.path()).output();
        let is_mounted = mounted.is_ok_and(|output| output.status.success());
        if !is_mounted {
            eprintln!("skipped: this test mounts a file system, as root");
        }
        is_mounted.then(|| Self(folder))
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    fn other_file(&self) -> PathBuf {
        self.0.path().join("other")
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

    pub fn clear(&self) {
        std::fs::remove_file(self.other_file()).unwrap();
    }

    pub async fn server(&self, settings: &'static [(&'static str, &'static str)]) -> ServerProcess {
        let store = TestStore::fresh(Dialect::Sqlite).await.expect("tests on SQLite");
        ServerProcess::start_in(tempfile::tempdir_in(self.0.path()).unwrap(), &store, settings).await
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        Command::new("umount").arg("-l").arg(self.0.path()).status().unwrap();
    }
}
