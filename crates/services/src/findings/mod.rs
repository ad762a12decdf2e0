//! Findings: what the checks of this node's machine and of the database say, kept for administrators, who are told of what
//! begins and ends.

mod bot;
mod channel;
mod counts;
mod examine;
mod facts;
mod list;
mod mute;
mod record;
mod tell;

use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use guildhall_model::Millis;
use parking_lot::Mutex;

pub(crate) use tell::message_job;

pub(crate) use counts::HealthCounts;
pub use list::{FindingList, ListedFinding, NodeExamination};

noun! {
    /// Findings.
    findings::Findings, state: State, uses: [audits::Audits, channels::Channels, posts::Posts, system::System, teams::Teams]
}

#[derive(Default)]
pub(crate) struct State {
    /// Held during an examination, so that there is one at a time.
    running: tokio::sync::Mutex<()>,
    run: Mutex<Run>,
    done: Arc<AtomicUsize>,
    /// When [`Findings::examine_when_due`] was called first: an examination does not slow the start of the server.
    first_due: Mutex<Option<Millis>>,
}

/// The examination of this node that runs, or ran last.
#[derive(Debug, Default, Clone, Copy)]
struct Run {
    is_running: bool,
    total: usize,
    started_at: Millis,
}

/// How far the examination of this node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub is_running: bool,
    pub done: usize,
    pub total: usize,
}
