//! The command line: which server, how much data, how much load, which scenarios.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, ValueEnum};

/// Measures a Guildhall server: starts one on a temporary data folder, or uses one that runs.
#[derive(Debug, Parser)]
#[command(name = "guildhall-bench", version)]
pub struct Options {
    /// The scenarios, in this order; all of them if none is named
    #[arg(value_enum)]
    pub scenarios: Vec<Scenario>,
    #[command(flatten)]
    pub server: ServerOptions,
    #[command(flatten)]
    pub dataset: DatasetOptions,
    #[command(flatten)]
    pub load: LoadOptions,
    /// Append one JSON line per scenario to this file
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Scenario {
    /// Durable posts per second
    Posts,
    /// The newest 60 posts of a channel
    Pages,
    /// 50 posts by their ids
    Ids,
    /// Full-text search in the user's channels
    Search,
    /// The user's own channels
    Channels,
    /// Posts to channels whose members hold WebSocket connections
    Fanout,
    /// WebSocket connections without traffic
    Idle,
    /// The server's memory at rest
    Memory,
}

impl Scenario {
    pub fn name(self) -> &'static str {
        match self {
            Self::Posts => "posts",
            Self::Pages => "pages",
            Self::Ids => "ids",
            Self::Search => "search",
            Self::Channels => "channels",
            Self::Fanout => "fanout",
            Self::Idle => "idle",
            Self::Memory => "memory",
        }
    }
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Server")]
pub struct ServerOptions {
    /// The server to start
    #[arg(long, value_name = "FILE", default_value = "target/release/guildhall")]
    pub binary: PathBuf,
    /// An empty database for the started server; SQLite in the temporary data folder if none is given
    #[arg(long, value_name = "URL")]
    pub database_url: Option<String>,
    /// Where the temporary data folder is made; a file system in memory makes durable posts look cheap
    #[arg(long, value_name = "FOLDER")]
    pub scratch: Option<PathBuf>,
    /// Measure this running server instead (http://HOST:PORT)
    #[arg(long, value_name = "URL", requires = "token", conflicts_with_all = ["database_url", "scratch"])]
    pub url: Option<String>,
    /// A system administrator's token on the running server
    #[arg(long, requires = "url")]
    pub token: Option<String>,
    /// The running server's process, for its CPU time and memory
    #[arg(long, requires = "url")]
    pub pid: Option<u32>,
    /// What the running server's database is called in the results
    #[arg(long, value_name = "NAME", requires = "url", default_value = "unknown")]
    pub database: String,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Data")]
pub struct DatasetOptions {
    #[arg(long, default_value_t = 500, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub users: u32,
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub channels: u32,
    /// Members of each channel
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub members: u32,
    /// Posts that exist before the first scenario, over all channels
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    pub history: u32,
    /// Start value of the random generator: the same value brings the same texts and members
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Load")]
pub struct LoadOptions {
    /// Seconds that are measured, per scenario
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = parse_seconds)]
    pub duration: Duration,
    /// Seconds of the same load before, which are not measured
    #[arg(long, value_name = "SECONDS", default_value = "1", value_parser = parse_seconds)]
    pub warm_up: Duration,
    /// Clients with one connection and one request at a time each
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub clients: u32,
    /// fanout: members of a channel, each with a WebSocket connection
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub fanout_members: u32,
    /// fanout: channels with that many members of their own
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    pub fanout_channels: u32,
    /// fanout: posts per second, over all these channels
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub fanout_rate: u32,
    /// idle: WebSocket connections, each of a user of its own
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub idle_connections: u32,
}

fn parse_seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number of seconds".to_owned())?;
    if (0.0..=86_400.0).contains(&seconds) { Ok(Duration::from_secs_f64(seconds)) } else { Err("not within a day".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_options_are_consistent() {
        Options::command().debug_assert();
    }

    #[test]
    fn scenarios_keep_their_order() {
        let options = Options::try_parse_from(["bench", "fanout", "posts", "--duration", "0.5"]).unwrap();
        assert_eq!(options.scenarios, [Scenario::Fanout, Scenario::Posts]);
        assert_eq!(options.load.duration, Duration::from_millis(500));
        assert!(Options::try_parse_from(["bench", "--duration", "-1"]).is_err());
        assert!(Options::try_parse_from(["bench", "--url", "http://127.0.0.1:1"]).is_err());
    }
}
