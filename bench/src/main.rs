//! Load generator for a Guildhall server. README.md explains the figures.

mod api;
mod dataset;
mod http;
mod id;
mod load;
mod machine;
mod options;
mod process;
mod report;
mod scenarios;

mod server;
mod socket;
mod text;
mod verify;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::{Parser, ValueEnum};
use rustix::process::{Resource, Rlimit};

use crate::dataset::Dataset;
use crate::machine::Run;
use crate::options::{Options, Scenario};
use crate::report::Report;
use crate::scenarios::Setup;
use crate::server::Server;

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    let outcome = tokio::select! {
        outcome = run(&options) => outcome,
        // Dropping the run ends the server and removes its folder.
        _ = tokio::signal::ctrl_c() => Err(anyhow::anyhow!("interrupted")),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: &Options) -> Result<()> {
    allow_all_descriptors();
    let mut server = Server::open(&options.server).await?;
    let mut reports = Vec::new();
    let outcome = measure(options, &mut server, &mut reports).await;
    if !reports.is_empty() {
        eprint!("\n{}", report::table(&reports));
    }
    if let Err(error) = outcome {
        let log = server.log_tail();
        // The server's own end is not what failed first.
        let _ = server.stop().await;
        return if log.is_empty() { Err(error) } else { Err(error.context(format!("the server logged:\n{log}\n"))) };
    }
    server.stop().await
}

async fn measure(options: &Options, server: &mut Server, reports: &mut Vec<Report>) -> Result<()> {
    let run = Run::describe(options, server)?;
    let begin = Instant::now();
    let mut dataset = Dataset::create(server.address(), &options.server, &options.dataset).await.context("creating the data")?;
    eprintln!("data created in {:.1} s", begin.elapsed().as_secs_f64());
    let all = Scenario::value_variants();
    let scenarios = if options.scenarios.is_empty() { all } else { &options.scenarios };
    for scenario in scenarios {
        eprintln!("{} ..", scenario.name());
        let setup = Setup { server, dataset: &mut dataset, load: &options.load, earlier: reports };
        let report = scenarios::run(*scenario, setup).await.with_context(|| format!("the scenario {} failed", scenario.name()))?;
        let line = report::json_line(&run, &report)?;
        println!("{line}");
        if let Some(out) = &options.out {
            report::append(out, &line)?;
        }
        reports.push(report);
    }
    if reports.is_empty() { bail!("no scenario was run") } else { Ok(()) }
}

/// Each connection is a descriptor, here as in the started server, which inherits the limit.
fn allow_all_descriptors() {
    let limit = rustix::process::getrlimit(Resource::Nofile);
    let raised = rustix::process::setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
    if let Err(error) = raised {
        eprintln!("warning: the limit of open files stays as it is: {error}");
    }
}
