//! Evaluates the rules over the audit records that are new, in their order. How far it is, is stored with what it has found: each record
//! is looked at once, also after a crash.

use guildhall_model::audit::NumberedAudit;
use guildhall_model::security_alert::{AlertRule, Reaction};
use guildhall_model::{Millis, Result};
use guildhall_storage::audit_stream::{self, Range};

use super::raise::Found;
use super::rules::{RULES, Rule, Window};
use crate::access::SystemGrant;
use crate::jobs::JobContext;
use crate::security_alerts::SecurityAlerts;

pub(super) const CURSOR: &str = "alerts";
/// New records that are looked at together.
const RECORDS_MAX: i64 = 500;
/// With those before them.
const WINDOW_RECORDS_MAX: i64 = 10_000;
/// Older records raise nothing: those from before the rules were switched on, for example.
const OLD_MS: i64 = 60 * 60 * 1_000;
/// How long an open alert takes further records of its situation.
const SITUATION_MS: i64 = 24 * 60 * 60 * 1_000;

impl SecurityAlerts<'_> {
    /// Whether there are records that no rule has looked at.
    pub(crate) async fn has_work(&self, grant: &SystemGrant) -> Result<bool> {
        if self.active_rules().is_empty() {
            return Ok(false);
        }
        let (db, server) = (self.access.read(grant), grant.server());
        let cursor = audit_stream::cursor(db, server, CURSOR).await?;
        Ok(audit_stream::oldest_after(db, server, cursor.position).await?.is_some())
    }

    /// Returns how many alerts were raised.
    pub(crate) async fn evaluate(&self, job: &JobContext<'_>) -> Result<usize> {
        self.audits().number_records().await?;
        let mut raised = 0;
        loop {
            let (db, server) = (self.access.read(&job.grant), job.grant.server());
            let cursor = audit_stream::cursor(db, server, CURSOR).await?;
            let new = audit_stream::after(db, server, cursor.position, RECORDS_MAX).await?;
            let Some(last) = new.last().map(|record| record.position) else { return Ok(raised) };
            let found = self.situations(job, cursor.position, &new).await?;
            raised += self.raise(job, &cursor, last, found).await?;
            job.renew().await?;
        }
    }

    async fn situations(&self, job: &JobContext<'_>, known_until: i64, new: &[NumberedAudit]) -> Result<Vec<Found>> {
        let settings = self.settings();
        let settings = &settings.security_alerts;
        let (rules, recent) = (self.active_rules(), self.clock.now().minus_ms(OLD_MS));
        let is_looked_at = |record: &&NumberedAudit| rules.iter().any(|rule| rule.actions.contains(&record.audit.action.as_str()));
        let Some(oldest) = new.iter().filter(is_looked_at).map(|record| record.audit.create_at).filter(|at| *at >= recent).min() else {
            return Ok(Vec::new());
        };
        // A number of records, so that a long trail costs no more than a short one.
        let after = known_until + RECORDS_MAX - WINDOW_RECORDS_MAX;
        let range = Range { after, since: oldest.minus_ms(settings.window_ms()), until: Millis(i64::MAX) };
        let db = self.access.read(&job.grant);
        let mut records = audit_stream::within(db, job.grant.server(), range, WINDOW_RECORDS_MAX).await?;
        let last = new.last().map_or(known_until, |record| record.position);
        // Old ones that are new raise nothing, and what comes after the new ones is looked at with the next.
        records.retain(|record| record.position <= last && (record.position <= known_until || record.audit.create_at >= recent));
        let window = Window { records: &records, known_until, settings };
        let found =
            rules.iter().flat_map(|rule| (rule.evaluate)(&window).into_iter().map(move |situation| Found { rule: rule.rule, situation }));
        Ok(found.collect())
    }

    fn active_rules(&self) -> Vec<&'static Rule> {
        let settings = self.settings();
        RULES.iter().filter(|rule| settings.security_alerts.reaction(rule.rule) != Reaction::Nothing).collect()
    }

    pub(super) fn reaction(&self, rule: AlertRule) -> Reaction {
        self.settings().security_alerts.reaction(rule)
    }

    pub(super) fn is_recent(&self, at: Millis) -> bool {
        at >= self.clock.now().minus_ms(SITUATION_MS)
    }
}
