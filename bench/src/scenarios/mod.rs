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

use crate::http::Address;
use crate::options::{LoadOptions, Scenario};
use crate::process::Process;
use crate::report::Report;
use crate::seed::World;
use crate::server::Server;

/// What a scenario works with.
pub struct Stage<'a> {
    pub server: &'a mut Server,
    pub world: &'a mut World,
    pub load: &'a LoadOptions,
    /// What was measured before.
    pub earlier: &'a [Report],
}

impl Stage<'_> {
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

pub async fn run(scenario: Scenario, mut stage: Stage<'_>) -> Result<Report> {
    let stage = &mut stage;
    let mut report = match scenario {
        Scenario::Posts => posts::run(stage).await?,
        Scenario::Pages => pages::run(stage).await?,
        Scenario::Ids => ids::run(stage).await?,
        Scenario::Search => search::run(stage).await?,
        Scenario::Channels => channels::run(stage).await?,
        Scenario::Fanout => fanout::run(stage).await?,
        Scenario::Idle => idle::run(stage).await?,
        Scenario::Memory => memory::run(stage).await?,
    };
    if report.server_memory.is_none() {
        report.server_memory = stage.process().and_then(Process::memory);
    }
    Ok(report)
}
