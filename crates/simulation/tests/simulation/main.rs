//! Simulations of the hub and the dispatcher: each seed decides the load, the faults and every step of the scheduler.
//! `GUILDHALL_SIMULATION_SEED` repeats one seed, `GUILDHALL_SIMULATION_SEEDS` runs so many (`make simulation SEEDS=10000`).

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers outside of test functions unwrap and panic too")]

mod client;
mod faults;
mod interleavings;
mod log;
mod message;
mod oracle;
mod run;
mod scenario;
mod scheduler;
mod server;
mod submitter;
mod trace;
mod world;

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use run::{Figures, run};

/// Seeds of the short form, which is part of `make test`.
const SEEDS: u64 = 300;

fn number_from_environment(name: &str) -> Option<u64> {
    env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is not a number: {text}")))
}

/// Runs a seed; where it fails, prints the command that repeats it.
fn run_or_explain(seed: u64, keep_schedule: bool) -> run::Finished {
    catch_unwind(AssertUnwindSafe(|| run(seed, keep_schedule))).unwrap_or_else(|failure| {
        eprintln!("\nThe seed {seed} fails. Its log, and the failure again:");
        eprintln!("GUILDHALL_SIMULATION_SEED={seed} scripts/test-simulation every_seed --nocapture\n");
        resume_unwind(failure)
    })
}

#[test]
fn every_seed_keeps_the_promises_of_hub_and_dispatcher() {
    if let Some(seed) = number_from_environment("GUILDHALL_SIMULATION_SEED") {
        println!("{:?}", run_or_explain(seed, true).figures);
        return;
    }
    let first = number_from_environment("GUILDHALL_SIMULATION_FIRST_SEED").unwrap_or(0);
    let seeds = number_from_environment("GUILDHALL_SIMULATION_SEEDS").unwrap_or(SEEDS);
    let mut total = Figures::default();
    for seed in first..first + seeds {
        total += run_or_explain(seed, false).figures;
        if (seed + 1) % 1000 == 0 {
            println!("{} seeds: {total:?}", seed + 1 - first);
        }
    }
    println!("{seeds} seeds: {total:?}");
    if seeds >= SEEDS {
        total.assert_all_occurred();
    }
}

#[test]
fn two_runs_of_one_seed_give_one_log_and_other_seeds_give_others() {
    let mut logs = Vec::new();
    for seed in 0..25 {
        let (first, second) = (run_or_explain(seed, true).log, run_or_explain(seed, true).log);
        if first != second {
            let differs = first.lines().zip(second.lines()).position(|(a, b)| a != b);
            panic!("the two runs of the seed {seed} differ in line {differs:?}");
        }
        assert!(first.lines().count() > 500, "{first}");
        logs.push(first);
    }
    logs.sort_unstable();
    assert!(logs.windows(2).all(|pair| pair[0] != pair[1]), "two seeds gave one log");
}
