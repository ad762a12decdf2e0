//! Which repository a verb means, and its password.

use std::fs;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use guildhall_backup::{Location, Repository, store};
use guildhall_model::Millis;
use guildhall_model::backup::{BackupControl, StoredBackup, TargetKeys};
use guildhall_model::ports::Secret;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::backup_parts;
use crate::config::Config;
use crate::restore::{blocking, choose};

/// The keys of a bucket, as options of the command line. A secret one would be seen by others in the list of processes.
#[derive(Debug, Args)]
pub struct BucketKeys {
    /// The access key, for a target with S3; without it, GUILDHALL_BACKUP_ACCESS_KEY, or a question
    #[arg(long, value_name = "KEY")]
    access_key: Option<String>,
    /// A file with the secret key, for a target with S3; without it, GUILDHALL_BACKUP_SECRET_KEY, or a question
    #[arg(long, value_name = "FILE")]
    secret_key_file: Option<PathBuf>,
}

impl BucketKeys {
    /// The access key and the secret key; empty where the location needs none.
    pub fn read(&self, location: &str) -> Result<(String, Secret), String> {
        // What is wrong with the address is said by whoever uses it.
        if !location.parse::<Location>().is_ok_and(|location| location.needs_keys()) {
            return Ok((String::new(), Secret::new("")));
        }
        let given = self.access_key.clone().or_else(|| std::env::var("GUILDHALL_BACKUP_ACCESS_KEY").ok());
        let access_key = match given {
            Some(key) => key,
            None => typed("access key of the bucket", "--access-key or GUILDHALL_BACKUP_ACCESS_KEY")?.expose().to_owned(),
        };
        let secret_key = SecretSource {
            name: "secret key of the bucket",
            file: self.secret_key_file.as_deref(),
            variable: "GUILDHALL_BACKUP_SECRET_KEY",
            option: "--secret-key-file",
        };
        Ok((access_key, secret_key.read()?))
    }
}

/// A repository and a backup in it, as options of the command line: where it is used there may be no server that knows them.
#[derive(Debug, Args)]
pub struct Choice {
    /// The address of the repository: /mnt/backup, sftp:user@host:/folder or s3:https://host/bucket/folder
    #[arg(long, value_name = "LOCATION")]
    from: String,
    /// A file with the password of the repository; without it, GUILDHALL_BACKUP_PASSWORD, or a question
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    #[command(flatten)]
    bucket_keys: BucketKeys,
    /// The backup, or the beginning of its id [default: the newest]
    #[arg(long, value_name = "ID")]
    snapshot: Option<String>,
    /// The newest state that is not younger than this moment, such as 2026-11-28T10:00:00Z
    #[arg(long, value_name = "TIME", conflicts_with = "snapshot")]
    at: Option<String>,
}

/// An open repository.
pub struct Opened {
    pub repository: Arc<Repository>,
    /// The chosen backup, or why there is none.
    pub backup: Result<StoredBackup, String>,
    pub at: Option<Millis>,
    pub is_snapshot_named: bool,
}

impl Choice {
    pub fn location(&self) -> &str {
        &self.from
    }

    /// Opens the repository, and looks for the backup.
    pub async fn open_repository(self, config: &Config, control: &Arc<BackupControl>) -> Result<Opened, String> {
        let at_ms = self.at.as_deref().map(parse_time).transpose()?;
        let (access_key, secret_key) = self.bucket_keys.read(&self.from)?;
        let keys = TargetKeys { password: password(self.password_file.as_deref())?, access_key, secret_key };
        let (from, control, connector) = (self.from, Arc::clone(control), backup_parts::connector(config));
        let open = move || {
            let repository: Repository = store::open_at(&from, &keys, &connector, &control, false)?;
            let backups = repository.backups()?;
            Ok((repository, backups))
        };
        let (repository, backups) = blocking(open).await?;
        let backup = choose(backups, self.snapshot.as_deref(), at_ms);
        Ok(Opened { repository: Arc::new(repository), backup, at: at_ms.map(Millis), is_snapshot_named: self.snapshot.is_some() })
    }
}

fn parse_time(text: &str) -> Result<i64, String> {
    match OffsetDateTime::parse(text, &Rfc3339) {
        Ok(time) => Ok(i64::try_from(time.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)),
        Err(_) => Err(format!("\"{text}\" is no time: write it like 2026-11-28T10:00:00Z or 2026-11-28T11:00:00+01:00.")),
    }
}

/// The password of the repository: from the file, else the environment, else typed.
pub fn password(file: Option<&Path>) -> Result<Secret, String> {
    let source =
        SecretSource { name: "password of the repository", file, variable: "GUILDHALL_BACKUP_PASSWORD", option: "--password-file" };
    source.read()
}

/// Where a secret is looked for.
struct SecretSource<'a> {
    name: &'static str,
    file: Option<&'a Path>,
    variable: &'static str,
    /// The option that names the file.
    option: &'static str,
}

impl SecretSource<'_> {
    fn read(self) -> Result<Secret, String> {
        let Self { name, file, variable, option } = self;
        if let Some(file) = file {
            let text = fs::read_to_string(file)
                .map_err(|error| format!("The file {} with the {name} cannot be read: {error}.", file.display()))?;
            return Ok(Secret::new(text.trim_end_matches(['\r', '\n'])));
        }
        match std::env::var(variable) {
            Ok(secret) => Ok(Secret::new(secret)),
            Err(_) => typed(name, &format!("{option} or {variable}")),
        }
    }
}

/// Asks on a terminal, without showing what is typed.
fn typed(name: &str, ways: &str) -> Result<Secret, String> {
    if !std::io::stdin().is_terminal() {
        return Err(format!("The {name} is missing: give it by {ways}."));
    }
    let typed = rpassword::prompt_password(format!("The {name}: "));
    typed.map(Secret::new).map_err(|error| format!("The {name} cannot be read: {error}."))
}

/// A time for people, in UTC.
pub fn format_time(at_ms: i64) -> String {
    let time = OffsetDateTime::from_unix_timestamp(at_ms.div_euclid(1000)).ok();
    time.and_then(|time| time.format(&Rfc3339).ok()).unwrap_or_default()
}

/// Bytes in decimal units.
pub fn format_bytes(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{bytes} bytes"),
        10_000..10_000_000 => format!("{} kB", bytes / 1_000),
        10_000_000..10_000_000_000 => format!("{} MB", bytes / 1_000_000),
        _ => format!("{} GB", bytes / 1_000_000_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::restore::continuous::format_moment;

    #[test]
    fn times_are_read_and_written() {
        assert_eq!(parse_time("2026-01-01T00:00:00Z"), Ok(1_767_225_600_000));
        assert_eq!(parse_time("2026-01-01T01:00:00+01:00"), Ok(1_767_225_600_000));
        assert_eq!(parse_time(&format_moment(Millis(1_767_225_600_042))), Ok(1_767_225_600_042));
        assert!(parse_time("yesterday").unwrap_err().contains("no time"));
        assert_eq!(format_time(1_767_225_600_999), "2026-01-01T00:00:00Z");
    }

    #[test]
    fn a_password_is_the_first_line_of_its_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), " with spaces \n").unwrap();
        assert_eq!(password(Some(file.path())).unwrap().expose(), " with spaces ");
        assert!(password(Some(Path::new("/nonexistent"))).unwrap_err().contains("cannot be read"));
    }

    #[test]
    fn bytes_have_units() {
        let texts = [9_999, 10_000, 12_345_678, 10_000_000_000].map(format_bytes);
        assert_eq!(texts, ["9999 bytes", "10 kB", "12 MB", "10 GB"]);
    }
}
