//! When the disk of the data folder will be full, by what was measured over the last days.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::disk_forecast::DiskForecast;
use guildhall_model::finding::Severity;

use super::FILLS_UP;
use crate::check::{Check, Context, Verdict};
use crate::text::{DAY_MS, date, duration};

pub(super) static CHECK: Check = Check::new("disks.forecast", "the growth of what is stored", run);

const WARNING_MS: i64 = 14 * DAY_MS;
const CRITICAL_MS: i64 = 3 * DAY_MS;

fn run<'a>(context: &'a Context<'a>) -> BoxFuture<'a, Verdict> {
    std::future::ready(judge(context)).boxed()
}

fn judge(context: &Context<'_>) -> Verdict {
    let at = match context.facts.disk_forecast {
        DiskForecast::Unknown => return Verdict::NotApplicable,
        DiskForecast::NotFilling => return Verdict::passed("At the present rate, the disk of the data folder is not full within a year."),
        DiskForecast::FullAt(at) => at,
    };
    let left_ms = (at.0 - context.machine.now().0).max(0);
    let text = format!("At the rate of the last days, the disk of the data folder is full in {}, on {}.", duration(left_ms), date(at));
    match left_ms {
        ..CRITICAL_MS => FILLS_UP.found(text).with_severity(Severity::Critical).into(),
        CRITICAL_MS..WARNING_MS => FILLS_UP.found(text).into(),
        _ => Verdict::Passed(text),
    }
}

#[cfg(test)]
mod tests {
    use guildhall_model::Millis;
    use guildhall_model::finding::Facts;

    use super::*;
    use crate::testing::{NOW, RecordedMachine, passed, said};

    #[tokio::test]
    async fn a_disk_that_fills_up_is_told_two_weeks_before() {
        let machine = RecordedMachine::default();
        let facts = |days: i64| Facts { disk_forecast: DiskForecast::FullAt(Millis(NOW.0 + days * DAY_MS)), ..RecordedMachine::facts() };
        for (days, severity) in [(13, Severity::Warning), (3, Severity::Warning), (2, Severity::Critical), (-1, Severity::Critical)] {
            let findings = said(run, &machine, &facts(days)).await;
            assert_eq!((findings[0].id.name(), findings[0].severity), ("disks.fills_up", severity), "{days}");
        }
        let text = said(run, &machine, &facts(9)).await.remove(0).summary;
        assert_eq!(text, "At the rate of the last days, the disk of the data folder is full in 9 days, on 2026-12-08.");
        assert!(passed(run, &machine, &facts(14)).await.contains("full in 14 days"));
        let never = Facts { disk_forecast: DiskForecast::NotFilling, ..RecordedMachine::facts() };
        assert!(passed(run, &machine, &never).await.contains("not full within a year"));
        assert_eq!(said(run, &machine, &RecordedMachine::facts()).await, []);
    }
}
