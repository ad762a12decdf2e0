//! The database of a running server while a command moves it to another one. The command copies; the server here sees to it
//! that nobody writes in the last moment, and ends when the new database is complete.

mod mode;

use guildhall_model::{DatabaseMode, Millis};
use guildhall_storage::LogHold;
use parking_lot::Mutex;
use tokio::sync::watch;

noun! {
    /// The database while it is moved.
    database::DatabaseMoves, state: State, uses: []
}

pub(crate) struct State {
    current: Mutex<Current>,
    /// One change of the mode at a time.
    changing: tokio::sync::Mutex<()>,
    /// Whether the server shall be started again, once the database has moved.
    moved: watch::Sender<Option<bool>>,
}

#[derive(Default)]
struct Current {
    mode: DatabaseMode,
    /// When the server returns to its normal mode, unless the command says that it is still there.
    until: Millis,
    /// The command reads the file of an embedded database.
    _log: Option<LogHold>,
}

impl Default for State {
    fn default() -> Self {
        Self { current: Mutex::default(), changing: tokio::sync::Mutex::default(), moved: watch::Sender::new(None) }
    }
}
