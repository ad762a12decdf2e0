//! Remembers the database that was moved: a server that used it again, because its configuration was not changed, would write
//! what nobody finds later.

use std::fs;
use std::io;
use std::path::Path;

use guildhall_adapters::private_files;

use crate::restore::database_digest;

/// Contains the digest of the URL.
const FILE: &str = "database-moved";

pub fn leave(data: &Path, url: &str) -> Result<(), String> {
    let file = data.join(FILE);
    private_files::write(&file, format!("{}\n", database_digest(url)).as_bytes())
        .map_err(|error| format!("{} could not be written: {error}.", file.display()))
}

/// An error if this database was moved to another one.
pub fn check_not_left(data: &Path, url: &str) -> Result<(), String> {
    if !is_left(data, url) {
        return Ok(());
    }
    Err("This database was moved to another one, and what was written since is only there. Set [database] url in the configuration to the new \
         address, or go back to this one for good with: guildhall database stay"
        .to_owned())
}

/// Lets servers use the database again that was moved.
pub fn stay(data: &Path, url: &str) -> Result<(), String> {
    if !is_left(data, url) {
        return Err("The database that the configuration names was not moved, so it is used anyway.".to_owned());
    }
    fs::remove_file(data.join(FILE)).map_err(|error| format!("{} could not be removed: {error}.", data.join(FILE).display()))
}

fn is_left(data: &Path, url: &str) -> bool {
    match fs::read_to_string(data.join(FILE)) {
        Ok(text) => text.trim() == database_digest(url),
        Err(error) => {
            if error.kind() != io::ErrorKind::NotFound {
                tracing::warn!(%error, "whether the database was moved could not be read");
            }
            false
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_database_that_was_moved_is_left_until_somebody_stays() {
        let data = tempfile::tempdir().unwrap();
        let old = format!("sqlite:{}", data.path().join("a.db").display());
        check_not_left(data.path(), &old).unwrap();
        assert!(stay(data.path(), &old).unwrap_err().contains("was not moved"));
        leave(data.path(), &old).unwrap();
        let written_otherwise = format!("sqlite://{}", data.path().join(".").join("a.db").display());
        for url in [&old, &written_otherwise] {
            assert!(check_not_left(data.path(), url).unwrap_err().contains("was moved to another one"), "{url}");
        }
        check_not_left(data.path(), "postgres://a@b/c").unwrap();
        stay(data.path(), &written_otherwise).unwrap();
        check_not_left(data.path(), &old).unwrap();
        leave(data.path(), "postgres://a:one@b/c?sslmode=require").unwrap();
        assert!(check_not_left(data.path(), "postgres://a:two@b/c").is_err());
        check_not_left(data.path(), "postgres://a:one@b/d").unwrap();
    }
}
