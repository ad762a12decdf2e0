//! Writes collected under a grant, committed together with their events, the rows that consumers derive from these, and
//! the audit record that the grant requires. The events are published after the commit.

use std::fmt;

use guildhall_model::{Events, Result};
use guildhall_storage::{Batch, PendingCommit, Statement};

use super::authority::Origin;
use super::record::{Details, Record};
use super::{Access, WriteGrant};

#[must_use = "a write that is not committed changes nothing"]
pub struct Write<'a> {
    access: &'a Access,
    batch: Batch,
    record: Record,
}

impl<'a> Write<'a> {
    pub(super) fn new(access: &'a Access, grant: &impl WriteGrant, action: &'static str) -> Self {
        let record = Record { authority: grant.authority(), object: grant.object(), action, details: Details::default() };
        Self { access, batch: Batch::default(), record }
    }

    /// Serializes writes to the same rows (the posts of a channel), so that they do not wait for each other's locks.
    pub fn in_lane_of(mut self, id: &impl guildhall_model::Id) -> Self {
        self.batch = self.batch.in_lane_of(id);
        self
    }

    /// Recorded also where the grant does not require it: for credentials, roles and the like of one's own account.
    pub fn recorded(mut self) -> Self {
        self.record.authority.is_recorded = true;
        self
    }

    /// The same for what has no actor yet: log-ins and sign-ups.
    pub fn recorded_as(mut self, origin: Origin) -> Self {
        self.record_as(origin);
        self
    }

    /// The same for a write that somebody else has begun.
    pub fn record_as(&mut self, origin: Origin) {
        self.record.authority.origin = origin;
        self.record.authority.is_recorded = true;
    }

    /// Adds to the audit record, if there is one. Never a secret, and never the text of a message.
    pub fn detail(&mut self, name: &str, value: impl fmt::Display) {
        if self.record.authority.is_recorded {
            self.record.details.add(name, value);
        }
    }

    /// Adds what a value was and what it became, if that is not the same.
    pub fn changed<T: fmt::Display + PartialEq>(&mut self, name: &str, old: T, new: T) {
        if old != new {
            self.detail(&format!("old_{name}"), old);
            self.detail(name, new);
        }
    }

    pub fn push(&mut self, statement: Statement) {
        self.batch.push(statement);
    }

    pub fn extend(&mut self, statements: impl IntoIterator<Item = Statement>) {
        self.batch.extend(statements);
    }

    /// `Ok` when the batch is on disk and its events are published. `Events::none("why")` where there is nothing to
    /// publish. Rows that `consumers.rs` derives from the events are part of the batch, and so is the audit record.
    pub async fn commit(self, events: impl Into<Events>) -> Result<()> {
        let db = &self.access.db;
        db.commit(self.complete(events).await?).await
    }

    /// Queues the batch for its commit: those of one lane are executed in the order in which they were submitted.
    pub async fn submit(self, events: impl Into<Events>) -> Result<PendingCommit> {
        let db = &self.access.db;
        db.submit(self.complete(events).await?)
    }

    async fn complete(mut self, events: impl Into<Events>) -> Result<Batch> {
        let Events(mut events) = events.into();
        if let Some(services) = self.access.services.upgrade() {
            let rows = services.derive_rows(&events).await?;
            self.batch.extend(rows.statements);
            events.extend(rows.events);
        }
        self.batch.extend(self.record.into_statement(self.access));
        self.batch.publish(events);
        Ok(self.batch)
    }
}
