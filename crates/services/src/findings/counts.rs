//! How many findings there are, for the metrics.

use guildhall_model::finding::Severity;
use guildhall_model::id::NodeId;
use guildhall_model::{Millis, Result};
use guildhall_storage::findings;

use super::record::SHARED;
use crate::boxed;
use crate::findings::Findings;

/// Of this node, and of what all nodes share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HealthCounts {
    /// Without those that are muted; a severity without findings is absent.
    pub findings: Vec<(Severity, i64)>,
    /// Zero if this node was never examined.
    pub examined_at: Millis,
}

impl Findings<'_> {
    #[boxed]
    pub(crate) async fn health_counts(&self) -> Result<HealthCounts> {
        let grant = self.access.system("counts of findings reveal no content");
        let (db, server) = (self.access.read(&grant), grant.server());
        let findings = findings::counts(db, server, [self.node, NodeId::from_bytes(SHARED)]).await?;
        let last = findings::examinations(db, server).await?.into_iter().find(|last| last.node == self.node);
        Ok(HealthCounts { findings, examined_at: last.map_or(Millis::ZERO, |last| last.examined_at) })
    }
}
