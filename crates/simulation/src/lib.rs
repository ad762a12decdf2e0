//! Locks, threads, tasks and time whose order a seed decides: the simulation compiles the hub and the dispatcher against
//! these, in place of those of parking_lot, std and tokio (`docs/decisions/0035-simulation.md`). No release contains them.
//!
//! Each has the interface of what it replaces, as far as the simulated code uses it, and works within an execution of Shuttle
//! only, which runs all threads and tasks as coroutines of one thread.

mod condvar;
mod mutex;
pub mod task;
pub mod time;

pub use condvar::Condvar;
pub use mutex::{Mutex, MutexGuard};
pub use shuttle::thread;
