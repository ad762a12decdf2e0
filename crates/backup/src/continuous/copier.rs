//! Copies what is committed to one target: the changes each time, the whole database when that is due.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use guildhall_model::backup::{BackupControl, BackupTarget};
use guildhall_model::changes::{ChangePosition, ChangesAfter};
use guildhall_model::ports::{BlobKey, ChangeCapture};
use guildhall_model::{Clock, Millis};

use super::base::{BaseWork, failed};
use super::chain::{Inventory, write_pages};
use super::cipher::Cipher;
use super::files::FilesWork;
use super::name::{BaseName, ChangesName, ObjectName};
use super::upkeep::Upkeep;
use crate::error::{BackupError, Result};
use crate::storage::{Connector, Storage};
use crate::store;

/// Of the log, for one object.
const CHANGES_BYTES_MAX: u64 = 16 * 1024 * 1024;
/// A new copy of the database is made so often,
const BASE_INTERVAL_MS: i64 = 24 * 60 * 60 * 1000;
/// or when the changes since have grown larger than it, and than this: replaying them would take longer.
const CHANGES_SINCE_BASE_MIN: u64 = 64 * 1024 * 1024;
/// How often old objects are combined and removed.
const UPKEEP_INTERVAL_MS: i64 = 5 * 60 * 1000;
/// After a copy of the database has failed.
const BASE_RETRY_MS: i64 = 30 * 1000;

/// What a copier has to work with.
#[derive(Clone)]
pub(super) struct Tools {
    pub capture: Arc<dyn ChangeCapture>,
    pub clock: Arc<dyn Clock>,
    /// Where copies of the database are put before they are sent.
    pub scratch: PathBuf,
    /// The files of messages.
    pub files: PathBuf,
    pub connector: Connector,
}

/// The outcome of an attempt whose changes were sent.
#[derive(Debug)]
pub(super) struct Sent {
    /// Whether they can be restored: not before the first copy of the database is complete.
    pub is_complete: bool,
    /// Why something else that was to be sent was not, until that succeeds.
    pub failure: Option<String>,
}

pub(super) struct Copier {
    tools: Tools,
    storage: Arc<dyn Storage>,
    cipher: Arc<Cipher>,
    control: Arc<BackupControl>,
    place: Option<Place>,
    background: Option<Background>,
    file_thread: Option<JoinHandle<Result<()>>>,
    /// The files that the target has, if the last attempt succeeded.
    sent_files: Option<BTreeSet<BlobKey>>,
    upkeep_at: Millis,
    base_failed_at: Option<Millis>,
    background_error: Option<String>,
    file_error: Option<String>,
}

/// How far the target is.
struct Place {
    /// What is between these was sent.
    began: u64,
    sent: ChangePosition,
    /// The copy of the database that the changes continue, and its size at the target.
    base: Option<(BaseName, u64)>,
    bytes_since_base: u64,
}

/// A copy of the database, if it was that which was made, and its size at the target.
type BackgroundOutcome = Result<Option<(BaseName, u64)>>;

/// Work that changes do not wait for.
struct Background {
    thread: JoinHandle<BackgroundOutcome>,
    is_base: bool,
}

impl Place {
    const fn begin(at: ChangePosition) -> Self {
        Self { began: at.offset, sent: at, base: None, bytes_since_base: 0 }
    }
}

impl Copier {
    /// Opens the repository of the target.
    pub fn open(target: &BackupTarget, tools: Tools, control: Arc<BackupControl>) -> Result<Self> {
        let repository = store::open(target, &tools.connector, &control, false)?;
        let (storage, cipher) = (Arc::clone(repository.storage()), Arc::new(Cipher::new(&repository.key())?));
        // A repository that is older has no folder for it.
        storage.create()?;
        Ok(Self::new(tools, storage, cipher, control))
    }

    pub fn new(tools: Tools, storage: Arc<dyn Storage>, cipher: Arc<Cipher>, control: Arc<BackupControl>) -> Self {
        Self {
            tools,
            storage,
            cipher,
            control,
            place: None,
            background: None,
            file_thread: None,
            sent_files: None,
            upkeep_at: Millis(0),
            base_failed_at: None,
            background_error: None,
            file_error: None,
        }
    }

    /// Sends what is new. `files` are those of messages that no backup has yet.
    pub fn send(&mut self, files: &BTreeSet<BlobKey>) -> Result<Sent> {
        self.tools.capture.start().map_err(failed)?;
        self.take_background();
        self.send_changes()?;
        self.start_background()?;
        self.send_files(files)?;
        let failure = self.background_error.clone().or_else(|| self.file_error.clone());
        Ok(Sent { is_complete: self.place.as_ref().is_some_and(|place| place.base.is_some()), failure })
    }

    /// What is before this position is not needed here any more.
    pub fn sent(&self) -> Option<ChangePosition> {
        self.place.as_ref().map(|place| place.sent)
    }

    /// Waits for the work in the background.
    #[cfg(test)]
    pub fn finish_background(&mut self) {
        let is_running = |copier: &Self| {
            let is_sending = copier.file_thread.as_ref().is_some_and(|thread| !thread.is_finished());
            is_sending || copier.background.as_ref().is_some_and(|background| !background.thread.is_finished())
        };
        while is_running(self) {
            thread::sleep(std::time::Duration::from_millis(10));
        }
        self.take_background();
    }

