//! Raising an alert: its row, what administrators are told, and the end of access, in one batch with the position in the audit trail.

use guildhall_model::audit::CursorState;
use guildhall_model::codes::users as codes;
use guildhall_model::finding::shortened;
use guildhall_model::id::{AuditId, UserId};
use guildhall_model::mail::AccountMail;
use guildhall_model::security_alert::{AlertRule, EVIDENCE_MAX, Reaction, SUBJECT_CHARS_MAX, SecurityAlert};
use guildhall_model::{Event, Millis, Result};
use guildhall_storage::users::{self, Filter};
use guildhall_storage::{audit_stream, jobs, security_alerts};

use super::evaluate::CURSOR;
use super::rules::Situation;
use crate::access::{Details, Origin, Write};
use crate::findings::message_job;
use crate::jobs::JobContext;
use crate::security_alerts::SecurityAlerts;
use crate::sessions::{AccessEnd, EndedAccess};

/// Administrators who get a mail.
const ADMINISTRATORS_MAX: i64 = 200;
/// Of the accounts of one situation.
const REVOKED_MAX: usize = 200;
const SUMMARY_CHARS_MAX: usize = 1_000;

pub(super) struct Found {
    pub rule: AlertRule,
    pub situation: Situation,
}

impl SecurityAlerts<'_> {
    /// `CONFLICT` where another worker was faster. Returns how many alerts are new.
    pub(super) async fn raise(&self, job: &JobContext<'_>, cursor: &CursorState, position: i64, found: Vec<Found>) -> Result<usize> {
        let server = job.grant.write_server();
        let mut write = self.access.write(&job.grant, "security_alerts.evaluate");
        write.push(job.require_lease());
        write.push(audit_stream::create_cursor(server, CURSOR));
        write.push(audit_stream::advance(server, cursor, position, self.clock.now()));
        let (mut events, mut new) = (Vec::new(), Vec::new());
        for Found { rule, situation } in found {
            let name = self.name_of(job, situation.user_id).await?;
            let mut alert = self.alert(job, rule, &situation, &name).await?;
            let is_new = alert.count == situation.count;
            if self.reaction(rule) == Reaction::AlertAndRevoke {
                self.end_access(job, &mut alert, &situation.accounts, &mut write, &mut events).await?;
            }
            if is_new {
                write.push(security_alerts::insert(server, &alert));
                let details = Details::default().with("alert_id", alert.id).with("rule", rule.name()).with("subject", &alert.subject);
                let details = situation.user_id.map_or(details.clone(), |user| details.with("user_id", user));
                write.push(self.access.audit_record(Origin::default(), "security_alerts.raise", details));
                new.push(alert);
            } else {
                write.push(security_alerts::update(server, &alert));
            }
        }
        let count = new.len();
        if count > 0 {
            tracing::warn!(count, "security alerts were raised");
            self.counters.security_alerts.add(count as u64);
            self.tell(job, &new, &mut write, &mut events).await?;
        }
        write.commit(events).await?;
        Ok(count)
    }

    async fn name_of(&self, job: &JobContext<'_>, user: Option<UserId>) -> Result<String> {
        let Some(id) = user else { return Ok(String::new()) };
        let user = users::get(self.access.read(&job.grant), id).await?;
        Ok(user.map_or_else(|| id.to_string(), |user| format!("@{}", user.username)))
    }

    /// The open alert of this situation with what is new, or a new one.
    async fn alert(&self, job: &JobContext<'_>, rule: AlertRule, situation: &Situation, name: &str) -> Result<SecurityAlert> {
        let subject = shortened(&situation.subject, SUBJECT_CHARS_MAX);
        let open = security_alerts::open(self.access.read(&job.grant), job.grant.server(), rule.name(), &subject).await?;
        let times = || situation.evidence.iter().map(|record| record.audit.create_at);
        let evidence: Vec<AuditId> = situation.evidence.iter().map(|record| record.audit.id).collect();
        let (first_at, last_at) = (times().min().unwrap_or_default(), times().max().unwrap_or_default());
        let summary = shortened(&situation.summary.replace("{user}", name), SUMMARY_CHARS_MAX);
        let mut alert = match open.filter(|open| self.is_recent(open.last_at)) {
            Some(open) => {
                let mut all = open.evidence.clone();
                all.extend(evidence.iter().filter(|id| !open.evidence.contains(id)));
                SecurityAlert { summary, last_at: last_at.max(open.last_at), count: open.count + situation.count, evidence: all, ..open }
            }
            None => SecurityAlert {
                id: self.ids.next(),
                rule: rule.name().to_owned(),
                subject,
                user_id: situation.user_id,
                summary,
                first_at,
                last_at,
                count: situation.count,
                evidence,
                revoked_at: Millis::ZERO,
                acknowledged_at: Millis::ZERO,
                acknowledged_by: None,
            },
        };
        let surplus = alert.evidence.len().saturating_sub(EVIDENCE_MAX);
        alert.evidence.drain(..surplus);
        Ok(alert)
    }

    /// Ends the sessions and access tokens of these accounts. The only administrator keeps them: without one, nobody could look into it.
    async fn end_access(
        &self,
        job: &JobContext<'_>,
        alert: &mut SecurityAlert,
        accounts: &[UserId],
        write: &mut Write<'_>,
        events: &mut Vec<Event>,
    ) -> Result<()> {
        for id in accounts.iter().take(REVOKED_MAX) {
            let grant = job.grant.user_to_write(*id);
            let Some(user) = users::get(self.access.read(&grant), *id).await? else { continue };
            match self.users().other_administrator(&job.grant, &user).await {
                Ok(_other) => {}
                Err(error) if error.is(codes::LAST_ADMIN) => {
                    alert.summary.push_str(" Access was not ended: it is the only administrator.");
                    continue;
                }
                Err(error) => return Err(error),
            }
            let EndedAccess { statements, events: ended } = self.sessions().end_access(&grant, &[AccessEnd::SessionsRevoked]).await?;
            write.extend(statements);
            events.extend(ended);
            events.push(Event::AccountChanged { user_id: *id });
            alert.revoked_at = self.clock.now();
            let details = Details::default().with("alert_id", alert.id).with("rule", &alert.rule).with("user_id", id);
            write.push(self.access.audit_record(Origin::default(), "security_alerts.revoke_access", details));
        }
        Ok(())
    }

    /// A message to administrators, and a mail to each. The message is written by a job that is in the same batch.
    async fn tell(&self, job: &JobContext<'_>, alerts: &[SecurityAlert], write: &mut Write<'_>, events: &mut Vec<Event>) -> Result<()> {
        let settings = self.settings();
        let lines: Vec<String> = alerts
            .iter()
            .map(|alert| match alert.revoked_at.is_zero() {
                true => format!("**Security alert**: {} (`{}`)", alert.summary, alert.rule),
                false => format!("**Security alert**: {} Access was ended. (`{}`)", alert.summary, alert.rule),
            })
            .collect();
        let page = settings.site_link("/admin_console/reporting/security-alerts");
        let text = format!("{}\n\nAll alerts: {page}", shortened_lines(&lines));
        write.push(jobs::insert(job.grant.write_server(), &message_job(self, text)));
        events.push(Event::JobsQueued);
        if settings.security_alerts.mail {
            let db = self.access.read(&job.grant);
            for administrator in users::list(db, &Filter::administrators(), users::Order::Username, ADMINISTRATORS_MAX, 0).await? {
                events.extend(alerts.iter().map(|alert| Event::AccountMailRequested {
                    user_id: administrator.id,
                    mail: AccountMail::SecurityAlert { alert_id: alert.id },
                }));
            }
        }
        Ok(())
    }
}

/// Of one message; the data of a job is bounded.
const LINES_MAX: usize = 6;

fn shortened_lines(lines: &[String]) -> String {
    let mut text = lines.iter().take(LINES_MAX).cloned().collect::<Vec<_>>().join("\n\n");
    if lines.len() > LINES_MAX {
        text.push_str(&format!("\n\nAnd {} more.", lines.len() - LINES_MAX));
    }
    text
}
