//! The command line, which tests and packages depend on.

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::config::{Config, Flags};
use crate::traces::Traces;
use crate::{logging, owner, verbs};

#[derive(Debug, Parser)]
#[command(name = "guildhall", version, about = "Self-hosted team chat")]
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
    /// Look at the server's jobs
    #[command(subcommand)]
    Job(verbs::job::Job),
    /// Check the audit trail
    #[command(subcommand)]
    Audit(verbs::audit::Audit),
    /// Make, list, verify and restore backups
    #[command(subcommand)]
    Backup(verbs::backup::Backup),
    /// Move the database to another one
    #[command(subcommand)]
    Database(verbs::database::DatabaseVerb),
    /// Build a list of breached passwords for the server
    #[command(subcommand)]
    Passwords(verbs::passwords::Passwords),
    /// Look at the configuration
    #[command(subcommand)]
    Config(ConfigVerb),
    /// Set up a new server: name, address, administrator and first team
    Setup(verbs::setup::Setup),
    /// Bring settings, users, teams, channels and integrations to what a file declares
    Apply(verbs::apply::Apply),
    /// Bring the database's schema up to date, or go back to what it was before
    Migrate(verbs::migrate::Migrate),
    /// Look at the machine, the network, the disks and the database, and say what is wrong
    Doctor(verbs::doctor::Doctor),
    /// Ask the running server whether it is healthy: the exit code is 0 if it is
    Health,
    /// Print from what this program was built: version, commit, date, target, compiler
    Version {
        #[arg(long)]
        json: bool,
    },
}

impl Verb {
    /// Whether the verb opens the data folder or its socket as the folder's owner. The doctor stays root, who alone may read the
    /// health of disks.
    const fn uses_data_folder(&self) -> bool {
        match self {
            Self::Serve
            | Self::User(_)
            | Self::Job(_)
            | Self::Audit(_)
            | Self::Backup(_)
            | Self::Database(_)
            | Self::Setup(_)
            | Self::Apply(_)
            | Self::Migrate(_)
            | Self::Health
            | Self::Config(ConfigVerb::Check) => true,
            Self::Doctor(_) | Self::Passwords(_) | Self::Routes { .. } | Self::Version { .. } | Self::Config(_) => false,
        }
    }
}

#[derive(Debug, Subcommand)]
enum ConfigVerb {
    /// Read the configuration and say whether a server could start with it
    Check,
    /// Print the configuration that a server would start with
    Show,
    /// Print every setting with its default, as a configuration file
    Reference,
}

/// The error is one sentence for the user.
pub async fn run(cli: Cli) -> Result<ExitCode, String> {
    let config = Config::load(&cli.flags);
    let traces = match &config {
        Ok(config) if matches!(cli.verb, Verb::Serve) => Traces::start(&config.startup.traces)?,
        _ => None,
    };
    logging::init(&config.as_ref().map(|config| config.startup.log.clone()).unwrap_or_default(), traces.as_ref());
    if let Ok(config) = &config
        && cli.verb.uses_data_folder()
    {
        owner::act_as_owner_of(&config.startup.server.data_dir)?;
    }
    let outcome = match cli.verb {
        Verb::Doctor(doctor) => return Ok(verbs::doctor::run(config, doctor).await),
        Verb::Serve => return verbs::serve::run(config?, traces).await,
        Verb::Routes { json } => verbs::routes::run(config?, json).await,
        Verb::User(user) => verbs::user::run(config?, user).await,
        Verb::Job(job) => verbs::job::run(config?, job).await,
        Verb::Audit(audit) => verbs::audit::run(config?, audit).await,
        Verb::Backup(backup) => verbs::backup::run(config?, backup).await,
        Verb::Database(database) => verbs::database::run(&config?, &cli.flags, database).await,
        Verb::Passwords(passwords) => verbs::passwords::run(passwords).await,
        Verb::Config(ConfigVerb::Check) => verbs::config::check(&config?).await,
        Verb::Config(ConfigVerb::Show) => verbs::config::show(&config?),
        Verb::Config(ConfigVerb::Reference) => {
            verbs::config::reference();
            Ok(())
        }
        Verb::Setup(setup) => verbs::setup::run(config?, setup).await,
        Verb::Apply(apply) => verbs::apply::run(config?, apply).await,
        Verb::Migrate(migrate) => verbs::migrate::run(config?, migrate).await,
        Verb::Health => verbs::health::run(&config?).await,
        Verb::Version { json } => verbs::version::run(json),
    };
    outcome.map(|()| ExitCode::SUCCESS)
}