    fn send_changes(&mut self) -> Result<()> {
        let end = self.tools.capture.end().ok_or_else(|| BackupError::Other("The log of changes has ended".to_owned()))?;
        if self.place.as_ref().is_none_or(|place| place.sent.log != end.log) {
            self.place = Some(self.find_place(end)?);
        }
        let Some(place) = &mut self.place else { return Ok(()) };
        loop {
            match self.tools.capture.read(place.sent, CHANGES_BYTES_MAX).map_err(failed)? {
                ChangesAfter::Nothing => return Ok(()),
                ChangesAfter::Gone => {
                    tracing::info!("changes were lost before they were sent: the continuous backup begins anew");
                    *place = Place::begin(end);
                    return Ok(());
                }
                ChangesAfter::Some(changes) => {
                    let (from, to) = (place.sent.offset, changes.end);
                    let name = ChangesName { log: to.log, from, to: to.offset, last_at: changes.last_at };
                    let bytes = write_pages(&*self.storage, &self.cipher, ObjectName::Changes(name), &changes.into())?;
                    place.sent = to;
                    place.bytes_since_base += bytes;
                }
            }
        }
    }

    /// Where an earlier process has stopped; the end of the log if nothing was complete.
    fn find_place(&self, end: ChangePosition) -> Result<Place> {
        let inventory = Inventory::read(&*self.storage)?;
        let bases = inventory.bases.keys().filter(|base| base.log == end.log && inventory.is_complete(base));
        let Some(base) = bases.max_by_key(|base| base.at) else {
            return Ok(Place::begin(end));
        };
        let chain = inventory.chain(*base, None);
        let bytes_since_base = chain.changes.iter().filter_map(|name| inventory.changes.get(name)).sum();
        let bytes = inventory.parts_of(base).map(|(_, bytes)| bytes).sum();
        let sent = ChangePosition { log: end.log, offset: chain.end };
        Ok(Place { began: base.at, sent, base: Some((*base, bytes)), bytes_since_base })
    }

    fn is_base_due(&self, now: Millis) -> bool {
        let Some(place) = &self.place else { return false };
        // Also where the clock has jumped.
        if self.base_failed_at.is_some_and(|at| at <= now && now < at.plus_ms(BASE_RETRY_MS)) {
            return false;
        }
        place.base.is_none_or(|(base, bytes)| {
            let is_old = base.taken_at.plus_ms(BASE_INTERVAL_MS) <= now || base.taken_at.0 > now.0 + BASE_INTERVAL_MS;
            is_old || place.bytes_since_base > bytes.max(CHANGES_SINCE_BASE_MIN)
        })
    }

    fn start_background(&mut self) -> Result<()> {
        let now = self.tools.clock.now();
        let Some(log) = self.place.as_ref().map(|place| place.sent.log).filter(|_| self.background.is_none()) else { return Ok(()) };
        let (storage, cipher, control) = (Arc::clone(&self.storage), Arc::clone(&self.cipher), Arc::clone(&self.control));
        let is_base = self.is_base_due(now);
        let work: Box<dyn FnOnce() -> BackgroundOutcome + Send> = if is_base {
            let Tools { capture, clock, scratch, .. } = self.tools.clone();
            let work = BaseWork { storage, cipher, capture, clock, control };
            Box::new(move || work.run(&scratch).map(Some))
        } else if self.upkeep_at > now || self.upkeep_at.plus_ms(UPKEEP_INTERVAL_MS) <= now {
            self.upkeep_at = now;
            Box::new(move || Upkeep { storage, cipher, control }.run(log, now).map(|()| None))
        } else {
            return Ok(());
        };
        self.background = Some(Background { thread: spawn("continuous-base", work)?, is_base });
        Ok(())
    }

    /// Begins to send files in a thread of their own, unless the former ones are being sent.
    fn send_files(&mut self, files: &BTreeSet<BlobKey>) -> Result<()> {
        if let Some(thread) = self.file_thread.take_if(|thread| thread.is_finished()) {
            self.file_error = join(thread).err().map(|error| error.to_string());
            if self.file_error.is_some() {
                self.sent_files = None;
            }
        }
        if self.file_thread.is_none() && self.sent_files.as_ref() != Some(files) {
            let (storage, cipher, control) = (Arc::clone(&self.storage), Arc::clone(&self.cipher), Arc::clone(&self.control));
            let work = FilesWork { storage, cipher, control, folder: self.tools.files.clone() };
            let wanted = files.clone();
            self.file_thread = Some(spawn("continuous-file", move || work.run(&wanted))?);
            self.sent_files = Some(files.clone());
        }
        Ok(())
    }

    /// Notes the outcome of what has ended.
    fn take_background(&mut self) {
        let Some(Background { thread, is_base }) = self.background.take_if(|background| background.thread.is_finished()) else { return };
        let outcome = join(thread);
        if is_base {
            self.base_failed_at = outcome.is_err().then(|| self.tools.clock.now());
        }
        self.background_error = outcome.as_ref().err().map(ToString::to_string);
        if let (Ok(Some((base, bytes))), Some(place)) = (outcome, &mut self.place)
            && base.log == place.sent.log
            // Otherwise changes after it were lost meanwhile, and the next one is made.
            && base.at >= place.began
        {
            place.base = Some((base, bytes));
            place.bytes_since_base = 0;
            self.upkeep_at = Millis(0);
        }
    }
}

fn spawn<T: Send + 'static>(name: &str, work: impl FnOnce() -> T + Send + 'static) -> Result<JoinHandle<T>> {
    let thread = thread::Builder::new().name(name.to_owned()).spawn(work);
    thread.map_err(|error| BackupError::Other(format!("A thread could not be started: {error}")))
}

fn join<T>(thread: JoinHandle<Result<T>>) -> Result<T> {
    let ended_early = |_| Err(BackupError::Other("The continuous backup has ended early".to_owned()));
    thread.join().unwrap_or_else(ended_early)
}
