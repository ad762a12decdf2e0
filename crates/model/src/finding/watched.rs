//! A finding over time: when administrators are told of it, and when that it is over. What comes and goes is told once.

use super::{Finding, Severity};
use crate::time::Millis;

/// Runs in a row that must find a warning before it is told; a critical finding is told at once.
const WARNING_RUNS: i64 = 2;
/// Runs in a row without the finding after which it is over. One is enough for checks that are made once a day.
const CLEAR_RUNS: i64 = 3;
/// A finding that was over and returns within this time is not told again, unless it is more severe than it was.
const QUIET_MS: i64 = 6 * 60 * 60 * 1000;

/// One finding of one node, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watched {
    pub check: String,
    pub finding: Finding,
    /// When it was found first, since it was last over.
    pub since: Millis,
    /// When it was found last.
    pub seen_at: Millis,
    /// Runs in a row that found it as a problem.
    pub problem_runs: i64,
    /// Runs in a row that did not.
    pub clear_runs: i64,
    /// What administrators were told last; `Ok` if nothing, or that it is over.
    pub told: Severity,
    /// When, and with which severity, they were last told of a problem. The time is zero if never.
    pub told_at: Millis,
    pub told_severity: Severity,
    /// Whether the last run of its check found it. What was not found is kept for as long as its return is not told.
    pub is_present: bool,
}

/// What administrators are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Nothing,
    Began,
    Over,
}

impl Watched {
    pub fn new(check: &str, finding: Finding, now: Millis) -> Self {
        Self {
            check: check.to_owned(),
            finding,
            since: now,
            seen_at: now,
            problem_runs: 0,
            clear_runs: 0,
            told: Severity::Ok,
            told_at: Millis::ZERO,
            told_severity: Severity::Ok,
            is_present: false,
        }
    }

    /// A run has found it. `is_muted`: nobody is to be told.
    pub fn found(&mut self, finding: Finding, is_rare: bool, is_muted: bool, now: Millis) -> Change {
        if !self.is_present && self.clear_runs >= clear_runs(is_rare) {
            self.since = now;
        }
        self.is_present = true;
        let severity = finding.severity;
        self.finding = finding;
        self.seen_at = now;
        if !severity.is_problem() {
            return self.clear(is_rare);
        }
        self.clear_runs = 0;
        self.problem_runs += 1;
        let is_certain = severity == Severity::Critical || is_rare || self.problem_runs >= WARNING_RUNS;
        if is_muted || !is_certain || severity <= self.told {
            return Change::Nothing;
        }
        let is_repetition = !self.told_at.is_zero() && now.0 - self.told_at.0 < QUIET_MS && severity <= self.told_severity;
        if is_repetition {
            return Change::Nothing;
        }
        (self.told, self.told_at, self.told_severity) = (severity, now, severity);
        Change::Began
    }

    /// A run of its check has not found it.
    pub fn missed(&mut self, is_rare: bool) -> Change {
        self.is_present = false;
        self.clear(is_rare)
    }

    fn clear(&mut self, is_rare: bool) -> Change {
        self.problem_runs = 0;
        self.clear_runs += 1;
        if self.told == Severity::Ok || self.clear_runs < clear_runs(is_rare) {
            return Change::Nothing;
        }
        self.told = Severity::Ok;
        Change::Over
    }

    /// Whether the row has no use any more.
    pub fn is_obsolete(&self, now: Millis) -> bool {
        !self.is_present && self.told == Severity::Ok && (self.told_at.is_zero() || now.0 - self.told_at.0 >= QUIET_MS)
    }
}

const fn clear_runs(is_rare: bool) -> i64 {
    if is_rare { 1 } else { CLEAR_RUNS }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::FindingId;

    const MINUTE_MS: i64 = 60_000;

    fn finding(severity: Severity) -> Finding {
        let id = FindingId::new("disks.space_low");
        Finding { id, subject: String::new(), severity, summary: "x".into(), remedy: "y".into(), details: Vec::new() }
    }

    /// What is told in each run, one minute apart: `w` and `c` find a warning or a critical problem, `i` information, `-` nothing.
    fn told(runs: &str) -> String {
        let mut watched = Watched::new("disks.space", finding(Severity::Ok), Millis(0));
        let mut told = String::new();
        for (minute, run) in runs.chars().enumerate() {
            let now = Millis(i64::try_from(minute + 1).unwrap() * MINUTE_MS);
            let change = match run {
                'w' => watched.found(finding(Severity::Warning), false, false, now),
                'c' => watched.found(finding(Severity::Critical), false, false, now),
                'i' => watched.found(finding(Severity::Info), false, false, now),
                'm' => watched.found(finding(Severity::Critical), false, true, now),
                _ => watched.missed(false),
            };
            told.push(match change {
                Change::Nothing => '.',
                Change::Began => '!',
                Change::Over => 'o',
            });
        }
        told
    }

    #[test]
    fn a_warning_is_told_once_when_it_was_found_twice_and_a_critical_finding_at_once() {
        assert_eq!(told("wwww"), ".!..");
        assert_eq!(told("cccc"), "!...");
        assert_eq!(told("iiii"), "....");
    }

    #[test]
    fn an_end_is_told_after_three_runs_without_it() {
        assert_eq!(told("ww---w"), ".!..o.");
        assert_eq!(told("wwiii-"), ".!..o.");
        assert_eq!(told("-----"), ".....");
    }

    #[test]
    fn what_comes_and_goes_is_told_once() {
        assert_eq!(told("ww-ww-ww-ww"), ".!.........");
        assert_eq!(told("w-w-w-w-w-w"), "...........");
        assert_eq!(told("ww---ww---ww"), ".!..o.......");
    }

    #[test]
    fn what_becomes_worse_is_told_again() {
        assert_eq!(told("wwccww"), ".!!...");
        assert_eq!(told("ww---cc"), ".!..o!.");
    }

    #[test]
    fn what_is_muted_is_not_told_until_it_is_not_muted() {
        assert_eq!(told("mmmc"), "...!");
    }

    #[test]
    fn a_return_after_hours_is_told() {
        let mut watched = Watched::new("x", finding(Severity::Ok), Millis(0));
        assert_eq!(watched.found(finding(Severity::Critical), false, false, Millis(1)), Change::Began);
        let changes: Vec<Change> = (0..3).map(|_| watched.missed(false)).collect();
        assert_eq!(changes, [Change::Nothing, Change::Nothing, Change::Over]);
        assert!(!watched.is_present && !watched.is_obsolete(Millis(QUIET_MS)) && watched.is_obsolete(Millis(1 + QUIET_MS)));
        assert_eq!(watched.found(finding(Severity::Critical), false, false, Millis(1 + QUIET_MS)), Change::Began);
        assert_eq!(watched.since, Millis(1 + QUIET_MS));
    }

    #[test]
    fn checks_of_once_a_day_decide_by_one_run() {
        let mut watched = Watched::new("x", finding(Severity::Ok), Millis(0));
        assert_eq!(watched.found(finding(Severity::Warning), true, false, Millis(1)), Change::Began);
        assert_eq!(watched.missed(true), Change::Over);
    }
}
