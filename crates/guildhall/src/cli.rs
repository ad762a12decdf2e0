//! The command line: a contract that tests and packagers rely on.

use clap::{Parser, Subcommand};

use crate::config::{Config, Flags};
use crate::verbs;

#[derive(Debug, Parser)]
#[command(name = "guildhall", version, about = "Team chat under your own roof")]
pub struct Cli {
    #[command(subcommand)]
    verb: Verb,
    #[command(flatten)]
    flags: Flags,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Run the server
    Serve,
    /// Print the table of routes: method, path, gate, permission, operation
    Routes {
        #[arg(long)]
        json: bool,
    },
    /// Manage accounts
    #[command(subcommand)]
    User(verbs::user::User),
    /// Look at the configuration
    #[command(subcommand)]
    Config(ConfigVerb),
    /// Bring the database's schema up to date
    Migrate,
}

#[derive(Debug, Subcommand)]
enum ConfigVerb {
    /// Read the configuration and say whether a server could start with it
    Check,
    /// Print the configuration that a server would start with
    Show,
}

/// What went wrong is one plain sentence.
pub async fn run(cli: Cli) -> Result<(), String> {
    let config = Config::load(&cli.flags)?;
    match cli.verb {
        Verb::Serve => verbs::serve::run(config).await,
        Verb::Routes { json } => verbs::routes::run(config, json).await,
        Verb::User(user) => verbs::user::run(config, user).await,
        Verb::Config(ConfigVerb::Check) => verbs::config::check(&config).await,
        Verb::Config(ConfigVerb::Show) => verbs::config::show(&config),
        Verb::Migrate => verbs::migrate::run(&config).await,
    }
}
