//! The locks of the hub. The simulation decides who gets them: `docs/decisions/0035-simulation.md`.

#[cfg(feature = "simulation")]
pub(crate) use guildhall_simulation::{Mutex, MutexGuard};
#[cfg(not(feature = "simulation"))]
pub(crate) use parking_lot::{Mutex, MutexGuard};
