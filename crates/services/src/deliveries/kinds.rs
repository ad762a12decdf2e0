//! The kinds of deliveries, in one list. A new kind needs an entry here, and a function in `consumers.rs` that derives
//! its rows.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::Result;
use guildhall_model::job::Delivery;
use guildhall_storage::Statement;

use crate::backoff::Backoff;
use crate::deliveries::Deliveries;
use crate::webhooks;

/// The result of an attempt that is not retried. After an `Err` the attempt is retried later.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttemptResult {
    Delivered,
    /// Delivered, and the row was deleted in the batch that processed the response.
    DeliveredAndDeleted,
    /// Not delivered, and another attempt would fail too: the reason.
    Abandoned(&'static str),
}

/// Makes one attempt. The statement deletes the row of the delivery and fails when the lease was lost: it belongs into
/// the batch that processes the response.
type Deliver = for<'a> fn(Deliveries<'a>, &'a Delivery, Statement) -> BoxFuture<'a, Result<AttemptResult>>;

pub(super) struct Kind {
    pub name: &'static str,
    pub retry: Backoff,
    pub deliver: Deliver,
}

/// About five hours in total.
const RETRY: Backoff = Backoff { first_ms: 5_000, factor: 5, longest_ms: 2 * 60 * 60 * 1000, attempts_max: 8 };

pub(super) const KINDS: &[Kind] = &[Kind {
    name: webhooks::OUTGOING_WEBHOOK,
    retry: RETRY,
    deliver: |deliveries, delivery, deletion| async move { deliveries.webhooks().deliver_webhook(delivery, deletion).await }.boxed(),
}];

pub(super) fn names() -> Vec<&'static str> {
    KINDS.iter().map(|kind| kind.name).collect()
}
