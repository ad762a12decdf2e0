//! `dns-01`: an administrator's program writes the records into the DNS.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use guildhall_model::ports::{ChallengeAnswer, IssueError};
use guildhall_model::tls::TlsErrorCause;
use tokio::process::Command;

/// The program waits until the record can be read everywhere, which takes minutes at some providers.
const TIMEOUT: Duration = Duration::from_secs(10 * 60);
/// Of the environment, the program gets no more: the server's has the password of its database.
const ENVIRONMENT: [&str; 4] = ["PATH", "HOME", "LANG", "TZ"];

/// `PROGRAM add|remove NAME VALUE`, with the same in `GUILDHALL_DNS_ACTION`, `GUILDHALL_DNS_NAME` and `GUILDHALL_DNS_VALUE`.
#[derive(Debug, Clone)]
pub struct DnsHook {
    program: PathBuf,
}

impl DnsHook {
    /// `None` for an empty path.
    pub fn new(program: PathBuf) -> Option<Self> {
        (!program.as_os_str().is_empty()).then_some(Self { program })
    }

    /// Adds a TXT record, and returns when the program has ended.
    ///
    /// # Errors
    /// If the program cannot be started, fails, or does not end.
    pub async fn publish(&self, answer: &ChallengeAnswer) -> Result<(), IssueError> {
        self.run("add", answer).await
    }

    /// Removes the record.
    pub async fn withdraw(&self, answer: &ChallengeAnswer) {
        if let Err(error) = self.run("remove", answer).await {
            tracing::warn!(%error, "a record in the DNS was not removed");
        }
    }

    async fn run(&self, action: &str, answer: &ChallengeAnswer) -> Result<(), IssueError> {
        let name = format!("_acme-challenge.{}", answer.name);
        let mut command = Command::new(&self.program);
        command.args([action, &name, &answer.dns_value]).env_clear();
        for variable in ENVIRONMENT {
            if let Some(value) = std::env::var_os(variable) {
                command.env(variable, value);
            }
        }
        command.env("GUILDHALL_DNS_ACTION", action).env("GUILDHALL_DNS_NAME", &name).env("GUILDHALL_DNS_VALUE", &answer.dns_value);
        let output = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true).output();
        let failed = |what: String| {
            IssueError::new(TlsErrorCause::Settings, format!("The program {} of tls.dns_hook {what}.", self.program.display()))
        };
        let output = tokio::time::timeout(TIMEOUT, output).await;
        let output = output.map_err(|_| failed(format!("did not end within {} minutes", TIMEOUT.as_secs() / 60)))?;
        let output = output.map_err(|error| failed(format!("could not be started: {error}")))?;
        if output.status.success() {
            return Ok(());
        }
        let text = String::from_utf8_lossy(&output.stderr);
        let last: String = text.trim_end().lines().next_back().unwrap_or_default().chars().filter(|c| !c.is_control()).take(200).collect();
        Err(failed(format!("failed ({}){}{last}", output.status, if last.is_empty() { "" } else { ": " })))
    }
}
