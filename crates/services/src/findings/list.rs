//! The findings for administrators.

use guildhall_model::finding::{Explanation, Finding};
use guildhall_model::id::NodeId;
use guildhall_model::{Actor, Millis, Permission, Result};
use guildhall_storage::findings;

use super::Progress;
use super::record::SHARED;
use crate::boxed;
use crate::findings::Findings;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FindingList {
    /// This node's, as it runs now.
    pub progress: Progress,
    pub nodes: Vec<NodeExamination>,
    /// What the last examinations found, the most urgent first.
    pub findings: Vec<ListedFinding>,
}

/// The last examination of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NodeExamination {
    pub id: NodeId,
    pub name: String,
    pub version: String,
    pub examined_at: Millis,
    /// The last one with the checks that take long; zero if there was none.
    pub thorough_at: Millis,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedFinding {
    /// `None` for what all nodes share.
    pub node: Option<NodeId>,
    pub finding: Finding,
    pub since: Millis,
    pub is_muted: bool,
    /// `None` where a check has passed.
    pub explanation: Option<Explanation>,
}

impl Findings<'_> {
    #[boxed]
    pub async fn findings(&self, actor: &Actor) -> Result<FindingList> {
        let grant = self.access.system_permission_to_read(actor, Permission::SysconsoleReadEnvironmentPerformanceMonitoring)?;
        let (db, server) = (self.access.read(&grant), grant.server());
        let muted = findings::muted(db, server).await?;
        let shared = NodeId::from_bytes(SHARED);
        let rows = findings::list(db, server).await?.into_iter().filter(|row| row.watched.is_present);
        let mut findings: Vec<ListedFinding> = rows
            .map(|row| ListedFinding {
                node: (row.node != shared).then_some(row.node),
                is_muted: muted.iter().any(|id| id == row.watched.finding.id.name()),
                since: row.watched.since,
                explanation: self.examiner.explain(&row.watched.finding.id),
                finding: row.watched.finding,
            })
            .collect();
        findings.sort_by(|one, other| {
            let key = |listed: &ListedFinding| (listed.is_muted, std::cmp::Reverse(listed.finding.severity));
            key(one).cmp(&key(other)).then_with(|| one.finding.id.cmp(&other.finding.id))
        });
        let examinations = findings::examinations(db, server).await?.into_iter().filter(|examination| examination.node != shared);
        let nodes = examinations.map(|last| NodeExamination {
            id: last.node,
            name: last.node_name,
            version: last.version,
            examined_at: last.examined_at,
            thorough_at: last.thorough_at,
        });
        Ok(FindingList { progress: self.progress(), nodes: nodes.collect(), findings })
    }
}
