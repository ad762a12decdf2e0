//! Whether the server runs and answers, and whether it is the version on the disk.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::finding::ProcessState;

use super::{RESTART_NEEDED, SERVER_STOPPED, SERVER_UNRESPONSIVE, VERSION_OLD};
use crate::check::{Check, Context, Verdict};
use crate::text::{DAY_MS, duration};

pub(super) static CHECK: Check = Check::new("system.process", "the server's process", run);

const OLD_MS: i64 = 183 * DAY_MS;

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        let process = match context.facts.process {
            ProcessState::Running { process } => process,
            ProcessState::Stopped => {
                let folder = context.facts.data_folder.display();
                return SERVER_STOPPED.found(format!("No server uses the data folder {folder}.")).into();
            }
            ProcessState::Unresponsive { process } => {
                let process = process.map(|process| format!(" (process {process})")).unwrap_or_default();
                return SERVER_UNRESPONSIVE.found(format!("The server{process} does not answer at its local socket.")).into();
            }
        };
        let mut findings = Vec::new();
        let program = format!("/proc/{process}/exe");
        let path = context.machine.read_link(program.as_ref()).await.ok();
        if let Some(path) = &path
            && path.to_string_lossy().ends_with(" (deleted)")
        {
            findings.push(RESTART_NEEDED.found("The server's program was replaced on the disk, and the old one still runs."));
        }
        if let Some(path) = &path
            && let Ok(file) = context.machine.file_info(path).await
        {
            let age_ms = context.machine.now().0 - file.modified_at.0;
            if age_ms > OLD_MS {
                findings.push(VERSION_OLD.found(format!("Version {} was installed {} ago.", context.facts.version, duration(age_ms))));
            }
        }
        let since = match context.machine.file_info(format!("/proc/{process}").as_ref()).await {
            Ok(info) => format!(", started {} ago", duration((context.machine.now().0 - info.modified_at.0).max(0))),
            Err(_) => String::new(),
        };
        Verdict::found_or(findings, format!("The server, version {}, runs as process {process}{since}.", context.facts.version))
    }
    .boxed()
}

#[cfg(test)]
mod tests {
    use guildhall_model::Millis;

    use super::*;
    use crate::testing::{NOW, RecordedMachine, ids, said};

    async fn ids_of(machine: &RecordedMachine, process: ProcessState) -> Vec<String> {
        let facts = guildhall_model::finding::Facts { process, ..RecordedMachine::facts() };
        ids(&said(run, machine, &facts).await)
    }

    #[tokio::test]
    async fn a_stopped_and_a_stuck_server_are_found() {
        let machine = RecordedMachine::default();
        assert_eq!(ids_of(&machine, ProcessState::Stopped).await, ["system.server_stopped"]);
        assert_eq!(ids_of(&machine, ProcessState::Unresponsive { process: Some(7) }).await, ["system.server_unresponsive"]);
        assert_eq!(ids_of(&machine, ProcessState::Running { process: 7 }).await, [""; 0]);
    }

    #[tokio::test]
    async fn a_replaced_and_an_old_program_are_found() {
        let running = ProcessState::Running { process: 7 };
        let machine = RecordedMachine::default().with_link("/proc/7/exe", "/usr/bin/guildhall (deleted)");
        assert_eq!(ids_of(&machine, running).await, ["system.restart_needed"]);
        let machine = RecordedMachine::default()
            .with_link("/proc/7/exe", "/usr/bin/guildhall")
            .with_info("/usr/bin/guildhall", |info| info.modified_at = Millis(NOW.0 - 200 * DAY_MS));
        assert_eq!(ids_of(&machine, running).await, ["system.version_old"]);
    }
}
