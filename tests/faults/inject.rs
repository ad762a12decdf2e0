//! Errors and delays in the system calls of a running process, by strace: begun and ended at any moment.

use std::fs;
use std::path::Path;
use std::process::Stdio;

use tempfile::NamedTempFile;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::skipped;

pub struct Injection {
    strace: Child,
    calls: NamedTempFile,
}

impl Injection {
    /// From now on `effect` (of strace's `inject`) happens to these system calls on these files. `None` without strace, or where
    /// the process may not be traced.
    pub async fn begin(process: u32, calls: &str, effect: &str, files: &[impl AsRef<Path>]) -> Option<Self> {
        let log = NamedTempFile::new().unwrap();
        let mut command = Command::new("strace");
        command.args(["-f", "-p", &process.to_string(), "-e", &format!("trace={calls}"), "-e", &format!("inject={calls}:{effect}"), "-o"]);
        command.arg(log.path());
        for file in files {
            command.arg("-P").arg(file.as_ref());
        }
        let strace = command.stdin(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true).spawn();
        let mut strace = match strace {
            Ok(strace) => strace,
            Err(error) => {
                skipped("errors of system calls", &format!("strace: {error}"));
                return None;
            }
        };
        let mut lines = BufReader::new(strace.stderr.take().unwrap()).lines();
        let mut said = Vec::new();
        while let Some(line) = lines.next_line().await.unwrap() {
            let is_attached = line.contains("attached");
            said.push(line);
            if is_attached {
                // Its later lines are read and dropped, so that it never waits for a reader.
                tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                return Some(Self { strace, calls: log });
            }
        }
        skipped("errors of system calls", &said.join(" "));
        None
    }

    /// Ends it; returns how many system calls it was done to.
    pub async fn end(mut self) -> usize {
        let process = self.strace.id().unwrap().to_string();
        Command::new("kill").args(["-INT", &process]).status().await.unwrap();
        self.strace.wait().await.unwrap();
        let calls = fs::read_to_string(self.calls.path()).unwrap();
        calls.lines().filter(|line| line.contains("(INJECTED)") || line.contains("(DELAYED)")).count()
    }
}
