//! What is copied to a target is what was committed, through combining, removing, interruptions and damage.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use bytes::Bytes;
use guildhall_model::backup::BackupControl;
use guildhall_model::changes::{ChangePosition, Changes, ChangesAfter};
use guildhall_model::ports::{BlobKey, ChangeCapture};
use guildhall_model::{Clock, Millis};
use parking_lot::Mutex;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use super::chain::{Inventory, file};
use super::cipher::Cipher;
use super::copier::{Copier, Tools};
use super::name::{BlobName, ChangesName, ObjectName};
use super::restore::ContinuousSource;
use super::upkeep::Upkeep;
use crate::storage::{Connector, FolderStorage, Storage};

const PAGE_BYTES: u32 = 512;
const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;

#[derive(Default)]
struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Millis {
        Millis(self.0.load(Ordering::SeqCst))
    }
}

/// A database in memory whose every commit is known.
#[derive(Default)]
struct Database {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    log: u64,
    /// Before this position nothing is kept.
    released: u64,
    pages: Vec<Bytes>,
    commits: Vec<Changes>,
    /// The whole content after each commit.
    history: BTreeMap<i64, Vec<u8>>,
}

impl State {
    fn content(&self) -> Vec<u8> {
        self.pages.concat()
    }

    fn end(&self) -> ChangePosition {
        ChangePosition { log: self.log, offset: self.commits.len() as u64 }
    }
}

impl Database {
    /// Sets the size, and changes some pages to what the seed says.
    fn commit(&self, at: Millis, size: u32, changed: &[u32], seed: u8) {
        let mut state = self.state.lock();
        let before = state.pages.len() as u32;
        let mut numbers: Vec<u32> = changed.iter().copied().chain(before + 1..=size).chain([1]).filter(|number| *number <= size).collect();
        numbers.dedup();
        state.pages.resize(size as usize, Bytes::new());
        let mut pages = BTreeMap::new();
        for number in numbers {
            let mut page = vec![seed; PAGE_BYTES as usize];
            page[20] = number as u8;
            if number == 1 {
                page[16..18].copy_from_slice(&(PAGE_BYTES as u16).to_be_bytes());
            }
            state.pages[number as usize - 1] = page.clone().into();
            pages.insert(number, page.into());
        }
        let end = ChangePosition { log: state.log, offset: state.commits.len() as u64 + 1 };
        state.commits.push(Changes { end, first_at: at, last_at: at, page_bytes: PAGE_BYTES, database_pages: size, pages });
        let content = state.content();
        state.history.insert(at.0, content);
    }

    fn begin_log(&self, log: u64) {
        let mut state = self.state.lock();
        (state.log, state.released) = (log, 0);
        state.commits.clear();
    }
}

impl ChangeCapture for Database {
    fn start(&self) -> guildhall_model::Result<()> {
        Ok(())
    }
    fn stop(&self) {}
    fn end(&self) -> Option<ChangePosition> {
        Some(self.state.lock().end())
    }
    fn read(&self, after: ChangePosition, _: u64) -> guildhall_model::Result<ChangesAfter> {
        let state = self.state.lock();
        if after.log != state.log || after.offset < state.released {
            return Ok(ChangesAfter::Gone);
        }
        Ok(state.commits.get(after.offset as usize).cloned().map_or(ChangesAfter::Nothing, ChangesAfter::Some))
    }
    fn database_bytes(&self) -> guildhall_model::Result<u64> {
        Ok(self.state.lock().content().len() as u64)
    }
    fn copy(&self, path: &Path) -> guildhall_model::Result<ChangePosition> {
        let state = self.state.lock();
        fs::write(path, state.content()).unwrap();
        Ok(state.end())
    }
    fn release(&self, before: ChangePosition) {
        self.state.lock().released = before.offset;
    }
    fn percent_full(&self) -> u64 {
        0
    }
}

