//! The kinds of deliveries, in one list. A new kind needs an entry here, and a function in `consumers.rs` that derives
//! its rows.

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::Result;
use guildhall_model::job::Delivery;
use guildhall_model::settings::Settings;
use guildhall_storage::Statement;

use crate::backoff::Backoff;
use crate::deliveries::Deliveries;
use crate::{mail, notifications, webhooks};

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
    /// Queued deliveries to one target. Further ones are dropped with a warning.
    pub queued_per_target_max: i64,
    /// How long an attempt takes at most.
    pub timeout_ms: fn(&Settings) -> u64,
    pub retry: Backoff,
    pub deliver: Deliver,
}

/// About five hours in total.
const RETRY: Backoff = Backoff { first_ms: 5_000, factor: 5, longest_ms: 2 * 60 * 60 * 1000, attempts_max: 8 };

/// About two days in total: mail servers greylist, and administrators mend settings on Monday.
const RETRY_MAIL: Backoff = Backoff { first_ms: 5_000, factor: 5, longest_ms: 2 * 60 * 60 * 1000, attempts_max: 28 };

/// The steps of an attempt at a mail: a kept connection is tried, a new one is opened, encrypted, logged in, and takes the mail.
const MAIL_STEPS: u64 = 5;

pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: webhooks::OUTGOING_WEBHOOK,
        queued_per_target_max: 1_000,
        timeout_ms: |settings| settings.integrations.timeout_ms,
        retry: RETRY,
        deliver: |deliveries, delivery, deletion| async move { deliveries.webhooks().deliver_webhook(delivery, deletion).await }.boxed(),
    },
    Kind {
        name: mail::ACCOUNT_MAIL,
        queued_per_target_max: 10_000,
        timeout_ms: mail_timeout_ms,
        retry: RETRY_MAIL,
        deliver: |deliveries, delivery, _deletion| async move { deliveries.mail().deliver_account_mail(delivery).await }.boxed(),
    },
    Kind {
        name: notifications::NOTIFICATION_MAIL,
        queued_per_target_max: 1_000,
        timeout_ms: mail_timeout_ms,
        retry: RETRY_MAIL,
        deliver: |deliveries, delivery, _deletion| {
            async move { deliveries.notifications().deliver_notification_mail(delivery).await }.boxed()
        },
    },
    Kind {
        name: mail::INVITATION_MAIL,
        queued_per_target_max: 10_000,
        timeout_ms: mail_timeout_ms,
        retry: RETRY_MAIL,
        deliver: |deliveries, delivery, _deletion| async move { deliveries.mail().deliver_invitation_mail(delivery).await }.boxed(),
    },
];

fn mail_timeout_ms(settings: &Settings) -> u64 {
    settings.mail.timeout_ms.saturating_mul(MAIL_STEPS)
}

pub(super) fn names() -> Vec<&'static str> {
    KINDS.iter().map(|kind| kind.name).collect()
}

pub(super) fn by_name(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}
