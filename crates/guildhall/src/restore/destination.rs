//! Where a backup is restored to: empty, or left by a restore of the same backup that was interrupted.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use guildhall_adapters::private_files;
use guildhall_model::backup::BackupPause;
use guildhall_model::time::SystemClock;
use guildhall_model::{Clock as _, Millis};
use guildhall_storage::dump::Loader;
use guildhall_storage::{Database, DatabaseUrl, OpenOptions, Server, backup_pause, backup_targets};
use sha2::{Digest, Sha256};

use crate::data_folder;
use crate::wiring::error_message;

/// Names the backup while it is being restored. A server does not start beside it.
const RESTORE_MARKER: &str = "restore-in-progress";
/// Begins the name of the file that stands for a database which another one is being copied into. The server may go on with the
/// old one, and there may be several from moves that were given up.
const MOVE_MARKER: &str = "database-move-";
/// Where the copy of the database is put before it is loaded.
const WORK: &str = "restore";
/// Deleting and loading take longer than what people wait for.
const STATEMENT_TIMEOUT_MS: u64 = 10 * 60 * 1000;

/// A data folder that this process has locked, and the database that is filled.
pub struct Destination {
    /// The name of the file.
    marker: String,
    is_move: bool,
    data: PathBuf,
    database: DatabaseUrl,
    /// What the marker says of a restore into this database.
    digest: String,
    /// Where the backup is, if the backups of the restored server are to be paused.
    paused_from: Option<String>,
}

/// An error if a restore into this folder has not ended.
pub fn check_complete(data: &Path) -> Result<(), String> {
    match fs::read_to_string(data.join(RESTORE_MARKER)) {
        Ok(snapshot) => {
            let snapshot: String = snapshot.trim().chars().take(10).collect();
            Err(format!(
                "The restore of the backup {snapshot} was interrupted. Run guildhall backup restore again; it goes on where it stopped."
            ))
        }
        Err(_) => Ok(()),
    }
}

impl Destination {
    /// For a backup, with all its files.
    pub fn new(data: &Path, database_url: &str) -> Result<Self, String> {
        Self::with_marker(data, database_url, RESTORE_MARKER.to_owned())
    }

    /// For the database of this data folder alone.
    pub fn of_move(data: &Path, database_url: &str) -> Result<Self, String> {
        let destination = Self::with_marker(data, database_url, move_marker(database_url))?;
        Ok(Self { is_move: true, ..destination })
    }

    fn with_marker(data: &Path, database_url: &str, marker: String) -> Result<Self, String> {
        let database = DatabaseUrl::parse(database_url).map_err(|error| error_message("The database's URL is not valid", &error))?;
        Ok(Self { marker, is_move: false, data: data.to_owned(), database, digest: database_digest(database_url), paused_from: None })
    }

    /// For a server that may run beside the one of the backup: its own backups are paused. `location` is where the backup is.
    pub fn with_paused_backups(self, location: &str) -> Self {
        Self { paused_from: Some(location.to_owned()), ..self }
    }

    /// Pauses the backups of a restored database, if this destination wants it and there are targets; whether they are paused.
    pub(super) async fn pause_backups(&self, db: &Database, state_at: Millis) -> Result<bool, String> {
        let Some(location) = &self.paused_from else { return Ok(false) };
        let failed = |error: guildhall_model::Error| error_message("The backups of the restored server could not be paused", &error);
        if !backup_targets::exist(db, db.grant(Server)).await.map_err(failed)? {
            return Ok(false);
        }
        let pause = BackupPause { at: SystemClock.now(), restored_from: location.clone(), state_at };
        let batch = backup_pause::begin(db.grant(Server), &pause).map_err(failed)?;
        db.commit(batch).await.map(|()| true).map_err(failed)
    }

