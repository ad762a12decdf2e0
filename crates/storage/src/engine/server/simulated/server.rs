//! Rows of integers with locks, transactions with savepoints, and the order of the commits.

use std::collections::BTreeMap;

use parking_lot::Mutex;

use crate::{Statement, params};

/// A write of one row, by a batch with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    pub batch: i64,
    pub row: i64,
    /// The value that the row must have; `None` for any. Rows are zero at first.
    pub expected: Option<i64>,
    pub value: i64,
}

/// What becomes of a COMMIT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommitFault {
    None,
    /// The server answers that it has not committed.
    Rejected,
    /// The connection is lost, before or after the server has committed.
    Lost {
        is_committed: bool,
    },
    /// No answer; the server commits when the client has given up, or not at all.
    Hung {
        is_committed: bool,
    },
}

/// The faults of the server, and how long it takes.
pub trait Faults: Send + Sync {
    /// How often others may go on before the next step of the server.
    fn pauses(&self) -> u32;
    /// Whether the connection is lost while a group is executed.
    fn loses_connection(&self) -> bool;
    fn commit(&self) -> CommitFault;
}

pub struct SimulatedServer {
    tables: Mutex<Tables>,
    pub(super) faults: Box<dyn Faults>,
}

#[derive(Default)]
struct Tables {
    rows: BTreeMap<i64, Row>,
    transactions: BTreeMap<u64, Transaction>,
    transactions_begun: u64,
    commits: Vec<Step>,
    acknowledged: Vec<i64>,
}

#[derive(Default)]
struct Row {
    value: i64,
    locked_by: Option<u64>,
}

/// The steps so far; each holds the lock of its row.
#[derive(Default)]
struct Transaction {
    steps: Vec<Step>,
}

impl Step {
    /// A statement that must change exactly one row.
    pub fn statement(&self) -> Statement {
        let expected = self.expected.unwrap_or(Self::ANY);
        let sql = "UPDATE rows SET value = ? WHERE id = ? AND value = ?";
        Statement::new(sql, params![self.value, self.row, expected, self.batch]).expect_rows(1)
    }

    pub(super) const ANY: i64 = i64::MIN;
}

impl SimulatedServer {
    pub fn new(faults: Box<dyn Faults>) -> Self {
        Self { tables: Mutex::default(), faults }
    }

    /// The committed value of a row.
    pub fn value(&self, row: i64) -> i64 {
        self.tables.lock().rows.get(&row).map_or(0, |row| row.value)
    }

    /// Sets a row outside of any transaction.
    pub fn set_value(&self, row: i64, value: i64) {
        self.tables.lock().rows.entry(row).or_default().value = value;
    }

    /// What was committed, in the order of the commits, whether their answers arrived or not.
    pub fn commits(&self) -> Vec<Step> {
        self.tables.lock().commits.clone()
    }

    /// The batches whose commits were answered.
    pub fn acknowledged(&self) -> Vec<i64> {
        self.tables.lock().acknowledged.clone()
    }

    pub(super) fn begin(&self) -> u64 {
        let mut tables = self.tables.lock();
        tables.transactions_begun += 1;
        let transaction = tables.transactions_begun;
        tables.transactions.insert(transaction, Transaction::default());
        transaction
    }

    pub(super) fn try_lock(&self, transaction: u64, row: i64) -> bool {
        let mut tables = self.tables.lock();
        let holder = &mut tables.rows.entry(row).or_default().locked_by;
        *holder.get_or_insert(transaction) == transaction
    }

    /// How many rows the step changes: one, or none if the row has another value. The row is locked.
    pub(super) fn write(&self, transaction: u64, step: Step) -> u64 {
        let mut tables = self.tables.lock();
        let committed = tables.rows.get(&step.row).map_or(0, |row| row.value);
        let Some(transaction) = tables.transactions.get_mut(&transaction) else { return 0 };
        let earlier = transaction.steps.iter().rfind(|earlier| earlier.row == step.row);
        let value = earlier.map_or(committed, |earlier| earlier.value);
        if step.expected.is_some_and(|expected| expected != value) {
            return 0;
        }
        transaction.steps.push(step);
        1
    }

    /// The position of a savepoint.
    pub(super) fn savepoint(&self, transaction: u64) -> usize {
        self.tables.lock().transactions.get(&transaction).map_or(0, |transaction| transaction.steps.len())
    }

    /// Undoes the steps since the savepoint. As in MySQL, their locks are kept.
    pub(super) fn roll_back_to(&self, transaction: u64, savepoint: usize) {
        if let Some(transaction) = self.tables.lock().transactions.get_mut(&transaction) {
            transaction.steps.truncate(savepoint);
        }
    }

    pub(super) fn roll_back(&self, transaction: u64) {
        self.tables.lock().end(transaction);
    }

    pub(super) fn commit(&self, transaction: u64) -> Vec<i64> {
        let mut tables = self.tables.lock();
        let steps = tables.end(transaction);
        for step in &steps {
            tables.rows.entry(step.row).or_default().value = step.value;
        }
        let mut batches: Vec<i64> = steps.iter().map(|step| step.batch).collect();
        batches.dedup();
        tables.commits.extend(steps);
        batches
    }

    pub(super) fn acknowledge(&self, batches: Vec<i64>) {
        self.tables.lock().acknowledged.extend(batches);
    }
}

impl Tables {
    /// Removes the transaction and releases its locks.
    fn end(&mut self, transaction: u64) -> Vec<Step> {
        for row in self.rows.values_mut().filter(|row| row.locked_by == Some(transaction)) {
            row.locked_by = None;
        }
        self.transactions.remove(&transaction).map(|transaction| transaction.steps).unwrap_or_default()
    }
}