struct Bench {
    folder: TempDir,
    clock: Arc<TestClock>,
    database: Arc<Database>,
    copier: Copier,
    files: BTreeSet<BlobKey>,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(TestClock(AtomicI64::new(1_000 * HOUR)));
        let database = Arc::new(Database::default());
        database.begin_log(1);
        database.commit(clock.now(), 5, &[], 1);
        let copier = copier(&folder, &clock, &database);
        let mut bench = Self { folder, clock, database, copier, files: BTreeSet::new() };
        bench.send();
        bench
    }

    fn storage(&self) -> Arc<dyn Storage> {
        Arc::new(FolderStorage::new(self.folder.path().join("target")))
    }

    fn inventory(&self) -> Inventory {
        Inventory::read(&*self.storage()).unwrap()
    }

    fn upkeep(&self) -> Upkeep {
        Upkeep { storage: self.storage(), cipher: Arc::new(cipher()), control: Arc::default() }
    }

    fn wait(&self, millis: i64) {
        self.clock.0.fetch_add(millis, Ordering::SeqCst);
    }

    fn send(&mut self) {
        let sent = self.copier.send(&self.files).unwrap();
        assert!(sent.failure.is_none(), "{sent:?}");
        self.copier.finish_background();
    }

    /// Commits and sends so often, each time after a while.
    fn live(&mut self, times: u32, pause_ms: i64) {
        for number in 0..times {
            self.wait(pause_ms);
            let size = 5 + number * 7 % 11;
            self.database.commit(self.clock.now(), size, &[number % 16 + 1, number % 5 + 1], number as u8);
            self.send();
        }
    }

    fn find(&self, at: Option<i64>) -> Result<Option<ContinuousSource>, String> {
        let found = ContinuousSource::find_with(self.storage(), cipher(), Millis(0), at.map(Millis), &|at| format!("T{}", at.0));
        found.map_err(|error| error.to_string())
    }

    /// The moment that was restored; its content must be that of the moment.
    fn restore(&self, at: Option<i64>) -> Result<i64, String> {
        let source = self.find(at)?.ok_or_else(|| "nothing".to_owned())?;
        let path = self.folder.path().join("restored");
        let _ = fs::remove_file(&path);
        let restored = source.restore(&path, &BackupControl::default(), &|at| format!("T{}", at.0)).map_err(|error| error.to_string())?;
        let content = fs::read(&path).unwrap();
        assert_eq!(restored.bytes, content.len() as u64);
        let history = &self.database.state.lock().history;
        let (at, expected) = history.range(..=restored.reached_at.0).next_back().unwrap();
        assert!(content == *expected, "another content at {at}");
        Ok(*at)
    }

    fn newest(&self) -> i64 {
        *self.database.state.lock().history.keys().last().unwrap()
    }

    fn path(&self, name: ObjectName) -> std::path::PathBuf {
        self.folder.path().join("target").join(file(&name).path())
    }
}

fn cipher() -> Cipher {
    Cipher::new(&[3; 32]).unwrap()
}

fn copier(folder: &TempDir, clock: &Arc<TestClock>, database: &Arc<Database>) -> Copier {
    let tools = Tools {
        capture: Arc::clone(database) as _,
        clock: Arc::clone(clock) as _,
        scratch: folder.path().join("scratch"),
        files: folder.path().join("files"),
        connector: Connector::without_network(),
    };
    Copier::new(tools, Arc::new(FolderStorage::new(folder.path().join("target"))), Arc::new(cipher()), Arc::default())
}

#[test]
fn every_moment_can_be_restored() {
    let mut bench = Bench::new();
    bench.live(30, 5 * SECOND);
    let moments: Vec<i64> = bench.database.state.lock().history.keys().copied().collect();
    for at in moments {
        assert_eq!(bench.restore(Some(at)), Ok(at));
        assert_eq!(bench.restore(Some(at + 1)), Ok(at));
    }
    assert_eq!(bench.restore(None), Ok(bench.newest()));
    assert!(bench.restore(Some(5)).is_err());
}

#[test]
fn old_changes_are_combined_and_old_copies_removed() {
    let mut bench = Bench::new();
    bench.live(500, 30 * SECOND);
    let begin = bench.newest() - 499 * 30 * SECOND;
    let objects = bench.inventory().changes.len();
    assert!((130..220).contains(&objects), "{objects}");
    // Within the last hour each, before it each fifth minute.
    assert_eq!(bench.restore(Some(bench.newest() - 30 * MINUTE)), Ok(bench.newest() - 30 * MINUTE));
    let old = begin + 90 * MINUTE;
    let restored = bench.restore(Some(old)).unwrap();
    assert!(restored <= old && restored > old - 5 * MINUTE);
    // The third copy of the database displaces the first, with what leads from it.
    bench.live(60, HOUR);
    let inventory = bench.inventory();
    assert_eq!(inventory.bases.len(), 2);
    let first = inventory.bases.keys().next().unwrap();
    assert!(inventory.changes.keys().all(|name| name.to > first.at));
    assert_eq!(inventory.parts.len(), 2);
    assert!(inventory.changes.len() < 80, "{}", inventory.changes.len());
    assert_eq!(bench.restore(None), Ok(bench.newest()));
    bench.restore(Some(bench.newest() - 24 * HOUR)).unwrap();
}

