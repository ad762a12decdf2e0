//! Looks at the owner and mode of everything in a folder.

use std::collections::VecDeque;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::time::{Duration, Instant};

use guildhall_model::ports::{ExpectedFiles, FolderInspection};

/// After it, what was looked at so far is the result.
pub(super) const TIME_LIMIT: Duration = Duration::from_secs(90);
const EXAMPLES_MAX: usize = 10;

/// Links are looked at, and not followed. The error is that of the folder itself.
pub(super) fn inspect(folder: &Path, expected: ExpectedFiles) -> io::Result<FolderInspection> {
    let start = Instant::now();
    let mut found = FolderInspection::default();
    judge(&mut found, Path::new("."), &fs::symlink_metadata(folder)?, expected);
    fs::read_dir(folder)?;
    let mut folders = VecDeque::from([folder.to_owned()]);
    while let Some(current) = folders.pop_front() {
        let Ok(entries) = fs::read_dir(&current) else {
            found.unreadable += 1;
            continue;
        };
        for entry in entries.flatten() {
            if found.entries >= expected.entries_max || start.elapsed() > TIME_LIMIT {
                return Ok(found);
            }
            // A file may vanish meanwhile.
            let Ok(metadata) = entry.metadata() else { continue };
            let path = entry.path();
            judge(&mut found, path.strip_prefix(folder).unwrap_or(&path), &metadata, expected);
            if metadata.is_dir() {
                folders.push_back(path);
            }
        }
    }
    found.is_complete = true;
    Ok(found)
}

fn judge(found: &mut FolderInspection, name: &Path, metadata: &Metadata, expected: ExpectedFiles) {
    found.entries += 1;
    let mut problems = Vec::new();
    if metadata.uid() != expected.owner {
        found.wrong_owner += 1;
        problems.push(format!("owner {}", metadata.uid()));
    }
    let mode = metadata.permissions().mode() & 0o7777;
    // The mode of a link means nothing.
    if mode & expected.forbidden_mode != 0 && !metadata.is_symlink() {
        found.wrong_mode += 1;
        problems.push(format!("mode {mode:04o}"));
    }
    if !problems.is_empty() && found.examples.len() < EXAMPLES_MAX {
        found.examples.push(format!("{}: {}", name.display(), problems.join(", ")));
    }
}
