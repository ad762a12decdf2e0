//! The queue of deliveries: bounded when written, claimed by this node's worker, counted for administrators.

use std::collections::HashMap;
use std::sync::Arc;

use guildhall_model::id::TargetId;
use guildhall_model::job::{Delivery, Lease, LeaseTerm, QueueDepth};
use guildhall_model::{Actor, Event, Events, Millis, Permission, Result};
use guildhall_storage::deliveries;
use parking_lot::Mutex;
use tokio::sync::{Notify, watch};
use tracing::Instrument;

use super::kinds;
use crate::Services;
use crate::access::SystemGrant;
use crate::boxed;
use crate::consumers::DerivedRows;
use crate::deliveries::Deliveries;
use crate::worker::Queue;

/// Queued deliveries in total. Further ones are dropped with a warning.
const QUEUED_MAX: i64 = 20_000;
/// Concurrent calls of one target on this node, so that a slow target leaves room for others.
const CONCURRENCY_PER_TARGET_MAX: usize = 8;
const PAYLOAD_BYTES_MAX: usize = 16 * 1024;
/// The counts are cached because every post that triggers a delivery needs them, and are refreshed after this time.
const RECOUNT_INTERVAL_MS: i64 = 30_000;
/// Added to the time limit of an attempt.
const LEASE_MARGIN_MS: i64 = 60_000;

#[derive(Default)]
pub(crate) struct State {
    pub(crate) work_available: Notify,
    counts: Mutex<QueueCounts>,
    in_flight: InFlight,
}

/// The number of concurrent calls by target.
type InFlight = Arc<Mutex<HashMap<TargetId, usize>>>;

/// One concurrent call of a target; ends when it is dropped.
pub(crate) struct TargetSlot {
    target: TargetId,
    in_flight: InFlight,
}

impl TargetSlot {
    /// `None` if the target has reached its limit.
    fn acquire(in_flight: &InFlight, target: TargetId) -> Option<Self> {
        let mut counts = in_flight.lock();
        let count = counts.entry(target).or_default();
        (*count < CONCURRENCY_PER_TARGET_MAX).then(|| {
            *count += 1;
            Self { target, in_flight: Arc::clone(in_flight) }
        })
    }
}

impl Drop for TargetSlot {
    fn drop(&mut self) {
        let mut counts = self.in_flight.lock();
        match counts.get_mut(&self.target) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(counts.remove(&self.target)),
        }
    }
}

#[derive(Default)]
struct QueueCounts {
    by_target: HashMap<TargetId, i64>,
    total: i64,
    counted_at: Millis,
}

impl QueueCounts {
    /// Counts one more delivery, unless the target, which may have so many, or the whole queue is full.
    fn reserve(&mut self, target: TargetId, per_target_max: i64) -> bool {
        let queued = self.by_target.entry(target).or_default();
        let has_room = *queued < per_target_max && self.total < QUEUED_MAX;
        if has_room {
            *queued += 1;
            self.total += 1;
        }
        has_room
    }

    fn release(&mut self, target: TargetId) {
        if let Some(queued) = self.by_target.get_mut(&target) {
            *queued -= 1;
            self.total -= 1;
        }
    }
}

/// The queue as the worker reads it.
pub(crate) struct DeliveryQueue;

impl Queue for DeliveryQueue {
    type Item = (Delivery, TargetSlot);
    const CONCURRENCY_MAX: usize = 32;

    fn work_available(services: &Services) -> &Notify {
        &services.deliveries().state().work_available
    }

    async fn claim(services: &Services, limit: usize) -> Result<Vec<(Delivery, TargetSlot)>> {
        services.deliveries().claim(limit).await
    }

    /// Ignores `_stop`: an attempt has its own time limit.
    async fn run(services: &Services, (delivery, _slot): (Delivery, TargetSlot), _stop: watch::Receiver<bool>) {
        let span = tracing::error_span!("delivery", delivery_id = %delivery.id, kind = delivery.kind);
        services.deliveries().attempt(delivery).instrument(span).await;
    }
}

