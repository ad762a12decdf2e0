//! The binary: parses the command line and runs its verb.

use std::process::ExitCode;

use clap::Parser;
use guildhall::cli::Cli;
use tikv_jemallocator::Jemalloc;
use tracing_subscriber::EnvFilter;

/// Faster than glibc's, and returns memory: docs/decisions/0011-allocator.md.
#[global_allocator]
static ALLOCATOR: Jemalloc = Jemalloc;

fn main() -> ExitCode {
    guildhall::file_modes::set_private_umask();
    let filter = EnvFilter::try_from_env("GUILDHALL_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    // A log that cannot be written (its disk is full) must not end the requests that write to it.
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).log_internal_errors(false);
    log.init();
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