#[test]
fn changes_that_are_combined_while_they_are_read_are_restored() {
    let mut bench = Bench::new();
    bench.live(100, 30 * SECOND);
    let source = bench.find(None).unwrap().unwrap();
    let known = bench.inventory().changes;
    bench.live(60, 30 * SECOND);
    assert!(known.keys().any(|name| !bench.path(ObjectName::Changes(*name)).exists()), "nothing was combined");
    let path = bench.folder.path().join("restored");
    let restored = source.restore(&path, &BackupControl::default(), &|at| at.0.to_string()).unwrap();
    assert!(restored.reached_at >= source.reached_at());
    let history = &bench.database.state.lock().history;
    assert!(fs::read(&path).unwrap() == *history.range(..=restored.reached_at.0).next_back().unwrap().1);
    source.verify(100, &BackupControl::default()).unwrap();
    // What was not replaced is missing.
    fs::remove_file(&path).unwrap();
    let all = bench.inventory().changes;
    all.keys().for_each(|name| fs::remove_file(bench.path(ObjectName::Changes(*name))).unwrap());
    let error = source.restore(&path, &BackupControl::default(), &|at| at.0.to_string()).unwrap_err();
    assert!(error.to_string().contains("is missing"), "{error}");
    assert!(source.verify(100, &BackupControl::default()).unwrap_err().to_string().contains("is missing"));
}

#[test]
fn what_an_interruption_leaves_does_not_matter() {
    let mut bench = Bench::new();
    bench.live(100, 5 * SECOND);
    let saved: Vec<(ObjectName, Vec<u8>)> = bench
        .inventory()
        .changes
        .keys()
        .map(|name| ObjectName::Changes(*name))
        .map(|name| (name, fs::read(bench.path(name)).unwrap()))
        .collect();
    let until = Millis(bench.newest() + HOUR);
    bench.upkeep().combine(1, until, 5 * MINUTE).unwrap();
    let combined = bench.inventory().changes.len();
    assert!(combined < 6);
    // As if only some had been removed.
    for (name, bytes) in saved.iter().skip(7).step_by(3) {
        fs::write(bench.path(*name), bytes).unwrap();
    }
    assert_eq!(bench.restore(None), Ok(bench.newest()));
    bench.upkeep().combine(1, until, 5 * MINUTE).unwrap();
    assert_eq!(bench.restore(None), Ok(bench.newest()));
    bench.upkeep().combine(1, until, HOUR).unwrap();
    assert!(bench.inventory().changes.len() <= 2);
    assert_eq!(bench.restore(None), Ok(bench.newest()));
}

#[test]
fn a_new_process_goes_on_where_the_former_stopped() {
    let mut bench = Bench::new();
    bench.live(10, 5 * SECOND);
    bench.database.commit(bench.clock.now(), 9, &[3], 77);
    bench.copier = copier(&bench.folder, &bench.clock, &bench.database);
    bench.live(10, 5 * SECOND);
    assert_eq!(bench.inventory().bases.len(), 1);
    assert_eq!(bench.restore(None), Ok(bench.newest()));
    // A log with a gap needs another copy.
    bench.database.begin_log(2);
    bench.live(10, 5 * SECOND);
    assert_eq!(bench.inventory().bases.len(), 2);
    assert_eq!(bench.restore(None), Ok(bench.newest()));
    let before = bench.newest() - 55 * SECOND;
    assert_eq!(bench.restore(Some(before)), Ok(before));
}

#[test]
fn changes_that_were_removed_before_they_were_sent_need_another_copy() {
    let mut bench = Bench::new();
    bench.live(3, 5 * SECOND);
    for seed in 0..3 {
        bench.wait(SECOND);
        bench.database.commit(bench.clock.now(), 6, &[2], seed);
    }
    let end = bench.database.end().unwrap();
    bench.database.release(end);
    bench.live(3, 5 * SECOND);
    assert_eq!(bench.inventory().bases.len(), 2);
    assert_eq!(bench.restore(None), Ok(bench.newest()));
}

#[test]
fn what_is_missing_or_damaged_is_said_and_what_is_before_can_be_restored() {
    let mut bench = Bench::new();
    bench.live(10, 5 * SECOND);
    let names: Vec<ChangesName> = bench.inventory().changes.keys().copied().collect();
    let (before, victim) = (names[5], bench.path(ObjectName::Changes(names[6])));
    let asked = Some(before.last_at.0);
    let bytes = fs::read(&victim).unwrap();
    let mut changed = bytes.clone();
    changed[40] ^= 1;
    fs::write(&victim, changed).unwrap();
    let verify = |percent| bench.find(None).unwrap().unwrap().verify(percent, &BackupControl::default());
    assert!(verify(100).is_err() && verify(0).is_ok());
    let error = bench.restore(None).unwrap_err();
    assert!(error.contains("damaged") && error.contains(&format!("--at T{}", before.last_at.0)), "{error}");
    assert_eq!(bench.restore(asked), Ok(before.last_at.0));
    // One of another moment in its place.
    fs::copy(bench.path(ObjectName::Changes(names[7])), &victim).unwrap();
    assert!(bench.restore(None).unwrap_err().contains("not as it was written"));
    fs::remove_file(&victim).unwrap();
    let error = bench.restore(None).unwrap_err();
    assert!(error.contains("missing") && error.contains(&format!("--at T{}", before.last_at.0)), "{error}");
    assert_eq!(bench.restore(asked), Ok(before.last_at.0));
    fs::write(&victim, bytes).unwrap();
    assert_eq!(bench.restore(None), Ok(bench.newest()));
    bench.find(None).unwrap().unwrap().verify(100, &BackupControl::default()).unwrap();
    // Without its parts, a copy is none.
    let part = *bench.inventory().parts.keys().next().unwrap();
    fs::remove_file(bench.path(ObjectName::Part(part))).unwrap();
    assert_eq!(bench.restore(None).unwrap_err(), "nothing");
}

