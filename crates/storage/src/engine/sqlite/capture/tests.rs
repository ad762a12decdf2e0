//! Whatever is committed, and whenever the log is read or the process ends: a copy and the changes after it are the database.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use rusqlite::Connection;
use tempfile::TempDir;

use super::*;
use crate::dispatch::Dispatcher;
use crate::engine::sqlite::Sqlite;
use crate::observer::Observer;
use crate::{Batch, OpenOptions, Statement, params};

/// A database with a log of changes, and what somebody has copied of it.
struct Bench {
    folder: TempDir,
    database: Sqlite,
    capture: Arc<dyn ChangeCapture>,
    runtime: tokio::runtime::Runtime,
    copy: Option<(ChangePosition, BTreeMap<u32, Vec<u8>>)>,
    copies: usize,
}

fn open(folder: &Path, runtime: &tokio::runtime::Runtime) -> Sqlite {
    let options = OpenOptions { change_log: Some(folder.join("continuous")), readers: 1, ..OpenOptions::default() };
    let (dispatcher, observer) = (Dispatcher::start().unwrap(), Arc::new(Observer::new(0)));
    runtime.block_on(Sqlite::open_file(folder.join("chat.db"), &options, &dispatcher, &observer)).unwrap()
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let connection = Connection::open(folder.path().join("chat.db")).unwrap();
        connection.execute_batch("PRAGMA auto_vacuum = INCREMENTAL; CREATE TABLE t (n INTEGER PRIMARY KEY, body BLOB)").unwrap();
        drop(connection);
        let database = open(folder.path(), &runtime);
        let capture = database.capture().unwrap();
        capture.start().unwrap();
        Self { folder, database, capture, runtime, copy: None, copies: 0 }
    }

    fn commit(&self, statements: Vec<Statement>) {
        self.runtime.block_on(self.database.submit(statements.into_iter().collect::<Batch>()).unwrap().wait()).unwrap();
    }

    fn sql(&self, sql: &'static str) {
        self.commit(vec![Statement::new(sql, params![])]);
    }

    /// Gives free pages back; its statement returns rows, which no batch expects.
    fn shrink(&self) {
        let Sqlite { log, file, writer, .. } = &self.database;
        let capture = SqliteCapture { log: Arc::clone(log), file: Arc::clone(file), writer: writer.clone() };
        let shrink = |turn: &mut Turn<'_>| {
            turn.connection.execute_batch("PRAGMA incremental_vacuum").unwrap();
            turn.record();
        };
        capture.between_commits(shrink).unwrap();
    }

    fn insert(&self, rows: usize, bytes: usize) {
        let insert = |_| Statement::new("INSERT INTO t (body) VALUES (randomblob(?))", params![bytes as i64]);
        self.commit((0..rows).map(insert).collect());
    }

    fn other_connection(&self) -> Connection {
        Connection::open(self.folder.path().join("chat.db")).unwrap()
    }

    /// A process that is killed leaves its files as they are.
    fn kill(&mut self) {
        let folder = tempfile::tempdir().unwrap();
        copy_folder(self.folder.path(), folder.path());
        let database = open(folder.path(), &self.runtime);
        self.capture = database.capture().unwrap();
        self.database = database;
        self.folder = folder;
    }

    fn restart(&mut self) {
        self.runtime.block_on(self.database.close());
        self.database = open(self.folder.path(), &self.runtime);
        self.capture = self.database.capture().unwrap();
    }

    fn copy_file(&mut self) -> (ChangePosition, PathBuf) {
        self.copies += 1;
        let path = self.folder.path().join(format!("copy-{}", self.copies));
        (self.capture.copy(&path).unwrap(), path)
    }

    /// Copies what is new. True if it had to begin anew.
    fn follow(&mut self, bytes_max: u64) -> bool {
        self.capture.start().unwrap();
        while let Some((position, pages)) = &mut self.copy {
            match self.capture.read(*position, bytes_max).unwrap() {
                ChangesAfter::Nothing => return false,
                ChangesAfter::Gone => break,
                ChangesAfter::Some(changes) => {
                    assert!(changes.pages.keys().all(|number| (1..=changes.database_pages).contains(number)));
                    pages.extend(changes.pages.iter().map(|(number, page)| (*number, page.to_vec())));
                    pages.split_off(&(changes.database_pages + 1));
                    *position = changes.end;
                }
            }
        }
        let (position, path) = self.copy_file();
        let bytes = fs::read(path).unwrap();
        let pages = bytes.chunks(4096).enumerate().map(|(index, page)| (index as u32 + 1, page.to_vec())).collect();
        self.copy = Some((position, pages));
        true
    }

    fn check(&mut self) {
        let (_, pages) = self.copy.as_ref().unwrap();
        let last = *pages.keys().last().unwrap();
        let bytes: Vec<u8> = (1..=last).flat_map(|number| pages.get(&number).cloned().unwrap_or_else(|| vec![0; 4096])).collect();
        let path = self.folder.path().join("restored.db");
        fs::write(&path, bytes).unwrap();
        assert_eq!(content(&path), content(&self.folder.path().join("chat.db")));
        fs::remove_file(path).unwrap();
    }
}

