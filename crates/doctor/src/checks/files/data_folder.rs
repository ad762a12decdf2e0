//! Owner and mode of everything in the data folder.

use std::io::ErrorKind;

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::ports::ExpectedFiles;

use super::{FOLDER_MISSING, FOLDER_UNREADABLE, INCOMPLETE, WRONG_MODE, WRONG_OWNER};
use crate::check::{Check, Context, Verdict};
use crate::text::counted;

pub(super) static CHECK: Check = Check::new("files.data_folder", "the data folder", run).with_time_limit(120).rare();

/// What the group and others may do with files.
const OTHERS: u32 = 0o077;
const ENTRIES_MAX: usize = 5_000_000;

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        let folder = &context.facts.data_folder;
        let name = folder.display();
        let info = match context.machine.file_info(folder).await {
            Ok(info) => info,
            Err(error) if error.kind() == ErrorKind::NotFound => return FOLDER_MISSING.found(format!("There is no folder {name}.")).into(),
            Err(error) => return FOLDER_UNREADABLE.found(format!("The folder {name} cannot be looked at: {error}.")).into(),
        };
        // The server's user is who runs it; while it is stopped, the folder's owner.
        let process = context.facts.process.process().map(|process| format!("/proc/{process}"));
        let server = match process {
            Some(process) => context.machine.file_info(process.as_ref()).await.ok().map(|info| info.owner),
            None => None,
        };
        let owner = server.unwrap_or(info.owner);
        let expected = ExpectedFiles { owner, forbidden_mode: OTHERS, entries_max: ENTRIES_MAX };
        let inspection = match context.machine.inspect_folder(folder, expected).await {
            Ok(inspection) => inspection,
            Err(error) => return FOLDER_UNREADABLE.found(format!("The folder {name} cannot be looked at: {error}.")).into(),
        };
        let mut findings = Vec::new();
        let files = |count: usize| counted(i64::try_from(count).unwrap_or(i64::MAX), "file");
        let entries = |count: usize| if count == 1 { "1 file or folder".to_owned() } else { format!("{count} files and folders") };
        if inspection.wrong_owner > 0 {
            let verb = if inspection.wrong_owner == 1 { "does" } else { "do" };
            let text = format!("{} in {name} {verb} not belong to the server's user ({owner}).", entries(inspection.wrong_owner));
            findings.push(WRONG_OWNER.found(text).with_details(&inspection.examples));
        }
        if inspection.wrong_mode > 0 {
            let verb = if inspection.wrong_mode == 1 { "is" } else { "are" };
            let text = format!("{} in {name} {verb} open to other users of the machine.", entries(inspection.wrong_mode));
            findings.push(WRONG_MODE.found(text).with_details(&inspection.examples));
        }
        if findings.is_empty() && (inspection.unreadable > 0 || !inspection.is_complete) {
            let text = format!(
                "{} were looked at, and {} could not be read.",
                files(inspection.entries),
                counted(i64::try_from(inspection.unreadable).unwrap_or(i64::MAX), "folder")
            );
            findings.push(INCOMPLETE.found(text));
        }
        Verdict::found_or(findings, format!("All {} in the data folder are the server's alone.", files(inspection.entries)))
    }
    .boxed()
}

#[cfg(test)]
mod tests {
    use guildhall_model::ports::FolderInspection;

    use super::*;
    use crate::testing::{DATA_FOLDER, RecordedMachine, ids, passed, said};

    fn machine(inspection: FolderInspection) -> RecordedMachine {
        RecordedMachine::default().with_info(DATA_FOLDER, |info| info.owner = 998).with_inspection(inspection)
    }

    #[tokio::test]
    async fn owner_and_mode_are_judged() {
        let good = FolderInspection { entries: 812, is_complete: true, ..FolderInspection::default() };
        let facts = RecordedMachine::facts();
        assert_eq!(passed(run, &machine(good.clone()), &facts).await, "All 812 files in the data folder are the server's alone.");
        let bad = FolderInspection { wrong_owner: 2, wrong_mode: 1, examples: vec!["guildhall.db-wal: owner 0".into()], ..good.clone() };
        let findings = said(run, &machine(bad), &facts).await;
        assert_eq!(ids(&findings), ["files.wrong_owner", "files.wrong_mode"]);
        assert_eq!(findings[0].details, ["guildhall.db-wal: owner 0"]);
        assert!(findings[0].summary.contains("(998)"), "{findings:?}");
        let hidden = FolderInspection { unreadable: 3, ..good };
        assert_eq!(ids(&said(run, &machine(hidden), &facts).await), ["files.not_all_checked"]);
    }

    #[tokio::test]
    async fn a_missing_and_an_unreadable_folder_are_told() {
        assert_eq!(ids(&said(run, &RecordedMachine::default(), &RecordedMachine::facts()).await), ["files.folder_missing"]);
        let unreadable = RecordedMachine::default().with_info(DATA_FOLDER, |_| ());
        assert_eq!(ids(&said(run, &unreadable, &RecordedMachine::facts()).await), ["files.folder_not_readable"]);
    }
}
