//! Deliveries to other servers: queued in the batch of the event that causes them, delivered at least once, retried when
//! they fail.

mod attempt;
mod kinds;
mod queue;

pub use kinds::AttemptResult;
pub(crate) use queue::{DeliveryQueue, State};

noun! {
    /// The queue of requests and mails to other servers.
    deliveries::Deliveries, state: State, uses: [mail::Mail, notifications::Notifications, webhooks::Webhooks]
}