fn content(path: &Path) -> (i64, Vec<(i64, Vec<u8>)>) {
    let connection = Connection::open(path).unwrap();
    let whole: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(whole, "ok");
    let pages = connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    let mut rows = connection.prepare("SELECT n, body FROM t ORDER BY n").unwrap();
    let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().collect::<Result<_, _>>().unwrap();
    (pages, rows)
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir(&target).unwrap();
            copy_folder(&entry.path(), &target);
        } else if !entry.file_name().to_string_lossy().ends_with("-shm") {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Insert { rows: usize, bytes: usize },
    Update,
    DeleteHalf,
    Shrink,
    Checkpoint,
    RestartLog,
    Follow { bytes_max: u64 },
    Kill,
    Restart,
    Release,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (1..20_usize, 1..9_000_usize).prop_map(|(rows, bytes)| Step::Insert { rows, bytes }),
        2 => Just(Step::Update),
        1 => Just(Step::DeleteHalf),
        2 => Just(Step::Shrink),
        2 => Just(Step::Checkpoint),
        2 => Just(Step::RestartLog),
        3 => (1..200_000_u64).prop_map(|bytes_max| Step::Follow { bytes_max }),
        1 => Just(Step::Kill),
        1 => Just(Step::Restart),
        1 => Just(Step::Release),
    ];
    prop::collection::vec(step, 1..25)
}

fn play(steps: Vec<Step>) {
    let mut bench = Bench::new();
    for step in steps {
        match step {
            Step::Insert { rows, bytes } => bench.insert(rows, bytes),
            Step::Update => bench.sql("UPDATE t SET body = randomblob(100) WHERE n % 3 = 0"),
            Step::DeleteHalf => bench.sql("DELETE FROM t WHERE n % 2 = 0"),
            Step::Shrink => bench.shrink(),
            Step::Checkpoint => bench.other_connection().query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |_| Ok(())).unwrap(),
            Step::RestartLog => bench.other_connection().query_row("PRAGMA wal_checkpoint(RESTART)", [], |_| Ok(())).unwrap(),
            Step::Follow { bytes_max } => {
                bench.follow(bytes_max);
                bench.check();
            }
            Step::Kill => bench.kill(),
            Step::Restart => bench.restart(),
            Step::Release => bench.copy.iter().for_each(|(position, _)| bench.capture.release(*position)),
        }
    }
    bench.follow(50_000);
    bench.check();
}

#[test]
fn a_copy_and_the_changes_after_it_are_the_database() {
    let mut runner = TestRunner::new(Config { cases: 24, failure_persistence: None, ..Config::default() });
    let play_all = |steps| {
        play(steps);
        Ok(())
    };
    runner.run(&steps(), play_all).unwrap();
}

#[test]
fn a_restart_and_a_kill_leave_no_gap() {
    let mut bench = Bench::new();
    assert!(bench.follow(1));
    for end in [Bench::restart, Bench::kill, Bench::restart, Bench::restart] {
        bench.insert(3, 5_000);
        end(&mut bench);
        for mode in ["PASSIVE", "RESTART", "PASSIVE"] {
            bench.insert(3, 5_000);
            bench.other_connection().query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |_| Ok(())).unwrap();
        }
        bench.insert(3, 5_000);
        assert!(!bench.follow(1));
        bench.check();
    }
}

#[test]
fn what_another_program_has_written_meanwhile_is_a_gap() {
    let mut bench = Bench::new();
    bench.insert(3, 5_000);
    bench.follow(1);
    bench.runtime.block_on(bench.database.close());
    bench.other_connection().execute("INSERT INTO t (body) VALUES (x'07')", []).unwrap();
    bench.database = open(bench.folder.path(), &bench.runtime);
    bench.capture = bench.database.capture().unwrap();
    assert!(bench.follow(1));
    bench.check();
    // While the server runs: it is seen with the next commit, or else makes a gap.
    for mode in ["PASSIVE", "RESTART"] {
        let other = bench.other_connection();
        other.execute("INSERT INTO t (body) VALUES (x'07')", []).unwrap();
        other.query_row(&format!("PRAGMA wal_checkpoint({mode})"), [], |_| Ok(())).unwrap();
        bench.insert(1, 1);
        bench.follow(1);
        bench.check();
    }
}

#[test]
fn without_a_log_nothing_is_kept() {
    let mut bench = Bench::new();
    bench.insert(3, 5_000);
    bench.capture.stop();
    bench.insert(3, 5_000);
    assert_eq!(bench.capture.end(), None);
    let left: Vec<_> = fs::read_dir(bench.folder.path().join("continuous")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    bench.restart();
    assert_eq!(bench.capture.end(), None);
    assert!(bench.follow(1));
    bench.check();
}

#[test]
fn a_commit_that_is_too_large_ends_the_log_and_not_the_commit() {
    let mut bench = Bench::new();
    bench.follow(1);
    bench.insert(1, spool::COMMIT_BYTES_MAX + 1);
    assert_eq!(bench.capture.end(), None);
    assert!(bench.follow(1));
    bench.check();
}

#[test]
fn a_damaged_log_is_not_read() {
    let mut bench = Bench::new();
    bench.follow(1);
    bench.insert(10, 5_000);
    let (position, _) = bench.copy.clone().unwrap();
    let folder = bench.folder.path().join("continuous").join(format!("log-{:016x}", position.log));
    let file = fs::read_dir(folder).unwrap().next().unwrap().unwrap().path();
    let mut bytes = fs::read(&file).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&file, bytes).unwrap();
    assert!(bench.capture.read(position, 1_000_000).is_err());
    assert!(bench.follow(1));
    bench.check();
}
