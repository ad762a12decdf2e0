//! Judges a run: what the dispatcher published, then what each connection received of it.

mod commits;
mod deliveries;
mod model;

use crate::world::World;

/// Panics where a promise is broken.
pub fn judge(world: &World) {
    commits::judge(world);
    deliveries::judge(world);
}
