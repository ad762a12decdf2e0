//! What the dispatcher and the writers of a server wait with. The simulation decides who goes on, and when time passes:
//! `docs/decisions/0035-simulation.md`.

#[cfg(feature = "simulation")]
pub(crate) use guildhall_simulation::{Condvar, Mutex, task, thread, time::timeout};
#[cfg(not(feature = "simulation"))]
pub(crate) use {
    parking_lot::{Condvar, Mutex},
    std::thread,
    tokio::{task, time::timeout},
};
