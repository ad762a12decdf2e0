//! The server that is measured: started on a temporary data folder and stopped again, or one that runs already.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail};
use rustix::process::{Pid, Signal};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::http::Address;
use crate::options::ServerOptions;
use crate::process::Process;

const START_TIME: Duration = Duration::from_secs(60);
const STOP_TIME: Duration = Duration::from_secs(60);
/// How much of the server's log an error shows.
const LOG_LINES: usize = 20;
/// `statfs`'s type of a file system in memory.
const TMPFS_MAGIC: i64 = 0x0102_1994;

pub struct Server {
    address: Address,
    process: Option<Process>,
    started: Option<Started>,
}

/// What belongs to a server that this program started.
struct Started {
    child: Child,
    binary: PathBuf,
    database_url: Option<String>,
    folder: TempDir,
    ready_ms: f64,
}

impl Server {
    pub async fn open(options: &ServerOptions) -> Result<Self> {
        match &options.url {
            Some(url) => Ok(Self { address: Address::parse(url)?, process: options.pid.map(Process::new), started: None }),
            None => Self::start(options).await,
        }
    }

    async fn start(options: &ServerOptions) -> Result<Self> {
        let binary = options.binary.canonicalize().with_context(|| format!("no server at {}", options.binary.display()))?;
        let scratch = options.scratch.clone().unwrap_or_else(std::env::temp_dir);
        let folder = tempfile::Builder::new().prefix("guildhall-bench.").tempdir_in(&scratch)?;
        if options.database_url.is_none() && is_in_memory(folder.path()) {
            eprintln!("warning: {} is in memory, where durable posts cost nothing; use --scratch", scratch.display());
        }
        let (child, address, ready_ms) = spawn(&binary, folder.path(), options.database_url.as_deref()).await?;
        let started = Started { child, binary, database_url: options.database_url.clone(), folder, ready_ms };
        let mut server = Self { address, process: None, started: Some(started) };
        server.find_process();
        Ok(server)
    }

    pub fn address(&self) -> &Address {
        &self.address
    }

    /// `None` for a running server whose process was not named.
    pub fn process(&self) -> Option<Process> {
        self.process
    }

    pub fn is_started(&self) -> bool {
        self.started.is_some()
    }

    /// From the start of the process to its line that it is ready, the last time.
    pub fn ready_ms(&self) -> Option<f64> {
        self.started.as_ref().map(|started| started.ready_ms)
    }

    pub fn binary_bytes(&self) -> Option<u64> {
        let started = self.started.as_ref()?;
        fs::metadata(&started.binary).ok().map(|file| file.len())
    }

    /// A new process on the same data: its memory holds nothing of what was measured before. Does nothing to a server
    /// that runs on its own.
    pub async fn restart(&mut self) -> Result<()> {
        let Some(started) = &mut self.started else { return Ok(()) };
        started.terminate().await?;
        let started_again = spawn(&started.binary, started.folder.path(), started.database_url.as_deref()).await?;
        (started.child, self.address, started.ready_ms) = started_again;
        self.find_process();
        Ok(())
    }

    /// Ends a started server by SIGTERM, which must be a clean end.
    pub async fn stop(self) -> Result<()> {
        match self.started {
            Some(mut started) => started.terminate().await,
            None => Ok(()),
        }
    }

    /// The last lines that a started server logged.
    pub fn log_tail(&self) -> String {
        self.started.as_ref().map(|started| log_tail(started.folder.path())).unwrap_or_default()
    }

    fn find_process(&mut self) {
        self.process = self.started.as_ref().and_then(|started| started.child.id()).map(Process::new);
    }
}

impl Started {
    async fn terminate(&mut self) -> Result<()> {
        let pid = self.child.id().and_then(|pid| Pid::from_raw(pid.try_into().ok()?));
        rustix::process::kill_process(pid.ok_or_else(|| anyhow!("the server ended by itself"))?, Signal::TERM)?;
        let Ok(status) = tokio::time::timeout(STOP_TIME, self.child.wait()).await else {
            bail!("the server did not stop within {} s", STOP_TIME.as_secs());
        };
        let status = status?;
        if status.success() { Ok(()) } else { bail!("the server did not stop cleanly: {status}") }
    }
}

/// The process, its address, and how many milliseconds it took until it was ready.
async fn spawn(binary: &Path, folder: &Path, database_url: Option<&str>) -> Result<(Child, Address, f64)> {
    let begin = Instant::now();
    let mut command = Command::new(binary);
    command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(folder.join("data"));
    if let Some(url) = database_url {
        command.args(["--database-url", url]);
    }
    // Cheap password hashes: thousands of accounts are made and logged in before anything is measured.
    for (name, value) in [("LIMITS_ENABLED", "false"), ("SIGNUP_OPEN", "true"), ("SERVER_PASSWORD_MEMORY_KIB", "64")] {
        command.env(format!("GUILDHALL_{name}"), value);
    }
    let log = File::options().create(true).append(true).open(log_path(folder))?;
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).kill_on_drop(true).spawn()?;
    let stdout = child.stdout.take().ok_or_else(|| anyhow!("the server has no standard output"))?;
    let mut lines = BufReader::new(stdout).lines();
    let first = tokio::time::timeout(START_TIME, lines.next_line()).await.context("the server was not ready in time")??;
    let ready_ms = begin.elapsed().as_secs_f64() * 1e3;
    let first = first.ok_or_else(|| anyhow!("the server ended before it was ready: {}", log_tail(folder)))?;
    let url = first.split_whitespace().last().unwrap_or_default();
    let address = Address::parse(url).with_context(|| format!("an unexpected first line: {first}"))?;
    // A pipe that nobody empties would make the server wait.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok((child, address, ready_ms))
}

fn log_path(folder: &Path) -> PathBuf {
    folder.join("server.log")
}

fn log_tail(folder: &Path) -> String {
    let log = fs::read(log_path(folder)).unwrap_or_default();
    let log = String::from_utf8_lossy(&log);
    let lines: Vec<_> = log.lines().collect();
    lines[lines.len().saturating_sub(LOG_LINES)..].join("\n")
}

fn is_in_memory(folder: &Path) -> bool {
    #[allow(clippy::unnecessary_cast, reason = "the field's type differs between platforms")]
    rustix::fs::statfs(folder).is_ok_and(|stats| stats.f_type as i64 == TMPFS_MAGIC)
}
