//! `guildhall doctor [--fix] [--json]`, and `guildhall doctor mute|unmute ID`.

use std::io::{IsTerminal, Write};
use std::process::ExitCode;

use clap::{Args, Subcommand};
use guildhall_adapters::machine::LocalMachine;
use http::Method;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::config::Config;
use crate::doctor::{self, Collected};
use crate::local_api::LocalApi;

/// The checks could not be run.
const COULD_NOT_RUN: u8 = 2;

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Doctor {
    /// Mend what can be mended safely: permissions and owners of files, a large write-ahead log
    #[arg(long)]
    fix: bool,
    /// Print the findings as JSON
    #[arg(long)]
    json: bool,
    #[command(subcommand)]
    verb: Option<Muting>,
}

#[derive(Debug, Subcommand)]
enum Muting {
    /// Tell nobody of a finding any more, because it is meant to be so
    Mute {
        /// For example disks.raid_none
        id: String,
    },
    /// Tell of it again
    Unmute { id: String },
}

/// 0 if all is well, 1 if there is a problem or a warning, 2 if the checks could not be run.
pub async fn run(config: Result<Config, String>, options: Doctor) -> ExitCode {
    let outcome = match (config, &options.verb) {
        (Err(message), _) => Err(message),
        (Ok(config), Some(muting)) => set_muted(config, muting).await.map(|()| ExitCode::SUCCESS),
        (Ok(config), None) => examine(&config, &options).await,
    };
    outcome.unwrap_or_else(|message| {
        eprintln!("{message}");
        ExitCode::from(COULD_NOT_RUN)
    })
}

async fn examine(config: &Config, options: &Doctor) -> Result<ExitCode, String> {
    let Collected { facts, muted, database } = doctor::collect(config).await?;
    let mut results = guildhall_doctor::run(&LocalMachine, &facts, &|_| ()).await;
    let mut fixed = Vec::new();
    if options.fix {
        fixed = doctor::fix(&results, &facts, database.as_ref()).await;
        if fixed.is_empty() {
            fixed.push("There was nothing that could be mended safely.".to_owned());
        } else {
            results = guildhall_doctor::run(&LocalMachine, &facts, &|_| ()).await;
        }
    }
    // Not closed where its structure is still being checked: that would wait for the end.
    if let Some(database) = database.filter(|_| has_structure(&facts)) {
        database.close().await;
    }
    doctor::give_database_back(&facts);
    let report = doctor::report(&results, &facts, &muted, fixed);
    let text = if options.json {
        format!("{}\n", serde_json::to_string_pretty(&report).map_err(|error| error.to_string())?)
    } else {
        let help_url = doctor::help_url(&facts);
        doctor::text(&report, help_url.as_deref(), std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none())
    };
    // Nobody may read any more, which is no reason to fail.
    let _ = std::io::stdout().write_all(text.as_bytes());
    Ok(if report.summary.has_problems() { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn has_structure(facts: &guildhall_model::finding::Facts) -> bool {
    use guildhall_model::finding::DatabaseState::Reached;
    matches!(&facts.database, Reached(database) if database.kind != "sqlite" || database.structure.is_some())
}

async fn set_muted(config: Config, muting: &Muting) -> Result<(), String> {
    let (method, id, what) = match muting {
        Muting::Mute { id } => (Method::PUT, id, "muted"),
        Muting::Unmute { id } => (Method::DELETE, id, "not muted any more"),
    };
    let path = format!("/findings/{}/mute", utf8_percent_encode(id, NON_ALPHANUMERIC));
    LocalApi::with(config, async |api| Ok(api.call(method, &path, None).await?)).await?;
    println!("{id} is {what}.");
    Ok(())
}
