//! Writes collected under a grant, committed together with the events that are published after the commit.

use guildhall_model::{Events, Result};
use guildhall_storage::{Batch, Database, Statement};

#[must_use = "a write that is not committed changes nothing"]
pub struct Write<'a> {
    db: &'a Database,
    batch: Batch,
}

impl<'a> Write<'a> {
    pub(super) fn new(db: &'a Database) -> Self {
        Self { db, batch: Batch::default() }
    }

    /// Keeps writes to the same thing (a channel's posts, say) off each other's locks.
    pub fn in_lane_of(mut self, id: &impl guildhall_model::Id) -> Self {
        self.batch = self.batch.in_lane_of(id);
        self
    }

    pub fn push(&mut self, statement: Statement) {
        self.batch.push(statement);
    }

    pub fn extend(&mut self, statements: impl IntoIterator<Item = Statement>) {
        self.batch.extend(statements);
    }

    /// On disk, and its events published, when `Ok`. `Events::none("why")` where there is nothing to publish.
    pub async fn commit(mut self, events: impl Into<Events>) -> Result<()> {
        let Events(events) = events.into();
        self.batch.publish(events);
        self.db.commit(self.batch).await
    }
}
