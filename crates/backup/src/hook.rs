//! A program of the administrator of the machine that is run before a backup or after a restore.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};
use tokio::process::Command;

use crate::error::{BackupError, Result};

/// Of the environment, the program gets no more: the server's may have passwords.
const ENVIRONMENT: [&str; 4] = ["PATH", "HOME", "LANG", "TZ"];
/// Lines of its output that are logged, and how long they may be.
const LINES_MAX: usize = 1000;
const LINE_BYTES_MAX: usize = 2000;
/// For the end of its output, which a process that it has left behind may hold open.
const OUTPUT_TIMEOUT: Duration = Duration::from_secs(5);

/// A program without arguments. What it prints is logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// The setting that names it, for errors.
    setting: &'static str,
    program: PathBuf,
    time_limit: Duration,
}

impl Hook {
    /// `None` for an empty path.
    pub fn new(setting: &'static str, program: PathBuf, time_limit: Duration) -> Option<Self> {
        (!program.as_os_str().is_empty()).then_some(Self { setting, program, time_limit })
    }

    /// Waits until it has ended well, within its time. `variables` are added to its environment.
    pub async fn run(&self, variables: &[(&str, &str)]) -> Result<()> {
        let name = self.program.display();
        let mut command = Command::new(&self.program);
        command.env_clear().envs(ENVIRONMENT.iter().filter_map(|name| Some((name, std::env::var_os(name)?))));
        command.envs(variables.iter().copied()).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let failed = |reason: String| BackupError::Other(format!("The program {name} of {} {reason}", self.setting));
        let mut child = command.spawn().map_err(|error| failed(format!("could not be started: {error}")))?;
        let output = (child.stdout.take(), child.stderr.take());
        let setting = self.setting;
        let log = tokio::spawn(async move { tokio::join!(log_lines(setting, output.0), log_lines(setting, output.1)) });
        let ended = tokio::time::timeout(self.time_limit, child.wait()).await;
        if ended.is_err() {
            let _ = child.kill().await;
        }
        let last_line = match tokio::time::timeout(OUTPUT_TIMEOUT, log).await {
            Ok(Ok((out, err))) => err.or(out).map_or_else(String::new, |line| format!(": {line}")),
            _ => String::new(),
        };
        match ended {
            Ok(Ok(status)) if status.success() => Ok(()),
            Ok(Ok(status)) => Err(failed(format!("failed ({status}){last_line}"))),
            Ok(Err(error)) => Err(failed(format!("could not be waited for: {error}"))),
            Err(_) => Err(failed(format!("was ended after {} seconds", self.time_limit.as_secs()))),
        }
    }
}

/// Logs what is printed, and returns the last line.
async fn log_lines(setting: &'static str, output: Option<impl AsyncRead + Unpin>) -> Option<String> {
    let mut output = BufReader::new(output?);
    let (mut last, mut count, mut line) = (None, 0, Vec::new());
    loop {
        line.clear();
        // What does not end is read all the same, so that the program does not wait.
        match read_line(&mut output, &mut line).await {
            Ok(true) => {}
            Ok(false) | Err(_) => return last,
        }
        let text = String::from_utf8_lossy(&line).trim_end().to_owned();
        if count < LINES_MAX {
            tracing::info!(setting, "{text}");
        }
        count += 1;
        if !text.is_empty() {
            last = Some(text.trim_end_matches('.').to_owned());
        }
    }
}

/// The beginning of the next line; `false` at the end.
async fn read_line(output: &mut (impl tokio::io::AsyncBufRead + Unpin), line: &mut Vec<u8>) -> std::io::Result<bool> {
    let mut is_any = false;
    loop {
        let buffer = output.fill_buf().await?;
        if buffer.is_empty() {
            return Ok(is_any);
        }
        is_any = true;
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let text = buffer.get(..end.unwrap_or(buffer.len())).unwrap_or_default();
        line.extend(text.iter().take(LINE_BYTES_MAX.saturating_sub(line.len())));
        let used = end.map_or(buffer.len(), |end| end + 1);
        output.consume(used);
        if end.is_some() {
            return Ok(true);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn hook(folder: &tempfile::TempDir, script: &str, time_limit: Duration) -> Hook {
        let command = folder.path().join("hook");
        fs::write(&command, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&command, fs::Permissions::from_mode(0o700)).unwrap();
        Hook::new("backups.before_hook", command, time_limit).unwrap()
    }

    #[tokio::test]
    async fn a_program_gets_its_variables_and_must_succeed() {
        let folder = tempfile::tempdir().unwrap();
        let long = Duration::from_secs(60);
        let seen = folder.path().join("seen");
        let good = hook(&folder, "printf '%s' \"$TARGET\" > \"$SEEN\"; head -c 3000000 /dev/zero", long);
        good.run(&[("TARGET", "usb; $(id)"), ("SEEN", seen.to_str().unwrap())]).await.unwrap();
        assert_eq!(fs::read_to_string(seen).unwrap(), "usb; $(id)");
        let bad = hook(&folder, "echo fine; echo 'No disk.' >&2; exit 3", long).run(&[]).await.unwrap_err().to_string();
        let command = folder.path().join("hook");
        assert_eq!(bad, format!("The program {} of backups.before_hook failed (exit status: 3): No disk.", command.display()));
        fs::remove_file(command).unwrap();
        let missing = Hook::new("x", folder.path().join("none"), long).unwrap();
        assert!(missing.run(&[]).await.unwrap_err().to_string().contains("could not be started"));
    }

    #[tokio::test]
    async fn a_program_that_hangs_is_ended() {
        let folder = tempfile::tempdir().unwrap();
        let hanging = hook(&folder, "exec cat /dev/zero > /dev/null", Duration::from_millis(50));
        let error = hanging.run(&[]).await.unwrap_err().to_string();
        assert!(error.contains("was ended after 0 seconds"), "{error}");
    }
}
