//! A batch that was submitted to a writer, and the channel for its answer.

use guildhall_model::Result;
use tokio::sync::oneshot;

use crate::Batch;
use crate::dispatch::Delivery;
use crate::failure::{BatchError, closed};

/// The result of one batch of a group.
pub(crate) type Outcome = Result<(), BatchError>;

pub(super) struct Submission {
    pub batch: Batch,
    answer: oneshot::Sender<Result<()>>,
}

/// The half of the submitter.
pub(crate) struct Answer(oneshot::Receiver<Result<()>>);

impl Submission {
    pub fn new(batch: Batch) -> (Self, Answer) {
        let (answer, answered) = oneshot::channel();
        (Self { batch, answer }, Answer(answered))
    }

    /// Sends the answer, unless events have to be published first. A caller that was cancelled does not change the outcome.
    pub fn complete(self, outcome: Outcome) -> Option<Delivery> {
        let Self { batch, answer } = self;
        if outcome.is_ok() && !batch.events.is_empty() {
            return Some(Delivery { events: batch.events, span: batch.commit_span, answer });
        }
        let _ = answer.send(outcome.map_err(BatchError::into_error));
        None
    }
}

impl Answer {
    pub async fn wait(self) -> Result<()> {
        self.0.await.unwrap_or_else(|_| Err(closed()))
    }
}
