//! `guildhall passwords`: lists of breached passwords, in the form in which the server reads them. It takes no configuration.

use std::path::PathBuf;

use clap::Subcommand;
use guildhall_adapters::breached_passwords::{BuildOptions, build};

#[derive(Debug, Subcommand)]
pub enum Passwords {
    /// Build the file for the setting signup.breached_passwords_file
    BuildFilter {
        /// The list: a password in each line, or its SHA-1 as Have I Been Pwned publishes them (hash, colon, how often it was seen)
        list: PathBuf,
        /// The file to write
        filter: PathBuf,
        /// Leave out hashes that were seen less often
        #[arg(long, default_value_t = 1, value_name = "TIMES")]
        seen_at_least: u64,
    },
}

pub async fn run(passwords: Passwords) -> Result<(), String> {
    let Passwords::BuildFilter { list, filter, seen_at_least } = passwords;
    let error = format!("The list {} could not be made the file {}", list.display(), filter.display());
    let name = filter.display().to_string();
    let built = tokio::task::spawn_blocking(move || build(&list, &filter, BuildOptions::seen_at_least(seen_at_least))).await;
    let built = built.map_err(|cause| format!("{error}: {cause}."))?.map_err(|cause| format!("{error}: {cause}."))?;
    println!("{} passwords in {name}, {} bytes.", built.passwords, built.file_bytes);
    println!("Set signup.breached_passwords_file to this file, and restart the server.");
    Ok(())
}
