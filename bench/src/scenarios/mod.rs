//! The scenarios: a file each.

mod channels;
mod fanout;
mod idle;
mod ids;
mod memory;
mod pages;
mod posts;
mod reads;
mod search;

use anyhow::Result;

use crate::dataset::Dataset;
use crate::http::Address;
use crate::options::{LoadOptions, Scenario};
use crate::process::Process;
use crate::report::Report;
use crate::server::Server;

/// What a scenario works with.
pub struct Setup<'a> {
    pub server: &'a mut Server,
    pub dataset: &'a mut Dataset,
    pub load: &'a LoadOptions,
    /// What was measured before.
    pub earlier: &'a [Report],
}

impl Setup<'_> {
    fn address(&self) -> &Address {
        self.server.address()
    }

    fn process(&self) -> Option<Process> {
        self.server.process()
    }

    fn clients(&self) -> usize {
        self.load.clients as usize
    }
}

pub async fn run(scenario: Scenario, mut setup: Setup<'_>) -> Result<Report> {
    let setup = &mut setup;
    let mut report = match scenario {
        Scenario::Posts => posts::run(setup).await?,
        Scenario::Pages => pages::run(setup).await?,
        Scenario::Ids => ids::run(setup).await?,
        Scenario::Search => search::run(setup).await?,
        Scenario::Channels => channels::run(setup).await?,
        Scenario::Fanout => fanout::run(setup).await?,
        Scenario::Idle => idle::run(setup).await?,
        Scenario::Memory => memory::run(setup).await?,
    };
    if report.server_memory.is_none() {
        report.server_memory = setup.process().and_then(Process::memory);
    }
    Ok(report)
}
