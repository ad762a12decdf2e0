//! Wire format of findings. These routes are not Mattermost's.

use guildhall_model::finding::{Explanation, Finding as ModelFinding, Severity};
use serde::Serialize;

/// `GET /findings`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FindingList {
    pub examination: Progress,
    pub nodes: Vec<Node>,
    pub findings: Vec<Finding>,
}

/// The examination of the node that answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Progress {
    pub is_running: bool,
    pub done: usize,
    pub total: usize,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Node {
    pub id: String,
    pub name: String,
    pub version: String,
    /// Zero if it was not examined so far.
    pub examined_at: i64,
    /// The last examination with the checks that take long.
    pub thorough_at: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    pub id: String,
    pub subject: String,
    pub severity: &'static str,
    pub summary: String,
    pub remedy: String,
    pub details: Vec<String>,
    pub muted: bool,
    /// A short heading; empty where a check has passed.
    pub title: &'static str,
    pub meaning: &'static str,
    /// Empty for what all nodes share.
    pub node_id: String,
    /// When it was found first; zero where that is not known.
    pub since: i64,
}

impl Finding {
    /// Of no certain node and time.
    pub fn new(finding: ModelFinding, explanation: Option<Explanation>, muted: bool) -> Self {
        let ModelFinding { id, subject, severity, summary, remedy, details } = finding;
        let (title, meaning) = explanation.map_or(("", ""), |explanation| (explanation.title, explanation.meaning));
        let (id, severity) = (id.to_string(), severity.name());
        Self { id, subject, severity, summary, remedy, details, muted, title, meaning, node_id: String::new(), since: 0 }
    }
}

/// `guildhall doctor --json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Rises when a field changes its meaning or goes; fields may be added without it.
    pub format: u32,
    pub version: String,
    pub host_name: String,
    pub examined_at: i64,
    pub summary: Summary,
    /// The most urgent first; checks that passed are findings of the severity `ok`.
    pub findings: Vec<Finding>,
    /// What `--fix` has done, in sentences.
    pub fixed: Vec<String>,
}

/// How many findings there are of each severity, without those that are muted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    pub critical: usize,
    pub warning: usize,
    pub info: usize,
    pub ok: usize,
    pub muted: usize,
}

impl Summary {
    /// Severities, and whether each is muted.
    pub fn count(findings: impl IntoIterator<Item = (Severity, bool)>) -> Self {
        let mut summary = Self::default();
        for (severity, is_muted) in findings {
            match severity {
                Severity::Ok => summary.ok += 1,
                _ if is_muted => summary.muted += 1,
                Severity::Critical => summary.critical += 1,
                Severity::Warning => summary.warning += 1,
                Severity::Info => summary.info += 1,
            }
        }
        summary
    }

    pub const fn has_problems(self) -> bool {
        self.critical > 0 || self.warning > 0
    }
}
