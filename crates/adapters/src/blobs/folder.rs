//! The layout of the folder, and the two operations that change which blobs exist: commit and remove.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use guildhall_model::ports::BlobKey;
use guildhall_model::{Clock, Millis};
use parking_lot::Mutex;

pub struct Folder {
    root: PathBuf,
    clock: Arc<dyn Clock>,
    /// Held during a blob's rename, and from the check of a blob's age to its removal.
    change_lock: Mutex<()>,
}

impl Folder {
    pub fn open(root: &Path, clock: Arc<dyn Clock>) -> io::Result<Self> {
        let folder = Self { root: root.to_owned(), clock, change_lock: Mutex::new(()) };
        for path in [folder.blobs(), folder.uploads(), folder.temporary()] {
            create_private_folders(&path)?;
        }
        sync_folder(&folder.root)?;
        Ok(folder)
    }

    /// Removes the temporary files of an interrupted process.
    pub fn purge_temporary(&self) -> io::Result<()> {
        for entry in fs::read_dir(self.temporary())? {
            fs::remove_file(entry?.path())?;
        }
        sync_folder(&self.temporary())
    }

    fn blobs(&self) -> PathBuf {
        self.root.join("blobs")
    }
    pub fn uploads(&self) -> PathBuf {
        self.root.join("uploads")
    }
    pub fn temporary(&self) -> PathBuf {
        self.root.join("tmp")
    }

    pub fn blob(&self, key: &BlobKey) -> PathBuf {
        self.root.join(key.path())
    }

    /// Makes a complete file a blob. An existing blob of the same content is replaced, which renews its age.
    pub fn commit(&self, key: &BlobKey, file: &File, rename_to: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
        let target = self.blob(key);
        let parent = target.parent().unwrap_or(&self.root);
        create_private_folders(parent)?;
        file.set_modified(system_time(self.clock.now()))?;
        file.sync_all()?;
        {
            let _guard = self.change_lock.lock();
            rename_to(&target)?;
        }
        // The file's own folder, and those above, which may be new.
        parent.ancestors().take(3).try_for_each(sync_folder)
    }

    /// Returns whether the blob no longer exists.
    pub fn remove(&self, key: &BlobKey, unless_put_since: Millis) -> io::Result<bool> {
        let path = self.blob(key);
        let _guard = self.change_lock.lock();
        let put_at = match fs::metadata(&path) {
            Ok(metadata) => metadata.modified()?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(true),
            Err(error) => return Err(error),
        };
        if put_at >= system_time(unless_put_since) {
            return Ok(false);
        }
        fs::remove_file(path)?;
        Ok(true)
    }
}

fn system_time(at: Millis) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(at.0).unwrap_or(0))
}

fn create_private_folders(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Makes the directory entries of a folder durable.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}
