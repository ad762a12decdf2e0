//! WebSocket connections without traffic: the server's memory for each, and the CPU time that they take while nothing
//! happens. A started server begins afresh, or connections would live in memory that earlier scenarios have left free.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::Setup;
use crate::load::{CpuUse, Window, prepare};
use crate::process::{Memory, Process};
use crate::report::Report;
use crate::socket::Socket;

/// Connections that are opened before memory is measured: what exists once is no part of what each one takes.
const FIRST_CONNECTIONS: usize = 50;
const CONNECTING_AT_ONCE: usize = 64;
const SETTLE_TIME: Duration = Duration::from_secs(2);

struct OpenConnections {
    stop: watch::Sender<bool>,
    running: JoinSet<Result<()>>,
}

pub(super) async fn run(setup: &mut Setup<'_>) -> Result<Report> {
    let count = setup.load.idle_connections as usize;
    setup.dataset.grow_users(setup.server.address(), FIRST_CONNECTIONS + count).await?;
    setup.server.restart().await?;
    let mut connections = OpenConnections { stop: watch::Sender::new(false), running: JoinSet::new() };
    connections.open(setup, 0, FIRST_CONNECTIONS).await?;
    let before = settled_memory(setup).await;
    let begin = Instant::now();
    connections.open(setup, FIRST_CONNECTIONS, count).await?;
    let opened_s = begin.elapsed().as_secs_f64();
    let open = settled_memory(setup).await;

    let window = Window::after(Duration::ZERO, setup.load.duration);
    let cpu = CpuUse::within(window, setup.process()).await;
    let held = setup.process().and_then(Process::memory);
    connections.close().await.context("a connection that should have been idle")?;
    let closed = settled_memory(setup).await;

    let mut report = Report::of_count("idle", "connections", count, 0, window.seconds(), cpu);
    report.server_memory = held;
    report.detail("connections_opened_per_second", (count as f64 / opened_s).round());
    for (name, memory) in [("before", before), ("open", open), ("closed", closed)] {
        report.detail(&format!("memory_{name}"), json!(memory));
    }
    if let (Some(before), Some(held)) = (before, held) {
        let each_bytes = ((held.anonymous_kib as f64 - before.anonymous_kib as f64) * 1024.0 / count as f64).round();
        report.detail("bytes_per_connection", each_bytes);
        report.note = format!("{each_bytes} bytes a connection");
    }
    Ok(report)
}

async fn settled_memory(setup: &Setup<'_>) -> Option<Memory> {
    tokio::time::sleep(SETTLE_TIME).await;
    setup.process().and_then(Process::memory)
}

impl OpenConnections {
    /// Connections of the users from this index on.
    async fn open(&mut self, setup: &Setup<'_>, first: usize, count: usize) -> Result<()> {
        let connect = async |n: usize| Socket::connect(setup.address(), &setup.dataset.users[first + n]).await;
        for socket in prepare(count, CONNECTING_AT_ONCE, connect).await? {
            self.running.spawn(socket.read_until(self.stop.subscribe(), |_| Ok(())));
        }
        Ok(())
    }

    /// Fails if any of them ended before.
    async fn close(mut self) -> Result<()> {
        self.stop.send_replace(true);
        while let Some(ended) = self.running.join_next().await {
            ended??;
        }
        Ok(())
    }
}
