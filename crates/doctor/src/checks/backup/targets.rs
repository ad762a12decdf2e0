//! What has happened at each backup target.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::Millis;
use guildhall_model::finding::{BackupFacts, Finding};

use super::{CONTINUOUS_BEHIND, DAMAGED, DRILL_FAILED, FAILED, NEVER, NOT_DRILLED, OVERDUE};
use crate::check::{Check, Context, Verdict};
use crate::text::duration;

pub(super) static CHECK: Check = Check::new("backup.targets", "backups and their tests", run).shared();

const HOUR_MS: i64 = 60 * 60 * 1000;
/// Backups may be late by so much of their interval, and this.
const LATE_MS: i64 = 2 * HOUR_MS;
/// The first backup is made within minutes.
const FIRST_MS: i64 = HOUR_MS;
/// Continuous backups are seconds behind; a restart of the other machine is no reason to worry.
const CONTINUOUS_LATE_MS: i64 = 2 * 60 * 1000;
/// Drills are weekly.
const DRILL_MS: i64 = 15 * 24 * HOUR_MS;

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    async move {
        let Some(targets) = context.database().and_then(|facts| facts.backups.as_ref()) else { return Verdict::NotApplicable };
        if targets.is_empty() {
            return Verdict::NotApplicable;
        }
        let now = context.machine.now();
        let found = targets.iter().flat_map(|target| findings(target, now).into_iter().map(|finding| finding.about(&target.name)));
        Verdict::found_or(found.collect(), "The backups are new, whole, and can be restored.")
    }
    .boxed()
}

fn findings(target: &BackupFacts, now: Millis) -> Vec<Finding> {
    let (state, name) = (&target.state, &target.name);
    let age_ms = |at: Millis| now.0 - at.0;
    let mut found = Vec::new();
    let interval_ms = target.interval_hours * HOUR_MS;
    if state.last_success_at.is_zero() {
        if interval_ms > 0 && age_ms(target.create_at) > FIRST_MS {
            found.push(NEVER.found(format!("No backup was made to {name} so far.")));
        }
    } else if interval_ms > 0 && age_ms(state.last_success_at) > 2 * interval_ms + LATE_MS {
        let age = duration(age_ms(state.last_success_at));
        found.push(OVERDUE.found(format!("The last backup to {name} is {age} old, and one is due every {} hours.", target.interval_hours)));
    }
    if !state.last_error.is_empty() {
        found.push(FAILED.found(format!("The last backup to {name} failed: {}", state.last_error)));
    }
    if !state.last_check_error.is_empty() {
        found.push(DAMAGED.found(format!("The backups at {name} are not in order: {}", state.last_check_error)));
    }
    if !state.last_drill_error.is_empty() {
        found.push(DRILL_FAILED.found(format!("The test restore from {name} failed: {}", state.last_drill_error)));
    }
    if let Some(continuous) = target.continuous.as_ref().filter(|_| target.is_continuous) {
        let error = if continuous.error.is_empty() { String::new() } else { format!(": {}", continuous.error) };
        let error = error.trim_end_matches('.');
        if continuous.reached_at.is_zero() && !error.is_empty() {
            found.push(CONTINUOUS_BEHIND.found(format!("The continuous backup to {name} could not begin{error}.")));
        } else if !continuous.reached_at.is_zero() && age_ms(continuous.reached_at) > CONTINUOUS_LATE_MS {
            let age = duration(age_ms(continuous.reached_at));
            found.push(CONTINUOUS_BEHIND.found(format!("The continuous backup to {name} is {age} behind{error}.")));
        }
    }
    let is_in_use = !state.last_success_at.is_zero() && age_ms(target.create_at) > DRILL_MS;
    if is_in_use && age_ms(state.last_drill_at) > DRILL_MS {
        let when = if state.last_drill_at.is_zero() { "ever".to_owned() } else { format!("for {}", duration(age_ms(state.last_drill_at))) };
        found.push(NOT_DRILLED.found(format!("No backup at {name} was restored as a test {when}.")));
    }
    found
}

#[cfg(test)]
mod tests {
    use guildhall_model::backup::TargetState;
    use guildhall_model::changes::ContinuousState;
    use guildhall_model::finding::{DatabaseFacts, DatabaseState, Facts};

    use super::*;
    use crate::testing::{NOW, RecordedMachine, ids, said};

    const DAY_MS: i64 = 24 * HOUR_MS;

    fn healthy() -> BackupFacts {
        let at = |days: i64| NOW.minus_ms(days * DAY_MS);
        let state = TargetState { last_success_at: at(1), last_check_at: at(6), last_drill_at: at(7), ..TargetState::default() };
        BackupFacts { name: "usb".to_owned(), create_at: at(100), interval_hours: 24, state, ..BackupFacts::default() }
    }

    async fn found(target: BackupFacts) -> Vec<String> {
        let database = DatabaseFacts { backups: Some(vec![target]), ..DatabaseFacts::default() };
        let facts = Facts { database: DatabaseState::Reached(Box::new(database)), ..RecordedMachine::facts() };
        ids(&said(run, &RecordedMachine::default(), &facts).await).iter().map(ToString::to_string).collect()
    }

    fn with(change: impl FnOnce(&mut BackupFacts)) -> BackupFacts {
        let mut target = healthy();
        change(&mut target);
        target
    }

    #[tokio::test]
    async fn each_thing_that_is_wrong_with_a_target_is_found() {
        assert_eq!(found(healthy()).await, [""; 0]);
        assert_eq!(found(with(|target| target.state.last_success_at = NOW.minus_ms(3 * DAY_MS))).await, ["backup.overdue"]);
        // Only at request.
        let at_request = with(|target| {
            target.interval_hours = 0;
            target.state.last_success_at = NOW.minus_ms(90 * DAY_MS);
        });
        assert_eq!(found(at_request).await, [""; 0]);
        let never = |created_ms: i64| {
            with(|target| {
                target.create_at = NOW.minus_ms(created_ms);
                target.state = TargetState::default();
            })
        };
        assert_eq!(found(never(HOUR_MS / 2)).await, [""; 0]);
        assert_eq!(found(never(2 * HOUR_MS)).await, ["backup.never"]);
        assert_eq!(found(with(|target| target.state.last_error = "full".to_owned())).await, ["backup.failed"]);
        assert_eq!(found(with(|target| target.state.last_check_error = "damaged".to_owned())).await, ["backup.damaged"]);
        assert_eq!(found(with(|target| target.state.last_drill_error = "rows".to_owned())).await, ["backup.drill_failed"]);
        let continuous = |reached_at: Millis, error: &str| {
            with(|target| {
                target.is_continuous = true;
                target.continuous = Some(ContinuousState { reached_at, error: error.to_owned() });
            })
        };
        assert_eq!(found(continuous(NOW.minus_ms(60_000), "unreachable.")).await, [""; 0]);
        assert_eq!(found(continuous(NOW.minus_ms(180_000), "")).await, ["backup.continuous_behind"]);
        // The first copy is on its way.
        assert_eq!(found(continuous(Millis::ZERO, "")).await, [""; 0]);
        assert_eq!(found(continuous(Millis::ZERO, "full.")).await, ["backup.continuous_behind"]);
        assert_eq!(found(with(|target| target.state.last_drill_at = Millis::ZERO)).await, ["backup.not_drilled"]);
        assert_eq!(found(with(|target| target.state.last_drill_at = NOW.minus_ms(16 * DAY_MS))).await, ["backup.not_drilled"]);
    }
}
