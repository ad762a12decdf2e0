//! Findings: what the server's own checks say about the machine, its disks, its database and the server itself.

mod facts;
mod watched;

use std::borrow::Cow;
use std::fmt;

pub use facts::{
    AuditExportFacts, BackupFacts, DatabaseFacts, DatabaseState, Facts, FailedJobs, FailingMail, MailFacts, ProcessState, SchemaState,
    WorkFacts,
};
pub use watched::{Change, Watched};

/// How bad a finding is. The order is that of the urgency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// A check passed.
    Ok,
    /// Good to know; nothing needs to be done now.
    Info,
    /// Should be dealt with in the next days.
    Warning,
    /// People are affected, or data is at risk.
    Critical,
}

impl Severity {
    pub const ALL: [Self; 4] = [Self::Ok, Self::Info, Self::Warning, Self::Critical];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|severity| severity.name() == name)
    }

    /// Whether administrators are told of it.
    pub const fn is_problem(self) -> bool {
        matches!(self, Self::Warning | Self::Critical)
    }
}

/// The stable name of a finding, `group.name`, such as `disks.raid_degraded`: lower-case letters, digits and underscores with
/// one dot between.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FindingId(Cow<'static, str>);

impl FindingId {
    pub const CHARS_MAX: usize = 64;

    pub const fn new(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }

    /// `None` where the name is not valid.
    pub fn from_name(name: &str) -> Option<Self> {
        let is_word = |word: &str| !word.is_empty() && word.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_');
        let (group, rest) = name.split_once('.')?;
        (name.len() <= Self::CHARS_MAX && is_word(group) && is_word(rest)).then(|| Self(Cow::Owned(name.to_owned())))
    }

    pub fn name(&self) -> &str {
        &self.0
    }

    /// The part of the page of all findings that explains this one, below the address of the site.
    pub fn help_path(&self) -> String {
        format!("{HELP_PATH}#{self}")
    }
}

/// The page of all findings, below the address of the site.
pub const HELP_PATH: &str = "/help/troubleshooting";

impl fmt::Display for FindingId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub id: FindingId,
    /// What it is about where there are several, such as `md0` or `sda`; else empty.
    pub subject: String,
    pub severity: Severity,
    /// What was found, in one sentence.
    pub summary: String,
    /// What to do, in one sentence.
    pub remedy: String,
    /// Lines of figures or of a program's output.
    pub details: Vec<String>,
}

impl Finding {
    pub const SUBJECT_CHARS_MAX: usize = 128;
    pub const TEXT_CHARS_MAX: usize = 1_000;
    pub const DETAILS_MAX: usize = 20;

    /// Of several arrays, disks or files: the one that it is about.
    #[must_use]
    pub fn about(mut self, subject: impl fmt::Display) -> Self {
        self.subject = shortened(&subject.to_string(), Self::SUBJECT_CHARS_MAX);
        self
    }

    #[must_use]
    pub fn with_severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    #[must_use]
    pub fn with_remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    #[must_use]
    pub fn with_detail(mut self, line: impl fmt::Display) -> Self {
        if self.details.len() < Self::DETAILS_MAX {
            self.details.push(shortened(&line.to_string(), Self::TEXT_CHARS_MAX));
        }
        self
    }

    #[must_use]
    pub fn with_details(self, lines: impl IntoIterator<Item = impl fmt::Display>) -> Self {
        lines.into_iter().fold(self, Self::with_detail)
    }
}

/// Names of files and output of programs may be of any length, and hold anything.
pub fn shortened(text: &str, chars_max: usize) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(chars_max).collect()
}

/// What a finding means, from the index of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation {
    /// A short heading.
    pub title: &'static str,
    /// What it means for the people who use the server, and how it comes about.
    pub meaning: &'static str,
}

/// What one check said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckResult {
    /// The name of the check, which is also the id of its `ok` finding.
    pub check: &'static str,
    /// Whether it is only made once a day, because it takes long.
    pub is_rare: bool,
    /// Whether it says the same on each node of a deployment, because it is about what they share.
    pub is_shared: bool,
    pub duration_ms: i64,
    /// Empty where the check does not apply to this machine.
    pub findings: Vec<Finding>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_a_group_and_a_name() {
        assert_eq!(FindingId::from_name("disks.raid_degraded").unwrap(), FindingId::new("disks.raid_degraded"));
        for name in ["", "disks", "disks.", ".raid", "Disks.raid", "disks.raid.x", "disks raid", &format!("a.{}", "b".repeat(63))] {
            assert_eq!(FindingId::from_name(name), None, "{name}");
        }
    }

    #[test]
    fn severities_are_ordered_and_named() {
        assert!(Severity::ALL.is_sorted());
        assert!(Severity::ALL.iter().all(|severity| Severity::from_name(severity.name()) == Some(*severity)));
    }

    #[test]
    fn texts_are_bounded() {
        assert_eq!(shortened("a\nb\u{1b}c", 4), "a b ");
    }
}
