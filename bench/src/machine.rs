//! What a result depends on: when, which commit, which machine, which database.

use std::fs;
use std::process::Command;

use anyhow::Result;
use serde::Serialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::options::Options;
use crate::server::Server;

#[derive(Debug, Serialize)]
pub struct Run {
    pub date: String,
    /// Of the working folder; "-dirty" behind it if that was changed. `None` outside a repository.
    pub commit: Option<String>,
    pub cores: usize,
    /// The machine's load average over one minute before the start: what else it was busy with.
    pub load_1min: Option<f64>,
    pub database: String,
    /// `None` for a server that ran already.
    pub binary_bytes: Option<u64>,
    pub users: u32,
    pub channels: u32,
    pub history_posts: u32,
}

impl Run {
    /// To be called before the load begins.
    pub fn describe(options: &Options, server: &Server) -> Result<Self> {
        Ok(Self {
            date: OffsetDateTime::now_utc().replace_nanosecond(0)?.format(&Rfc3339)?,
            commit: commit(),
            cores: std::thread::available_parallelism()?.get(),
            load_1min: load_1min(),
            database: database(options),
            binary_bytes: server.binary_bytes(),
            users: options.dataset.users,
            channels: options.dataset.channels,
            history_posts: options.dataset.history,
        })
    }
}

fn commit() -> Option<String> {
    let commit = git(&["rev-parse", "--short=12", "HEAD"])?;
    let is_dirty = git(&["status", "--porcelain", "--untracked-files=no"]).is_some_and(|changes| !changes.is_empty());
    Some(if is_dirty { format!("{commit}-dirty") } else { commit })
}

fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(arguments).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

fn load_1min() -> Option<f64> {
    fs::read_to_string("/proc/loadavg").ok()?.split_whitespace().next()?.parse().ok()
}

/// The kind alone: a URL contains a password.
fn database(options: &Options) -> String {
    match (&options.server.url, &options.server.database_url) {
        (Some(_), _) => options.server.database.clone(),
        (None, None) => "sqlite".to_owned(),
        (None, Some(url)) => url.split_once(':').map_or("unknown", |(kind, _)| kind).to_owned(),
    }
}