#[test]
fn what_another_server_sends_is_left_alone_as_long_as_it_lives() {
    let mut bench = Bench::new();
    bench.live(5, 5 * SECOND);
    bench.database.begin_log(2);
    bench.copier = copier(&bench.folder, &bench.clock, &bench.database);
    for _ in 0..4 {
        bench.live(4, 12 * HOUR);
    }
    let inventory = bench.inventory();
    assert!(inventory.bases.keys().all(|base| base.log == 2));
    assert!(inventory.changes.keys().all(|name| name.log == 2));
    assert!(inventory.parts.keys().all(|part| part.log == 2));
}

#[test]
fn files_of_messages_are_sent_and_removed_when_a_backup_has_them() {
    let mut bench = Bench::new();
    let add = |bench: &mut Bench, content: &[u8]| {
        let key = BlobKey::from_sha256(Sha256::digest(content).into());
        let path = bench.folder.path().join("files").join(key.path());
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, content).unwrap();
        bench.files.insert(key);
        key
    };
    let large: Vec<u8> = (0..20_000_000_u32).map(|number| (number >> 7) as u8).collect();
    let keys = [add(&mut bench, b"small"), add(&mut bench, b""), add(&mut bench, &large)];
    bench.send();
    let restore = |bench: &Bench, key: BlobKey| {
        let path = bench.folder.path().join("restored-files").join(key.path());
        bench.find(None).unwrap().unwrap().restore_file(key, &path, &BackupControl::default()).map(|bytes| (bytes, path))
    };
    for (key, content) in keys.iter().zip([&b"small"[..], b"", &large]) {
        let (bytes, path) = restore(&bench, *key).unwrap();
        assert_eq!(bytes, Some(content.len() as u64));
        assert!(fs::read(path).unwrap() == content);
    }
    // A piece is missing, and comes again.
    let pieces = bench.inventory().pieces_of(&keys[2]).unwrap();
    assert_eq!(pieces, 3);
    let piece = ObjectName::Blob(BlobName { key: keys[2], number: 1, count: 3 });
    fs::remove_file(bench.path(piece)).unwrap();
    assert_eq!(restore(&bench, keys[2]).unwrap().0, None);
    bench.copier = copier(&bench.folder, &bench.clock, &bench.database);
    bench.send();
    assert!(restore(&bench, keys[2]).unwrap().0.is_some());
    // Another content under the name of this one.
    let other = bench.path(ObjectName::Blob(BlobName { key: keys[2], number: 0, count: 3 }));
    fs::copy(other, bench.path(piece)).unwrap();
    assert!(restore(&bench, keys[2]).is_err());
    bench.files.remove(&keys[2]);
    bench.send();
    assert_eq!(bench.inventory().blobs.len(), 2);
}

#[test]
fn a_file_that_cannot_be_sent_is_said_until_it_can_and_changes_go_on() {
    let mut bench = Bench::new();
    let key = BlobKey::from_sha256(Sha256::digest(b"content").into());
    let path = bench.folder.path().join("files").join(key.path());
    fs::create_dir_all(&path).unwrap();
    bench.files.insert(key);
    let send = |bench: &mut Bench| {
        bench.wait(SECOND);
        bench.database.commit(bench.clock.now(), 6, &[2], 1);
        let sent = bench.copier.send(&bench.files).unwrap();
        bench.copier.finish_background();
        assert!(sent.is_complete);
        sent.failure
    };
    send(&mut bench);
    for _ in 0..3 {
        assert!(send(&mut bench).is_some_and(|failure| failure.contains("could not be read")));
    }
    assert_eq!(bench.restore(None), Ok(bench.newest()));
    fs::remove_dir(&path).unwrap();
    fs::write(&path, b"content").unwrap();
    send(&mut bench);
    assert_eq!(send(&mut bench), None);
    assert_eq!(bench.inventory().pieces_of(&key), Some(1));
}
