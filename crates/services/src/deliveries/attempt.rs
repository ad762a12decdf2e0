//! One attempt at a delivery, and writing its result.

use guildhall_model::codes::{jobs as codes, mail};
use guildhall_model::job::{Delivery, Lease};
use guildhall_model::{Events, Result};
use guildhall_storage::{Statement, deliveries};

use super::kinds::{self, AttemptResult};
use crate::deliveries::Deliveries;
use crate::worker::{describe, stored_message};

impl Deliveries<'_> {
    pub(super) async fn attempt(&self, delivery: Delivery) {
        if let Err(error) = self.try_to_deliver(&delivery).await {
            // The row is unchanged: it is claimed again when its lease expires.
            tracing::warn!(%error, delivery = %delivery.id, "the result of a delivery could not be written");
        }
    }

    async fn try_to_deliver(&self, delivery: &Delivery) -> Result<()> {
        let Some(kind) = kinds::by_name(&delivery.kind) else { return Ok(()) };
        let grant = self.access.system("a delivery was authorized when it was written");
        let lease = Lease { id: delivery.id, fence: delivery.fence };
        let deletion = deliveries::delete(grant.write_server(), lease);
        if delivery.attempts > kind.retry.attempts_max {
            // Every attempt ended with its process, before a result was written.
            self.counters.deliveries_abandoned.increment();
            tracing::warn!(kind = kind.name, target = %delivery.target_id, "delivery abandoned: every attempt was aborted");
            return self.delete(delivery, deletion).await;
        }
        let error = match (kind.deliver)(*self, delivery, deletion.clone()).await {
            Ok(AttemptResult::DeliveredAndDeleted) => {
                self.counters.deliveries_made.increment();
                self.release_slot(delivery);
                return Ok(());
            }
            Ok(AttemptResult::Delivered) => {
                self.counters.deliveries_made.increment();
                return self.delete(delivery, deletion).await;
            }
            Ok(AttemptResult::Abandoned(reason)) => {
                self.counters.deliveries_abandoned.increment();
                tracing::info!(kind = kind.name, target = %delivery.target_id, reason, "delivery abandoned");
                return self.delete(delivery, deletion).await;
            }
            Err(error) if error.is(codes::LEASE_LOST) => return Ok(()),
            Err(error) => error,
        };
        let random = self.ids.next_bytes()[15];
        let Some(delay_ms) = kind.retry.delay_ms(delivery.attempts, random) else {
            self.counters.deliveries_abandoned.increment();
            tracing::warn!(kind = kind.name, target = %delivery.target_id, %error, attempts = delivery.attempts, "delivery abandoned");
            return self.delete(delivery, deletion).await;
        };
        self.counters.deliveries_failed.increment();
        // That of a mail is a sentence for administrators.
        let message = if error.is(mail::FAILED) { error.message() } else { describe(&error) };
        let next = self.clock.now().plus_ms(delay_ms);
        self.write_result(deliveries::postpone(grant.write_server(), lease, next, &stored_message(&message))).await.map(drop)
    }

    async fn delete(&self, delivery: &Delivery, deletion: Statement) -> Result<()> {
        if self.write_result(deletion).await? {
            self.release_slot(delivery);
        }
        Ok(())
    }

    /// Returns false when the lease was lost.
    async fn write_result(&self, statement: Statement) -> Result<bool> {
        let grant = self.access.system("the result of a delivery");
        let mut write = self.access.write(&grant, "deliveries.note_result");
        write.push(statement);
        match write.commit(Events::none("clients do not see deliveries")).await {
            Err(error) if error.is(codes::LEASE_LOST) => Ok(false),
            outcome => outcome.map(|()| true),
        }
    }
}