impl Deliveries<'_> {
    /// The rows of these deliveries, to be written in the batch of the event that caused them.
    pub(crate) fn build_rows(&self, mut new: Vec<Delivery>) -> DerivedRows {
        let mut counts = self.state().counts.lock();
        new.retain(|delivery| {
            let per_target_max = kinds::by_name(&delivery.kind).map_or(0, |kind| kind.queued_per_target_max);
            let fits = delivery.payload.len() <= PAYLOAD_BYTES_MAX && counts.reserve(delivery.target_id, per_target_max);
            if !fits {
                let (kind, target) = (&delivery.kind, delivery.target_id);
                tracing::warn!(kind, %target, "delivery dropped: its payload is too large, or the queue is full");
            }
            fits
        });
        if new.is_empty() {
            return DerivedRows::default();
        }
        DerivedRows { statements: vec![deliveries::insert(&new)], events: vec![Event::DeliveriesQueued] }
    }

    /// Waits until deliveries are queued on this node.
    pub async fn wait_until_queued(&self) {
        self.state().work_available.notified().await;
    }

    /// Queued deliveries by kind.
    #[boxed]
    pub async fn queue_depths(&self, actor: &Actor) -> Result<Vec<QueueDepth>> {
        let grant = self.access.system_permission_to_read(actor, Permission::ReadJobs)?;
        self.load_queue_depths(&grant).await
    }

    pub(crate) async fn load_queue_depths(&self, grant: &SystemGrant) -> Result<Vec<QueueDepth>> {
        deliveries::queue_depths(self.access.read(grant), grant.server()).await
    }

    pub(crate) async fn release_deliveries(&self, is_attempt_counted: bool) -> Result<()> {
        let grant = self.access.system("at startup and shutdown this node makes no delivery");
        let mut write = self.access.write(&grant, "deliveries.release");
        write.push(deliveries::release_all(grant.write_server(), self.node, is_attempt_counted));
        write.commit(Events::none("workers poll")).await
    }

    pub(super) fn release_slot(&self, delivery: &Delivery) {
        self.state().counts.lock().release(delivery.target_id);
    }

    async fn claim(&self, limit: usize) -> Result<Vec<(Delivery, TargetSlot)>> {
        let grant = self.access.system("a delivery was authorized when it was written");
        let now = self.clock.now();
        self.refresh_counts(&grant, now).await?;
        let settings = self.settings();
        let claim = async |(delivery, slot): (Delivery, TargetSlot)| {
            let timeout_ms = kinds::by_name(&delivery.kind).map_or(0, |kind| (kind.timeout_ms)(&settings));
            let lease_ms = i64::try_from(timeout_ms).unwrap_or(i64::MAX).saturating_add(LEASE_MARGIN_MS);
            let term = LeaseTerm { owner: self.node, now, until: now.plus_ms(lease_ms) };
            let mut write = self.access.write(&grant, "deliveries.claim");
            write.push(deliveries::claim(grant.write_server(), Lease { id: delivery.id, fence: delivery.fence }, term));
            // Skipped on an error: another worker was faster, or the database is unavailable. The delivery stays due.
            write.commit(Events::none("clients do not see leases")).await.ok()?;
            Some((Delivery { fence: delivery.fence + 1, attempts: delivery.attempts + 1, ..delivery }, slot))
        };
        let (mut claimed, kinds) = (Vec::with_capacity(limit), kinds::names());
        // Each further query skips the targets that have reached their limit.
        for _query in 0..=limit / CONCURRENCY_PER_TARGET_MAX {
            let except = self.busy_targets();
            let filter = deliveries::DueFilter { kinds: &kinds, except: &except, now };
            let due = deliveries::due(self.access.read(&grant), grant.server(), filter, limit - claimed.len()).await?;
            let due_count = due.len();
            let mut slots = Vec::with_capacity(due_count);
            for delivery in due {
                let slot = TargetSlot::acquire(&self.state().in_flight, delivery.target_id);
                slots.extend(slot.map(|slot| (delivery, slot)));
            }
            let has_all = slots.len() == due_count;
            for delivery in futures::future::join_all(slots.into_iter().map(claim)).await {
                claimed.extend(delivery);
            }
            if has_all || claimed.len() >= limit {
                break;
            }
        }
        Ok(claimed)
    }

    fn busy_targets(&self) -> Vec<TargetId> {
        let counts = self.state().in_flight.lock();
        counts.iter().filter(|(_, count)| **count >= CONCURRENCY_PER_TARGET_MAX).map(|(target, _)| *target).collect()
    }

    async fn refresh_counts(&self, grant: &SystemGrant, now: Millis) -> Result<()> {
        if now < self.state().counts.lock().counted_at.plus_ms(RECOUNT_INTERVAL_MS) {
            return Ok(());
        }
        let by_target: HashMap<TargetId, i64> =
            deliveries::counts_by_target(self.access.read(grant), grant.server()).await?.into_iter().collect();
        *self.state().counts.lock() = QueueCounts { total: by_target.values().sum(), by_target, counted_at: now };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_queue_is_bounded_per_target_and_in_total() {
        let (one, other) = (TargetId::from_bytes([1; 16]), TargetId::from_bytes([2; 16]));
        let mut counts = QueueCounts::default();
        assert_eq!((0..10).filter(|_| counts.reserve(one, 5)).count(), 5);
        assert!(counts.reserve(other, 5) && counts.reserve(one, 6));
        counts.release(one);
        assert!(counts.reserve(one, 6) && !counts.reserve(one, 6));
        counts.total = QUEUED_MAX;
        assert!(!counts.reserve(other, 5));
    }

    #[test]
    fn the_slots_of_a_target_are_limited_and_released() {
        let (target, in_flight) = (TargetId::from_bytes([1; 16]), InFlight::default());
        let mut slots: Vec<TargetSlot> = std::iter::from_fn(|| TargetSlot::acquire(&in_flight, target)).collect();
        assert_eq!(slots.len(), CONCURRENCY_PER_TARGET_MAX);
        slots.pop();
        assert!(TargetSlot::acquire(&in_flight, target).is_some());
        drop(slots);
        assert!(in_flight.lock().is_empty());
    }
}
