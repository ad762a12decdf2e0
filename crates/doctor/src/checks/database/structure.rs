//! The structure of the embedded database's file, as SQLite's `quick_check` judges it.

use futures::FutureExt;
use futures::future::BoxFuture;

use super::{DAMAGED, STRUCTURE_UNKNOWN};
use crate::check::{Check, Context, Verdict};

pub(super) static CHECK: Check = Check::new("database.structure", "the structure of the database's file", run).rare();

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        let Some(facts) = context.database().filter(|facts| facts.kind == "sqlite") else { return Verdict::NotApplicable };
        match &facts.structure {
            None => STRUCTURE_UNKNOWN.found("The structure of the database's file was not checked, because it takes too long.").into(),
            Some(lines) if lines.iter().all(|line| line == "ok") => Verdict::passed("The structure of the database's file is sound."),
            Some(lines) => DAMAGED.found("The file of the database is damaged.").with_details(lines).into(),
        }
    }
    .boxed()
}

#[cfg(test)]
mod tests {
    use guildhall_model::finding::{DatabaseFacts, DatabaseState, Facts};

    use super::*;
    use crate::testing::{RecordedMachine, ids, said};

    #[tokio::test]
    async fn a_damaged_file_is_found() {
        let facts = |structure: Option<&[&str]>| {
            let structure = structure.map(|lines| lines.iter().map(|line| (*line).to_owned()).collect());
            let database = DatabaseFacts { kind: "sqlite", structure, ..DatabaseFacts::default() };
            Facts { database: DatabaseState::Reached(Box::new(database)), ..RecordedMachine::facts() }
        };
        let machine = RecordedMachine::default();
        assert_eq!(ids(&said(run, &machine, &facts(Some(&["ok"]))).await), [""; 0]);
        assert_eq!(ids(&said(run, &machine, &facts(None)).await), ["database.structure_not_checked"]);
        let lines = ["*** in database main ***", "Tree 5 page 31: btreeInitPage() returns error code 11"];
        assert_eq!(said(run, &machine, &facts(Some(&lines))).await[0].details, lines);
    }
}
