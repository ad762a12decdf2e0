//! A connection to an SFTP server, by the system's `ssh`: keys, known hosts and jump hosts are those of its configuration.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use openssh_sftp_client::{Sftp, SftpOptions};
use tokio::io::AsyncReadExt as _;
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

use super::address::SftpAddress;
use crate::storage::StorageError;
use crate::storage::remote::{Failure, Timing};

/// What `ssh` says is read up to here.
const MESSAGE_BYTES_MAX: u64 = 64 * 1024;
/// Of the environment, `ssh` gets no more: the server's may have passwords.
const ENVIRONMENT: [&str; 6] = ["PATH", "HOME", "LANG", "TZ", "SSH_AUTH_SOCK", "USER"];
/// For the end of `ssh` after it has closed its output.
const END_TIMEOUT: Duration = Duration::from_secs(5);

pub(super) struct Session {
    pub sftp: Sftp,
    /// Killed when it is dropped.
    _ssh: Child,
}

impl Session {
    pub async fn connect(address: &SftpAddress, ssh_config: Option<&Path>, timing: Timing) -> Result<Self, Failure> {
        let location = address.to_string();
        let mut ssh = command(address, ssh_config, timing).spawn().map_err(|error| {
            let reason = match error.kind() {
                std::io::ErrorKind::NotFound => "the program ssh is not installed on this machine (package openssh-client)".to_owned(),
                _ => format!("ssh cannot be started: {error}"),
            };
            Failure::Lasting(StorageError::Unusable { location: location.clone(), reason })
        })?;
        let (Some(input), Some(output), Some(mut messages)) = (ssh.stdin.take(), ssh.stdout.take(), ssh.stderr.take()) else {
            return Err(Failure::Lasting(StorageError::Unusable { location, reason: "ssh has no pipes".to_owned() }));
        };
        let messages: JoinHandle<String> = tokio::spawn(async move {
            let mut text = Vec::new();
            let _ = (&mut messages).take(MESSAGE_BYTES_MAX).read_to_end(&mut text).await;
            // Or ssh would wait for a reader.
            let _ = tokio::io::copy(&mut messages, &mut tokio::io::sink()).await;
            String::from_utf8_lossy(&text).into_owned()
        });
        // Logging in takes several answers.
        match tokio::time::timeout(timing.answer * 2, Sftp::new(input, output, SftpOptions::new())).await {
            Ok(Ok(sftp)) => Ok(Self { sftp, _ssh: ssh }),
            Ok(Err(error)) => {
                let text = tokio::time::timeout(END_TIMEOUT, messages).await.ok().and_then(Result::ok).unwrap_or_default();
                tracing::debug!(%error, messages = text, "ssh has ended");
                Err(explain(location, &text))
            }
            Err(_) => Err(Failure::Passing(StorageError::TimedOut { location })),
        }
    }
}

fn command(address: &SftpAddress, ssh_config: Option<&Path>, timing: Timing) -> Command {
    let mut command = Command::new("ssh");
    command.env_clear().envs(ENVIRONMENT.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
    if let Some(file) = ssh_config {
        command.arg("-F").arg(file);
    }
    let seconds = timing.answer.as_secs().max(1);
    for option in [
        "BatchMode=yes".to_owned(),
        format!("ConnectTimeout={seconds}"),
        format!("ServerAliveInterval={}", (seconds / 3).max(1)),
        "ServerAliveCountMax=3".to_owned(),
        "ClearAllForwardings=yes".to_owned(),
        "ForwardAgent=no".to_owned(),
        "ForwardX11=no".to_owned(),
        "PermitLocalCommand=no".to_owned(),
    ] {
        command.arg("-o").arg(option);
    }
    if let Some(user) = &address.user {
        command.arg("-l").arg(user);
    }
    if let Some(port) = address.port {
        command.arg("-p").arg(port.to_string());
    }
    command.args(["-s", "--", &address.host, "sftp"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// What the messages of `ssh` mean.
fn explain(location: String, messages: &str) -> Failure {
    let denied = |reason: &str| Failure::Lasting(StorageError::Denied { location: location.clone(), reason: reason.to_owned() });
    if messages.contains("IDENTIFICATION HAS CHANGED") {
        return denied(
            "its host key is not the one that is known, so it may be another machine; if the key was changed, remove the old one with \
             ssh-keygen -R",
        );
    }
    if messages.contains("Host key verification failed") {
        return denied("its host key is not known; log in there once by ssh, as the user that runs the server, and compare the key");
    }
    if messages.contains("Permission denied") || messages.contains("Too many authentication failures") {
        return denied("it does not accept the SSH key of the user that runs the server");
    }
    if messages.contains("timed out") {
        return Failure::Passing(StorageError::TimedOut { location });
    }
    if messages.contains("subsystem request failed") {
        return Failure::Lasting(StorageError::Unusable { location, reason: "its SSH server offers no SFTP".to_owned() });
    }
    let last = messages.lines().map(str::trim).rfind(|line| !line.is_empty());
    let reason = last.unwrap_or("the connection was closed").trim_end_matches('.').to_owned();
    // A configuration that ssh does not understand stays so.
    let is_lasting = messages.contains("Bad configuration") || messages.contains("Can't open user config");
    let error = StorageError::Unusable { location, reason };
    if is_lasting { Failure::Lasting(error) } else { Failure::Passing(error) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_ssh_says_becomes_one_sentence() {
        let text = |messages: &str| match explain("sftp:a@b:/c".to_owned(), messages) {
            Failure::Passing(error) => format!("passing {error}"),
            Failure::Lasting(error) => format!("lasting {error}"),
        };
        assert!(text("Host key verification failed.\r\n").starts_with("lasting sftp:a@b:/c denied access: its host key is not known"));
        let changed = "@@@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @@@\nHost key verification failed.\n";
        assert!(text(changed).contains("is not the one that is known"));
        assert!(text("a@b: Permission denied (publickey).\n").contains("does not accept the SSH key"));
        assert_eq!(text("ssh: connect to host b port 22: Connection timed out\n"), "passing sftp:a@b:/c did not answer in time.");
        let gone = text("ssh: connect to host b port 22: Connection refused\r\n");
        assert_eq!(gone, "passing sftp:a@b:/c cannot be used: ssh: connect to host b port 22: Connection refused.");
        assert_eq!(text(""), "passing sftp:a@b:/c cannot be used: the connection was closed.");
        assert!(text("subsystem request failed on channel 0\n").starts_with("lasting"));
    }

    #[test]
    fn the_host_is_never_an_option() {
        let address = SftpAddress::parse("ada@backup:23:/srv").unwrap();
        let command = command(&address, Some(Path::new("/etc/ssh_config")), Timing::default());
        let words: Vec<_> = command.as_std().get_args().map(|word| word.to_str().unwrap()).collect();
        assert_eq!(words[..2], ["-F", "/etc/ssh_config"]);
        assert_eq!(words[words.len() - 8..], ["-l", "ada", "-p", "23", "-s", "--", "backup", "sftp"]);
    }
}
