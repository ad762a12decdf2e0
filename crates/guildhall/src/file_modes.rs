//! The data folder is its owner's alone: it contains all messages, and the hashes of passwords and tokens.

use std::collections::VecDeque;
use std::fs::{self, Metadata, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use rustix::fs::Mode;

/// What the group and others may do with files.
const OTHERS: u32 = 0o077;
/// Entries that a start looks at, the upper folders first. Nobody else reaches what is below a folder that is the owner's alone.
const ENTRIES_MAX: usize = 50_000;
/// Paths that are named in the log.
const EXAMPLES_MAX: usize = 5;

/// Files and folders that this process creates from now on are its owner's alone. To be called before any is created.
pub fn set_private_umask() {
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
}

/// What was changed, and what could not be.
#[derive(Debug, Default)]
pub struct Mended {
    pub count: usize,
    pub examples: Vec<PathBuf>,
    pub errors: Vec<(PathBuf, io::Error)>,
}

impl Mended {
    /// Tells of it in the log.
    pub fn log(&self) {
        if self.count > 0 {
            let examples = self.examples.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(", ");
            tracing::warn!(count = self.count, examples, "files of the data folder were open to others; they are the owner's alone now");
        }
        if let Some((path, error)) = self.errors.first() {
            let (count, path) = (self.errors.len(), path.display());
            tracing::warn!(count, %path, %error, "files of the data folder are open to others, which could not be changed");
        }
    }
}

/// Takes the permissions of the group and of others from the folder and what is in it. Links are not followed.
pub fn make_private(folder: &Path) -> Mended {
    let mut mended = Mended::default();
    let mut folders = VecDeque::from([folder.to_owned()]);
    let mut entries_left = ENTRIES_MAX;
    if let Ok(metadata) = fs::metadata(folder) {
        mended.mend(folder, &metadata);
    }
    while let Some(folder) = folders.pop_front() {
        let Ok(entries) = fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let Some(left) = entries_left.checked_sub(1) else { return mended };
            entries_left = left;
            // Of the entry itself, not of what a link points to.
            let Ok(metadata) = entry.metadata() else { continue };
            if metadata.is_symlink() {
                continue;
            }
            mended.mend(&entry.path(), &metadata);
            if metadata.is_dir() {
                folders.push_back(entry.path());
            }
        }
    }
    mended
}

impl Mended {
    fn mend(&mut self, path: &Path, metadata: &Metadata) {
        let mode = metadata.permissions().mode();
        if mode & OTHERS == 0 {
            return;
        }
        match fs::set_permissions(path, Permissions::from_mode(mode & 0o7777 & !OTHERS)) {
            Ok(()) => {
                self.count += 1;
                if self.examples.len() < EXAMPLES_MAX {
                    self.examples.push(path.to_owned());
                }
            }
            Err(error) => self.errors.push((path.to_owned(), error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_folder_and_what_is_in_it_become_private_but_not_what_links_point_to() {
        let parent = tempfile::tempdir().unwrap();
        let (data, outside) = (parent.path().join("data"), parent.path().join("outside"));
        fs::create_dir_all(data.join("files/ab")).unwrap();
        for (path, bits) in
            [(data.join("guildhall.db"), 0o644), (data.join("files/ab/blob"), 0o666), (data.join("own"), 0o600), (outside.clone(), 0o644)]
        {
            fs::write(&path, "x").unwrap();
            fs::set_permissions(&path, Permissions::from_mode(bits)).unwrap();
        }
        for folder in [&data, &data.join("files"), &data.join("files/ab")] {
            fs::set_permissions(folder, Permissions::from_mode(0o755)).unwrap();
        }
        std::os::unix::fs::symlink(&outside, data.join("link")).unwrap();

        let mended = make_private(&data);
        assert_eq!((mended.count, mended.examples.len(), mended.errors.len()), (5, 5, 0));
        for (path, expected) in [("", 0o700), ("files/ab", 0o700), ("guildhall.db", 0o600), ("files/ab/blob", 0o600), ("own", 0o600)] {
            assert_eq!(mode(&data.join(path)), expected, "{path}");
        }
        assert_eq!(mode(&outside), 0o644);
        assert_eq!(make_private(&data).count, 0);
        assert_eq!(make_private(&parent.path().join("missing")).count, 0);
    }
}
