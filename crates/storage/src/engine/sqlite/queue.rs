//! Sending to the threads without waiting: a full queue is `BUSY`.

use crossbeam_channel::{Sender, TrySendError};
use guildhall_model::Result;
use guildhall_model::codes::context;

use crate::failure::closed;

pub(super) fn try_send<T>(queue: &Sender<T>, message: T) -> Result<()> {
    queue.try_send(message).map_err(|error| match error {
        TrySendError::Full(_) => context::BUSY.into(),
        TrySendError::Disconnected(_) => closed(),
    })
}
