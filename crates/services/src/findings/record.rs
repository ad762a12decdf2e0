//! Stores what an examination found, with what administrators are told of it, in one batch.

use std::collections::BTreeSet;

use guildhall_model::finding::{Change, CheckResult, Watched};
use guildhall_model::id::NodeId;
use guildhall_model::{Event, Events, Millis, Result};
use guildhall_storage::findings::{self, Examination};
use guildhall_storage::jobs;

use super::tell::{self, Notice};
use crate::findings::Findings;
use crate::retry::retry_on_conflict;

/// The node of findings about what all nodes share. An id of zeros is the local administrator's.
pub(super) const SHARED: [u8; 16] = [0xFF; 16];
/// Nodes that were not examined for so long are gone.
const NODE_GONE_MS: i64 = 7 * 24 * 60 * 60 * 1000;

impl Findings<'_> {
    pub(super) async fn record(&self, results: Vec<CheckResult>, node_name: &str, version: &str, is_thorough: bool) -> Result<()> {
        let (shared, own): (Vec<CheckResult>, Vec<CheckResult>) = results.into_iter().partition(|result| result.is_shared);
        for (node, name, results) in [(self.node, node_name, own), (NodeId::from_bytes(SHARED), "", shared)] {
            let now = self.clock.now();
            let new = Examination {
                node,
                node_name: name.to_owned(),
                version: version.to_owned(),
                examined_at: now,
                thorough_at: if is_thorough { now } else { Millis::ZERO },
                fence: 0,
            };
            // Of what is shared, another node may have written meanwhile.
            retry_on_conflict(|| self.try_record(&results, &new)).await?;
        }
        Ok(())
    }

    async fn try_record(&self, results: &[CheckResult], new: &Examination) -> Result<()> {
        let grant = self.access.system("the checks belong to the server");
        let (db, server) = (self.access.read(&grant), grant.server());
        let last = findings::examinations(db, server).await?.into_iter().find(|last| last.node == new.node);
        let muted = findings::muted(db, server).await?.into_iter().collect();
        let mut watched = findings::of_node(db, server, new.node).await?;
        let notices = update(&mut watched, results, &muted, new.examined_at);

        let thorough_at = new.thorough_at.max(last.as_ref().map_or(Millis::ZERO, |last| last.thorough_at));
        let new = Examination { thorough_at, ..new.clone() };
        let mut write = self.access.write(&grant, "findings.record");
        write.extend(findings::replace(grant.write_server(), last.as_ref(), &new, &watched));
        if new.node == self.node {
            write.extend(findings::delete_nodes_before(grant.write_server(), new.examined_at.minus_ms(NODE_GONE_MS)));
        }
        if notices.is_empty() || !self.settings().doctor.alerts {
            return write.commit(Events::none("clients ask for findings")).await;
        }
        let job = tell::message_job(self, tell::text(&notices, &new.node_name, &self.settings().site.url));
        write.push(jobs::insert(grant.write_server(), &job));
        write.commit(Event::JobsQueued).await
    }
}

/// Brings the stored findings up to date, and returns what administrators are to be told.
fn update(watched: &mut Vec<Watched>, results: &[CheckResult], muted: &BTreeSet<String>, now: Millis) -> Vec<Notice> {
    let mut notices = Vec::new();
    for result in results {
        for finding in &result.findings {
            let known = watched.iter().position(|known| known.finding.id == finding.id && known.finding.subject == finding.subject);
            let at = known.unwrap_or_else(|| {
                watched.push(Watched::new(result.check, finding.clone(), now));
                watched.len() - 1
            });
            let Some(known) = watched.get_mut(at) else { continue };
            let is_muted = muted.contains(finding.id.name());
            let change = known.found(finding.clone(), result.is_rare, is_muted, now);
            notices.extend(Notice::of(change, known));
        }
    }
    for known in watched.iter_mut() {
        let Some(result) = results.iter().find(|result| result.check == known.check) else { continue };
        let is_found = result.findings.iter().any(|finding| finding.id == known.finding.id && finding.subject == known.finding.subject);
        // A check that failed says nothing about what it found before.
        let is_unknown = result.findings.iter().any(|finding| finding.id.name().starts_with("doctor.check_"));
        if !is_found && !is_unknown {
            let change = known.missed(result.is_rare);
            notices.extend(Notice::of(change, known));
        }
    }
    watched.retain(|known| !known.is_obsolete(now));
    notices.retain(|notice| notice.change != Change::Over || !muted.contains(notice.finding.id.name()));
    notices
}

#[cfg(test)]
mod tests {
    use guildhall_model::finding::{Finding, FindingId, Severity};

    use super::*;

    fn found(id: &'static str, severity: Severity) -> Finding {
        let id = FindingId::new(id);
        Finding { id, subject: String::new(), severity, summary: "Bad.".into(), remedy: "Mend it.".into(), details: Vec::new() }
    }

    fn result(findings: Vec<Finding>) -> CheckResult {
        CheckResult { check: "disks.raid", is_rare: false, is_shared: false, duration_ms: 1, findings }
    }

    #[test]
    fn a_check_that_failed_ends_nothing() {
        let (mut watched, muted) = (Vec::new(), BTreeSet::new());
        let bad = result(vec![found("disks.raid_degraded", Severity::Critical)]);
        assert_eq!(update(&mut watched, &[bad], &muted, Millis(1)).len(), 1);
        let failed = result(vec![found("doctor.check_timed_out", Severity::Warning)]);
        for at in 2..9 {
            let notices = update(&mut watched, std::slice::from_ref(&failed), &muted, Millis(at));
            assert!(notices.iter().all(|notice| notice.change == Change::Began), "{at}");
        }
        assert!(watched.iter().any(|known| known.finding.id.name() == "disks.raid_degraded" && known.is_present));
    }

    #[test]
    fn checks_that_were_not_made_keep_their_findings_and_what_is_over_is_dropped() {
        let (mut watched, muted) = (Vec::new(), BTreeSet::new());
        update(&mut watched, &[result(vec![found("disks.raid", Severity::Ok)])], &muted, Millis(1));
        update(&mut watched, &[], &muted, Millis(2));
        assert_eq!(watched.len(), 1);
        let notices = update(&mut watched, &[result(vec![found("disks.raid_none", Severity::Info)])], &muted, Millis(3));
        assert!(notices.is_empty());
        assert_eq!(watched.iter().map(|known| known.finding.id.name()).collect::<Vec<_>>(), ["disks.raid_none"]);
    }

    #[test]
    fn what_is_muted_is_not_told() {
        let (mut watched, muted) = (Vec::new(), BTreeSet::from(["disks.raid_degraded".to_owned()]));
        let bad = result(vec![found("disks.raid_degraded", Severity::Critical)]);
        assert!(update(&mut watched, &[bad], &muted, Millis(1)).is_empty());
        assert!(watched[0].is_present);
    }
}
