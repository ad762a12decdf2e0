//! What is the same for all databases: whether it answers, its schema, and its clock.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::finding::{DatabaseState, SchemaState};

use super::{CLOCK_DIFFERS, NOT_CREATED, SCHEMA_PENDING, SCHEMA_UNUSABLE, UNREACHABLE};
use crate::check::{Check, Context, Verdict};
use crate::text::{counted, duration};

pub(super) static CHECK: Check = Check::new("database.state", "the database", run).shared();

const CLOCK_DIFFERENCE_MAX_MS: i64 = 5_000;

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        let facts = match &context.facts.database {
            DatabaseState::NotCreated => return NOT_CREATED.found("The embedded database was not created yet.").into(),
            DatabaseState::Unreachable(reason) => {
                return UNREACHABLE.found("The database does not answer.").with_detail(reason).into();
            }
            DatabaseState::Reached(facts) => facts,
        };
        let mut findings = Vec::new();
        match &facts.schema {
            SchemaState::Current => {}
            SchemaState::Pending(steps) => {
                let count = counted(i64::try_from(*steps).unwrap_or(i64::MAX), "step");
                findings.push(SCHEMA_PENDING.found(format!("{count} of the schema are not applied yet.")));
            }
            SchemaState::Unusable(reason) => {
                findings.push(SCHEMA_UNUSABLE.found("This version does not use the schema of the database.").with_detail(reason));
            }
        }
        if let Some(clock_ms) = facts.number("clock_ms") {
            let difference_ms = clock_ms.saturating_sub(facts.read_at.0).saturating_abs();
            if difference_ms > CLOCK_DIFFERENCE_MAX_MS {
                findings.push(CLOCK_DIFFERS.found(format!("The clock of the database differs by {}.", duration(difference_ms))));
            }
        }
        let (kind, version) = (facts.kind, facts.value("version").unwrap_or_default());
        Verdict::found_or(findings, format!("The database answers ({kind} {version}) and its schema is up to date."))
    }
    .boxed()
}

#[cfg(test)]
mod tests {
    use guildhall_model::Millis;
    use guildhall_model::finding::{DatabaseFacts, Facts};

    use super::*;
    use crate::testing::{RecordedMachine, ids, said};

    async fn ids_of(database: DatabaseState) -> Vec<String> {
        ids(&said(run, &RecordedMachine::default(), &Facts { database, ..RecordedMachine::facts() }).await)
    }

    #[tokio::test]
    async fn the_states_of_a_database_are_told() {
        assert_eq!(ids_of(DatabaseState::NotCreated).await, ["database.not_created"]);
        assert_eq!(ids_of(DatabaseState::Unreachable("connection refused".into())).await, ["database.unreachable"]);
        let reached = |schema: SchemaState, clock_ms: &str| {
            let mut facts = DatabaseFacts { kind: "postgres", schema, read_at: Millis(1_000_000), ..DatabaseFacts::default() };
            facts.values.insert("clock_ms".into(), clock_ms.into());
            DatabaseState::Reached(Box::new(facts))
        };
        assert_eq!(ids_of(reached(SchemaState::Current, "1000100")).await, [""; 0]);
        assert_eq!(ids_of(reached(SchemaState::Pending(2), "1000100")).await, ["database.schema_pending"]);
        assert_eq!(ids_of(reached(SchemaState::Unusable("newer".into()), "1000100")).await, ["database.schema_unusable"]);
        assert_eq!(ids_of(reached(SchemaState::Current, "1090000")).await, ["database.clock_differs"]);
    }
}