    /// An error if a move into this database has not ended.
    pub fn check_not_moving(data: &Path, database_url: &str) -> Result<(), String> {
        if !data.join(move_marker(database_url)).exists() {
            return Ok(());
        }
        Err("The database was not moved completely to this address. Run guildhall database move again, with the old address as --database-url, \
             or set [database] url to the old one."
            .to_owned())
    }

    pub(super) fn data(&self) -> &Path {
        &self.data
    }

    pub(super) fn work(&self) -> PathBuf {
        self.data.join(WORK)
    }

    /// Refuses what has data already. After it, only a restore of this backup into this database can use the folder.
    pub async fn begin(&self, snapshot: &str) -> Result<(), String> {
        if self.check(snapshot).await? {
            let marker = self.marker_text(snapshot);
            private_files::write(&self.data.join(&self.marker), marker.as_bytes()).map_err(|error| self.unwritable(&error))?;
        }
        match fs::remove_dir_all(self.work()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(self.unwritable(&error)),
            _ => Ok(()),
        }
    }

    /// Refuses what has data already, and changes nothing. Whether no restore of this backup was begun.
    pub async fn check(&self, snapshot: &str) -> Result<bool, String> {
        data_folder::create_private(&self.data).map_err(|error| self.unwritable(&error))?;
        match fs::read_to_string(self.data.join(&self.marker)) {
            Ok(text) if text == self.marker_text(snapshot) => Ok(false),
            Ok(_) => {
                let folder = self.data.display();
                Err(format!("Another restore into {folder} was interrupted. Finish that one, or empty the folder."))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => self.check_empty().await.map(|()| true),
            Err(error) => Err(self.unwritable(&error)),
        }
    }

    fn marker_text(&self, snapshot: &str) -> String {
        format!("{snapshot}\n{}\n", self.digest)
    }

    async fn check_empty(&self) -> Result<(), String> {
        let holds = |what: &Path| match self.is_move {
            false => Err(format!("{} exists: a backup is only restored into an empty data folder.", what.display())),
            true => Err(format!("{} exists: name a file that does not.", what.display())),
        };
        let blobs = self.data.join("files/blobs");
        if !self.is_move && fs::read_dir(&blobs).is_ok_and(|mut entries| entries.next().is_some()) {
            return holds(&blobs);
        }
        match &self.database {
            DatabaseUrl::SqliteFile(file) if file.exists() => holds(file),
            DatabaseUrl::SqliteFile(_) | DatabaseUrl::SqliteMemory => Ok(()),
            url => {
                let db = open(url).await?;
                let is_empty = db.is_empty().await;
                db.close().await;
                match is_empty {
                    Ok(true) => Ok(()),
                    Ok(false) => Err("The database has data already: name an empty one.".to_owned()),
                    Err(error) => Err(error_message("The database could not be read", &error)),
                }
            }
        }
    }

    /// The database that is filled: a file beside the place of an embedded one, else the database itself. It was empty when
    /// [`Self::begin`] wrote its marker, so what is in it now is from a restore that was interrupted.
    pub async fn open_database(&self) -> Result<Database, String> {
        let url = match &self.database {
            DatabaseUrl::SqliteFile(file) => {
                let file = unfinished(file);
                remove_database(&file).map_err(|error| self.unwritable(&error))?;
                DatabaseUrl::SqliteFile(file)
            }
            url => url.clone(),
        };
        let db = open(&url).await?;
        Loader::discard(&db).await.map_err(|error| error_message("The database could not be written", &error))?;
        Ok(db)
    }

    /// Takes the file of an embedded database as that which is placed; `false` where the database is of another kind.
    pub fn take_file(&self, built: &Path) -> Result<bool, String> {
        let DatabaseUrl::SqliteFile(file) = &self.database else { return Ok(false) };
        let file = unfinished(file);
        let take = || {
            remove_database(&file)?;
            match fs::rename(built, &file) {
                Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
                    fs::copy(built, &file)?;
                    fs::File::open(&file)?.sync_all()
                }
                outcome => outcome,
            }
        };
        take().map(|()| true).map_err(|error| self.unwritable(&error))
    }

