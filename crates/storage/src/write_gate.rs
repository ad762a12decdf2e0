//! Whether commits are accepted. While a database is moved they are rejected for a moment; those that were accepted before end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use guildhall_model::Result;
use guildhall_model::codes::context;
use tokio::sync::Notify;

#[derive(Debug, Default)]
pub(crate) struct WriteGate {
    is_closed: AtomicBool,
    in_flight: AtomicUsize,
    drained: Notify,
}

/// A batch that was accepted and is not committed yet.
#[derive(Debug)]
pub(crate) struct InFlight(Arc<WriteGate>);

impl WriteGate {
    /// # Errors
    /// `READ_ONLY` while the gate is closed.
    pub fn enter(self: &Arc<Self>) -> Result<InFlight> {
        // Counted first: whoever closes the gate then either sees the batch, or is seen by it.
        let accepted = InFlight::new(self);
        match self.is_closed.load(Ordering::SeqCst) {
            true => Err(context::READ_ONLY.into()),
            false => Ok(accepted),
        }
    }

    /// Rejects what comes from now on, and waits until everything before it has ended.
    pub async fn close(&self) {
        self.is_closed.store(true, Ordering::SeqCst);
        loop {
            let drained = self.drained.notified();
            tokio::pin!(drained);
            drained.as_mut().enable();
            if self.in_flight.load(Ordering::SeqCst) == 0 {
                return;
            }
            drained.await;
        }
    }

    pub fn open(&self) {
        self.is_closed.store(false, Ordering::SeqCst);
    }
}

impl InFlight {
    fn new(gate: &Arc<WriteGate>) -> Self {
        gate.in_flight.fetch_add(1, Ordering::SeqCst);
        Self(Arc::clone(gate))
    }
}

impl Clone for InFlight {
    fn clone(&self) -> Self {
        Self::new(&self.0)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        if self.0.in_flight.fetch_sub(1, Ordering::SeqCst) == 1 && self.0.is_closed.load(Ordering::SeqCst) {
            self.0.drained.notify_waiters();
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::poll;

    use super::*;

    #[tokio::test]
    async fn a_closed_gate_rejects_and_waits_for_what_it_had_accepted() {
        let gate = Arc::new(WriteGate::default());
        let first = gate.enter().unwrap();
        let second = first.clone();
        let closed = gate.close();
        tokio::pin!(closed);
        assert!(poll!(closed.as_mut()).is_pending());
        assert!(gate.enter().unwrap_err().is(context::READ_ONLY));
        drop(first);
        assert!(poll!(closed.as_mut()).is_pending());
        drop(second);
        closed.await;
        assert!(gate.enter().is_err());
        gate.open();
        drop(gate.enter().unwrap());
        assert_eq!(gate.in_flight.load(Ordering::SeqCst), 0);
    }
}
