//! One check: its name, its limits, and what it says.

use std::io;
use std::time::Duration;

use futures::future::BoxFuture;
use guildhall_model::finding::{DatabaseFacts, DatabaseState, Facts, Finding};
use guildhall_model::ports::{Machine, ProgramOutput};

/// A check, in a file of its own.
pub(crate) struct Check {
    /// `group.name`; also the id of its `ok` finding.
    pub name: &'static str,
    /// What it looks at, as part of a sentence.
    pub what: &'static str,
    pub time_limit: Duration,
    /// Only made once a day, because it takes long.
    pub is_rare: bool,
    /// About what the nodes of a deployment share.
    pub is_shared: bool,
    pub run: Run,
}

pub(crate) type Run = for<'a> fn(&'a Context<'a>) -> BoxFuture<'a, Verdict>;

impl Check {
    pub const fn new(name: &'static str, what: &'static str, run: Run) -> Self {
        Self { name, what, time_limit: Duration::from_secs(10), is_rare: false, is_shared: false, run }
    }

    pub const fn with_time_limit(self, seconds: u64) -> Self {
        Self { time_limit: Duration::from_secs(seconds), ..self }
    }

    pub const fn rare(self) -> Self {
        Self { is_rare: true, ..self }
    }

    pub const fn shared(self) -> Self {
        Self { is_shared: true, ..self }
    }
}

/// What a check may look at.
pub(crate) struct Context<'a> {
    pub machine: &'a dyn Machine,
    pub facts: &'a Facts,
}

impl Context<'_> {
    pub fn is_root(&self) -> bool {
        self.machine.user_id() == 0
    }

    /// The database's facts, if it answered.
    pub fn database(&self) -> Option<&DatabaseFacts> {
        match &self.facts.database {
            DatabaseState::Reached(facts) => Some(facts),
            _ => None,
        }
    }

    /// The text of a file of the kernel, without its line end. `None` where it is not there or not readable.
    pub async fn kernel_value(&self, path: &str) -> Option<String> {
        self.machine.read_file(path.as_ref()).await.ok().map(|text| text.trim().to_owned())
    }

    /// Runs a program; `None` where it is not installed.
    pub async fn program(&self, name: &str, arguments: &[&str]) -> io::Result<Option<ProgramOutput>> {
        match self.machine.run_program(name, arguments, PROGRAM_TIME_LIMIT).await {
            Ok(output) => Ok(Some(output)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// Shorter than the limit of the checks, so that they can say which program was slow.
const PROGRAM_TIME_LIMIT: Duration = Duration::from_secs(8);

/// What a check says.
#[derive(Debug)]
pub(crate) enum Verdict {
    /// All is well, in one sentence.
    Passed(String),
    /// At least one finding.
    Found(Vec<Finding>),
    /// This machine has nothing to check.
    NotApplicable,
    /// It could not look, and why.
    Failed(String),
}

impl Verdict {
    pub fn passed(text: impl Into<String>) -> Self {
        Self::Passed(text.into())
    }

    /// The findings, or the sentence if there are none.
    pub fn found_or(findings: Vec<Finding>, passed: impl Into<String>) -> Self {
        if findings.is_empty() { Self::Passed(passed.into()) } else { Self::Found(findings) }
    }
}

impl From<Finding> for Verdict {
    fn from(finding: Finding) -> Self {
        Self::Found(vec![finding])
    }
}
