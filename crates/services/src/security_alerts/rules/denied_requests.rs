//! Many requests of somebody were denied: an account that looks for what it may do.

use guildhall_model::audit::Audit;
use guildhall_model::id::UserId;
use guildhall_model::security_alert::AlertRule;

use super::{Rule, Situation, Window};

pub(super) const RULE: Rule = Rule { rule: AlertRule::DeniedRequests, actions: &["access.denied", "access.denied_more"], evaluate };

fn evaluate(window: &Window<'_>) -> Vec<Situation> {
    let mut situations = Vec::new();
    let who = |audit: &Audit| -> Option<UserId> { audit.user_id };
    for (user, records) in window.by(RULE.actions, who) {
        let found =
            window.latest(&records, |records| (records.len() as i64 >= window.settings.denied_requests_count).then_some(records.len()));
        let Some((evidence, count, number)) = found else { continue };
        let summary = format!("At least {number} requests of {{user}} were denied within {} minutes.", window.settings.window_minutes);
        situations.push(Situation::of_account(user, summary, evidence, count));
    }
    situations
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Trail, user};
    use super::*;

    #[test]
    fn many_denied_requests_of_one_account_are_found() {
        let mut trail = Trail::default();
        for _ in 0..40 {
            trail.add("access.denied", Some(3), "203.0.113.7", "operation=get_audits permission=read_audits");
        }
        let found = trail.evaluate(&RULE);
        assert_eq!((found.len(), found[0].user_id, found[0].count), (1, Some(user(3)), 1));
        assert_eq!(found[0].summary, "At least 40 requests of {user} were denied within 10 minutes.");
    }

    #[test]
    fn a_few_of_each_of_many_are_not() {
        let mut trail = Trail::default();
        for number in 0..100 {
            trail.add("access.denied", Some(number % 10), "203.0.113.7", "operation=get_audits permission=read_audits");
        }
        assert_eq!(trail.evaluate(&RULE), []);
    }
}
