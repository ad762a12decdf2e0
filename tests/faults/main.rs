//! Faults on purpose: the real binary under load while processes, disks, databases and clocks fail. One oracle decides
//! (`ledger/`): every acknowledged message is there, once, in one order for all readers, and nobody reads after their removal.
//!
//! `cargo test` runs the short form. `make faults` runs the long one, one scenario after the other, and writes their figures to
//! `docs/ops/FAULTS.md`; what is promised under which fault is decision 0034.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test helpers")]

#[path = "../../crates/guildhall/tests/support/mod.rs"]
#[macro_use]
mod support;

mod clients;
mod clock;
mod continuous;
mod database;
mod disk;
mod full_disk;
mod inject;
mod io_errors;
mod kill;
mod ledger;
mod power_cut;
mod process;
mod proxy;
mod report;
mod soak;
mod workload;

/// Whether this is the long form, which `make faults` asks for.
fn is_long() -> bool {
    std::env::var("GUILDHALL_FAULTS").is_ok_and(|form| form == "long")
}

/// How often the fault is repeated in this form.
fn times(short: usize, long: usize) -> usize {
    if is_long() { long } else { short }
}

/// Says that something was not tested, past the test harness, which would swallow it.
fn skipped(what: &str, reason: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "skipped: {what}: {reason}");
}
