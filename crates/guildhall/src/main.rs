//! The binary: parses the command line and runs its verb.

use std::process::ExitCode;

use clap::Parser;
use guildhall::cli::Cli;
use tikv_jemallocator::Jemalloc;

/// Faster than glibc's, and returns memory: docs/decisions/0011-allocator.md.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

fn main() -> ExitCode {
    guildhall::file_modes::set_private_umask();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return print_failure(&format!("The threads could not be started: {error}.")),
    };
    let outcome = runtime.block_on(guildhall::cli::run(Cli::parse()));
    // A check may have left a thread that waits for a disk which does not answer.
    runtime.shutdown_background();
    outcome.unwrap_or_else(|message| print_failure(&message))
}

fn print_failure(message: &str) -> ExitCode {
    eprintln!("{message}");
    ExitCode::FAILURE
}
