//! What may be done with the database while a command moves it to another one.

/// Who writes to the database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DatabaseMode {
    /// Everybody.
    #[default]
    Normal,
    /// Everybody, while a command reads all of it.
    Copying,
    /// Nobody: every write is answered with `READ_ONLY`.
    ReadOnly,
    /// Nobody any more: this server ends, and the next one uses the new database.
    Moved {
        /// Whether whatever watches over the server shall start it again.
        restart: bool,
    },
}

/// The longest time for which a mode holds without being renewed.
pub const LEASE_MS_MAX: i64 = 10 * 60 * 1000;