    /// Puts an embedded database in its place.
    pub fn place_database(&self) -> Result<(), String> {
        let DatabaseUrl::SqliteFile(file) = &self.database else { return Ok(()) };
        let place = || {
            fs::rename(unfinished(file), file)?;
            fs::File::open(file.parent().unwrap_or(&self.data))?.sync_all()
        };
        place().map_err(|error| self.unwritable(&error))
    }

    /// From here on a server may start.
    pub fn finish(&self) -> Result<(), String> {
        let finish = || {
            match fs::remove_dir_all(self.work()) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            fs::remove_file(self.data.join(&self.marker))?;
            fs::File::open(&self.data)?.sync_all()
        };
        finish().map_err(|error| self.unwritable(&error))
    }

    fn unwritable(&self, error: &io::Error) -> String {
        format!("{} could not be written: {error}.", self.data.display())
    }
}

async fn open(url: &DatabaseUrl) -> Result<Database, String> {
    let failed = |error: guildhall_model::Error| error_message("The database could not be opened", &error);
    let options = OpenOptions { statement_timeout_ms: STATEMENT_TIMEOUT_MS, ..OpenOptions::default() };
    let db = Database::open(url, options).await.map_err(failed)?;
    db.ping().await.map_err(failed)?;
    Ok(db)
}

/// Of the database, however its URL is written: a password that was changed is no other database.
pub fn database_digest(database_url: &str) -> String {
    let name = match DatabaseUrl::parse(database_url) {
        Ok(DatabaseUrl::SqliteFile(path)) => std::path::absolute(&path).unwrap_or(path).display().to_string(),
        Ok(DatabaseUrl::Postgres(mut url) | DatabaseUrl::Mysql(mut url)) => {
            let _ = url.set_password(None);
            url.set_query(None);
            url.to_string()
        }
        _ => database_url.to_owned(),
    };
    Sha256::digest(name).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn move_marker(database_url: &str) -> String {
    format!("{MOVE_MARKER}{}", database_digest(database_url))
}

fn unfinished(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".restoring");
    name.into()
}

fn remove_database(file: &Path) -> io::Result<()> {
    for suffix in ["", "-wal", "-shm"] {
        let mut name = file.as_os_str().to_owned();
        name.push(suffix);
        match fs::remove_file(&name) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn destination(data: &Path) -> Destination {
        Destination::new(data, &format!("sqlite:{}", data.join("guildhall.db").display())).unwrap()
    }

    #[tokio::test]
    async fn only_an_empty_folder_or_the_rest_of_the_same_restore_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let destination = destination(folder.path());
        destination.begin("one").await.unwrap();
        fs::write(folder.path().join("guildhall.db"), "half").unwrap();
        assert!(check_complete(folder.path()).unwrap_err().contains("was interrupted"));
        destination.begin("one").await.unwrap();
        assert!(destination.begin("two").await.unwrap_err().contains("Another restore"));
        let other = Destination::new(folder.path(), "sqlite:/other").unwrap();
        assert!(other.begin("one").await.unwrap_err().contains("Another restore"));
        fs::create_dir(destination.work()).unwrap();
        destination.finish().unwrap();
        check_complete(folder.path()).unwrap();
        assert!(destination.begin("one").await.unwrap_err().contains("empty data folder"));
    }

    #[tokio::test]
    async fn a_folder_with_files_is_not_empty() {
        let folder = tempfile::tempdir().unwrap();
        let destination = destination(folder.path());
        fs::create_dir_all(folder.path().join("files/blobs")).unwrap();
        destination.check_empty().await.unwrap();
        fs::create_dir(folder.path().join("files/blobs/ab")).unwrap();
        assert!(destination.begin("one").await.unwrap_err().contains("empty data folder"));
    }
}
