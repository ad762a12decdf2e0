//! What `--fix` mends: only what is safe, and it says what it did.

use std::collections::VecDeque;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use guildhall_model::finding::{CheckResult, Facts};
use guildhall_storage::Database;

use crate::file_modes::make_private;

/// Sentences on what was done, and what could not be.
pub async fn fix(results: &[CheckResult], facts: &Facts, database: Option<&Database>) -> Vec<String> {
    let has = |id: &str| results.iter().flat_map(|result| &result.findings).any(|finding| finding.id.name() == id);
    let folder = &facts.data_folder;
    let mut done = Vec::new();
    if has("files.wrong_owner") {
        done.push(give_to_owner(folder, facts));
    }
    if has("files.wrong_mode") {
        let mended = make_private(folder);
        if mended.count > 0 {
            done.push(format!("The permissions of others were taken from {} in {}.", entries(mended.count), folder.display()));
        }
        if let Some((path, error)) = mended.errors.first() {
            done.push(format!("The permissions of {} could not be changed: {error}.", path.display()));
        }
    }
    if has("database.log_large")
        && let Some(database) = database
    {
        done.push(match database.empty_log().await {
            Ok(true) => "The write-ahead log was moved into the database's file.".to_owned(),
            Ok(false) => "The write-ahead log is in use and could not be emptied; try again later.".to_owned(),
            Err(error) => format!("The write-ahead log could not be emptied: {}", error.message()),
        });
    }
    done
}

/// The server's user: who runs it, or the owner of the data folder.
fn server_user(folder: &Path, facts: &Facts) -> io::Result<(u32, u32)> {
    let process = facts.process.process().map(|process| format!("/proc/{process}"));
    let metadata = process.and_then(|path| fs::metadata(path).ok()).map_or_else(|| fs::metadata(folder), Ok)?;
    Ok((metadata.uid(), metadata.gid()))
}

fn give_to_owner(folder: &Path, facts: &Facts) -> String {
    let outcome = server_user(folder, facts).and_then(|(user, group)| {
        let mut count = 0;
        let mut paths = VecDeque::from([folder.to_owned()]);
        while let Some(path) = paths.pop_front() {
            let metadata = fs::symlink_metadata(&path)?;
            if metadata.uid() != user {
                // Of a link itself, not of what it points to.
                std::os::unix::fs::lchown(&path, Some(user), Some(group))?;
                count += 1;
            }
            if metadata.is_dir() {
                paths.extend(fs::read_dir(&path)?.flatten().map(|entry| entry.path()));
            }
        }
        Ok((count, user))
    });
    match outcome {
        Ok((count, user)) => format!("The server's user ({user}) was given {} in {}.", entries(count), folder.display()),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            "The owner of files can be changed by root only: run it with sudo.".to_owned()
        }
        Err(error) => format!("The owner of the files in {} could not be changed: {error}.", folder.display()),
    }
}

fn entries(count: usize) -> String {
    if count == 1 { "1 file or folder".to_owned() } else { format!("{count} files and folders") }
}

/// Opening an embedded database as root may leave files of root beside it, which the server could not write.
pub fn give_database_back(facts: &Facts) {
    let Some(file) = &facts.database_file else { return };
    let Ok(owner) = fs::metadata(file).map(|metadata| (metadata.uid(), metadata.gid())) else { return };
    for suffix in ["-wal", "-shm"] {
        let path = format!("{}{suffix}", file.display());
        if fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file() && metadata.uid() != owner.0) {
            // Tried as root; anybody else has made no file of another owner.
            let _ = std::os::unix::fs::lchown(&path, Some(owner.0), Some(owner.1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_root_changes_owners() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a"), "x").unwrap();
        let config = crate::config::Config {
            startup: guildhall_model::settings::Startup::default(),
            settings: guildhall_model::settings::Settings::default(),
            fixed: Vec::new(),
            file: None,
        };
        let mut facts = super::super::examiner::base_facts(&config, guildhall_model::finding::ProcessState::Stopped);
        facts.data_folder = folder.path().to_owned();
        let (user, _) = server_user(folder.path(), &facts).unwrap();
        let text = give_to_owner(folder.path(), &facts);
        assert!(text.starts_with(&format!("The server's user ({user}) was given 0 files and folders in ")), "{text}");
        if !rustix::process::geteuid().is_root() {
            return;
        }
        std::os::unix::fs::lchown(folder.path().join("a"), Some(user + 1), None).unwrap();
        assert!(give_to_owner(folder.path(), &facts).contains("1 file or folder in"));
        assert_eq!(fs::metadata(folder.path().join("a")).unwrap().uid(), user);
    }
}
