//! Databases as an older version has left them.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Output;

use guildhall_storage::{Database, DatabaseUrl, Dialect, OpenOptions, STEPS, Statement, Step, Value, params, testing};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::support::{command, error_output};

/// The steps of the older version: the newest two are missing.
pub fn older_steps() -> &'static [Step] {
    &STEPS[..STEPS.len() - 2]
}

pub fn older_step() -> i64 {
    older_steps().last().unwrap().version
}

pub fn newest_step() -> i64 {
    STEPS.last().unwrap().version
}

/// A database with the schema of the older version, and an account.
pub async fn make_older(url: &DatabaseUrl) {
    let db = open(url).await;
    testing::migrate_to(&db, older_steps()).await.unwrap();
    insert_account(&db).await;
    db.close().await;
}

pub async fn open(url: &DatabaseUrl) -> Database {
    Database::open(url, OpenOptions { readers: 1, writers: 1, ..OpenOptions::default() }).await.unwrap()
}

/// A row of `users`, whatever its columns are.
async fn insert_account(db: &Database) {
    let columns = match db.dialect() {
        Dialect::Sqlite => "SELECT name, lower(type) FROM pragma_table_info('users')",
        Dialect::Postgres => {
            "SELECT column_name::text, data_type::text FROM information_schema.columns WHERE table_name = 'users' AND table_schema = 'public'"
        }
        Dialect::Mysql => {
            "SELECT column_name, CAST(column_type AS CHAR) FROM information_schema.columns WHERE table_name = 'users' AND table_schema = DATABASE()"
        }
    };
    let columns: Vec<(String, String)> = db.all(columns, params![]).await.unwrap();
    let value = |name: &str, kind: &str| match kind {
        kind if kind.contains("int") => Value::Int(1),
        // JSON.
        kind if kind.contains("text") && (name.ends_with("props") || name == "timezone") => Value::Text("{}".into()),
        kind if kind.contains("text") || kind.contains("char") => Value::Text("a".into()),
        _ => Value::Bytes(vec![1; 16]),
    };
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let placeholders = vec!["?"; names.len()].join(", ");
    let insert = format!("INSERT INTO users ({}) VALUES ({placeholders})", names.join(", "));
    db.commit(Statement::raw(insert, columns.iter().map(|(name, kind)| value(name, kind)).collect())).await.unwrap();
}

/// A data folder with an embedded database of the older version.
pub struct OlderFolder {
    pub folder: TempDir,
}

impl OlderFolder {
    pub async fn new() -> Self {
        Self::within(tempfile::tempdir().unwrap()).await
    }

    pub async fn within(folder: TempDir) -> Self {
        let older = Self { folder };
        make_older(&DatabaseUrl::SqliteFile(older.file())).await;
        older.connect().execute_batch("CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('before')").unwrap();
        for (path, mode) in [(older.folder.path(), 0o700), (&older.file(), 0o600)] {
            std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
        }
        older
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn file(&self) -> PathBuf {
        self.path().join("guildhall.db")
    }

    /// Makes the database so large.
    pub fn grow(&self, mib: usize) {
        let connection = self.connect();
        connection.execute_batch("CREATE TABLE IF NOT EXISTS ballast (bytes BLOB)").unwrap();
        for _ in 0..mib {
            connection.execute("INSERT INTO ballast VALUES (randomblob(1048576))", []).unwrap();
        }
    }

    pub fn connect(&self) -> Connection {
        Connection::open(self.file()).unwrap()
    }

    /// Writes into the table that no version knows.
    pub fn note(&self, text: &str) {
        self.connect().execute("UPDATE notes SET text = ?", [text]).unwrap();
    }

    /// Step of the schema and note of the database.
    pub fn state(&self) -> (i64, String) {
        state(&self.file())
    }

    /// The copies, oldest first, and nothing else that is in their folder.
    pub fn snapshots(&self) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(self.path().join("snapshots")).into_iter().flatten();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| !path.file_name().unwrap().to_str().unwrap().starts_with('.'));
        paths.sort();
        paths
    }

    pub async fn run(&self, words: &[&str]) -> Output {
        command(self.path(), None, words).await
    }
}

/// The sentence of a command that fails; its log may say that the port for metrics is in use.
pub fn sentence(output: &Output) -> String {
    let text = error_output(output);
    let lines: Vec<&str> = text.lines().filter(|line| !line.contains(" WARN guildhall::")).collect();
    let [line] = lines[..] else { panic!("{text}") };
    line.to_owned()
}

/// Step of the schema and note of a database's file, which must be sound.
pub fn state(file: &Path) -> (i64, String) {
    // A copy, since reading one of the kind that keeps a log leaves files beside it.
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.db");
    std::fs::copy(file, &copy).unwrap();
    let log = PathBuf::from(format!("{}-wal", file.display()));
    if log.exists() {
        std::fs::copy(log, folder.path().join("copy.db-wal")).unwrap();
    }
    let connection = Connection::open(&copy).unwrap();
    let check: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok", "{}", file.display());
    let step = connection.query_row("SELECT MAX(version) FROM schema_migrations", [], |row| row.get(0)).unwrap();
    (step, connection.query_row("SELECT text FROM notes", [], |row| row.get(0)).unwrap())
}
