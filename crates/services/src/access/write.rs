//! Writes collected under a grant: on disk together or not at all, and then told to the world.

use guildhall_model::{EventSink, Events, Result};
use guildhall_storage::{Batch, Database, Statement};

#[must_use = "a write that is not committed changes nothing"]
pub struct Write<'a> {
    db: &'a Database,
    sink: &'a dyn EventSink,
    batch: Batch,
}

impl<'a> Write<'a> {
    pub(super) fn new(db: &'a Database, sink: &'a dyn EventSink) -> Self {
        Self { db, sink, batch: Batch::default() }
    }

    /// Keeps writes to the same thing (a channel's posts, say) off each other's locks.
    pub fn near(mut self, id: &impl guildhall_model::Id) -> Self {
        self.batch = self.batch.near(id);
        self
    }

    pub fn push(&mut self, statement: Statement) {
        self.batch.push(statement);
    }

    pub fn extend(&mut self, statements: impl IntoIterator<Item = Statement>) {
        for statement in statements {
            self.batch.push(statement);
        }
    }

    /// On disk when `Ok`; only then are the events published. `Events::none("why")` where there is nothing to tell.
    pub async fn commit(self, events: impl Into<Events>) -> Result<()> {
        self.db.commit(self.batch).await?;
        let Events(events) = events.into();
        if !events.is_empty() {
            self.sink.publish(events);
        }
        Ok(())
    }
}
