//! The folder's layout, and the two moments that change which blobs exist: placing and removing.

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
    /// Held while a blob is placed, and from the look at a blob's age to its removal.
    changing: Mutex<()>,
}

impl Folder {
    pub fn open(root: &Path, clock: Arc<dyn Clock>) -> io::Result<Self> {
        let folder = Self { root: root.to_owned(), clock, changing: Mutex::new(()) };
        for path in [folder.blobs(), folder.uploads(), folder.temporary()] {
            private_folders(&path)?;
        }
        sync_folder(&folder.root)?;
        Ok(folder)
    }

    /// Removes what an interrupted process left half written.
    pub fn purge_temporary(&self) -> io::Result<()> {
        for left_over in fs::read_dir(self.temporary())? {
            fs::remove_file(left_over?.path())?;
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
        let name = key.to_string();
        self.blobs().join(&name[..2]).join(&name[2..4]).join(&name)
    }

    /// Makes a finished file a blob. A blob of the same content is replaced by its equal,
    /// which also renews its age.
    pub fn place(&self, key: &BlobKey, file: &File, rename_to: impl FnOnce(&Path) -> io::Result<()>) -> io::Result<()> {
        let target = self.blob(key);
        let parent = target.parent().unwrap_or(&self.root);
        private_folders(parent)?;
        file.set_modified(system_time(self.clock.now()))?;
        file.sync_all()?;
        {
            let _changing = self.changing.lock();
            rename_to(&target)?;
        }
        // The file's own folder, and those above, which may be new.
        parent.ancestors().take(3).try_for_each(sync_folder)
    }

    /// Answers whether the blob is gone.
    pub fn remove(&self, key: &BlobKey, unless_put_since: Millis) -> io::Result<bool> {
        let path = self.blob(key);
        let _changing = self.changing.lock();
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

fn private_folders(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Makes the names in a folder durable.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}
