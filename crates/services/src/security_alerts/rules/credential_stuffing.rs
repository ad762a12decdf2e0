//! Log-ins with the names of many accounts fail from one network. In an office behind one address some people mistype their password,
//! and then log in: those do not count.

use std::collections::{BTreeMap, BTreeSet};

use guildhall_model::audit::NumberedAudit;
use guildhall_model::id::UserId;
use guildhall_model::security_alert::AlertRule;

use super::{Rule, Situation, Window, detail, network, show_network};

const FAILED: &str = "sessions.login_failed";
const LOGGED_IN: &str = "sessions.login";

pub(super) const RULE: Rule = Rule { rule: AlertRule::CredentialStuffing, actions: &[FAILED, LOGGED_IN], evaluate };

fn evaluate(window: &Window<'_>) -> Vec<Situation> {
    let mut situations = Vec::new();
    for (network, records) in window.by(RULE.actions, network) {
        let threshold = window.settings.credential_stuffing_accounts;
        let Some((evidence, count, (failed, logged_in))) = window.latest(&records, |records| of_network(records, threshold)) else {
            continue;
        };
        situations.push(Situation {
            subject: show_network(network),
            user_id: None,
            summary: format!(
                "Log-ins with the names of {failed} accounts have failed from {}; {} accounts have logged in from there meanwhile.",
                show_network(network),
                logged_in.len()
            ),
            evidence,
            count,
            accounts: logged_in.into_iter().collect(),
        });
    }
    situations
}

/// How many accounts failed and did not log in later, and who logged in since the first failure.
fn of_network(records: &[&NumberedAudit], threshold: i64) -> Option<(usize, BTreeSet<UserId>)> {
    let mut failed: BTreeMap<String, Option<UserId>> = BTreeMap::new();
    let mut logged_in = BTreeSet::new();
    let mut has_begun = false;
    for NumberedAudit { audit, .. } in records {
        if audit.action == FAILED {
            has_begun = true;
            let name = audit.user_id.map(|id| id.to_string()).or_else(|| detail(audit, "login_id")).unwrap_or_default();
            failed.insert(name.to_lowercase(), audit.user_id);
        } else if let Some(user) = audit.user_id {
            failed.retain(|_, of| *of != Some(user));
            if has_begun {
                logged_in.insert(user);
            }
        }
    }
    (failed.len() as i64 >= threshold).then_some((failed.len(), logged_in))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Trail, user};
    use super::*;

    #[test]
    fn many_names_from_one_network_are_found_with_who_got_in() {
        let mut trail = Trail::default();
        for number in 0..25 {
            let address = format!("203.0.113.{}", number % 7);
            trail.add(FAILED, None, &address, &format!("login_id=person{number}"));
        }
        trail.add(LOGGED_IN, Some(7), "203.0.113.9", "user_id=x");
        let found = trail.evaluate(&RULE);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].subject.as_str(), found[0].accounts.clone()), ("203.0.113.0/24", vec![user(7)]));
        assert!(found[0].summary.starts_with("Log-ins with the names of 25 accounts have failed from 203.0.113.0/24; 1 accounts"));
        // Six failures reach the threshold, and the log-in.
        assert_eq!(found[0].count, 7);
    }

    #[test]
    fn an_office_in_the_morning_is_not() {
        let mut trail = Trail::default();
        for person in 0..50 {
            trail.clock_ms += 5_000;
            for _ in 0..(person % 4) {
                trail.add(FAILED, Some(person), "203.0.113.7", &format!("login_id=person{person}"));
            }
            trail.add(LOGGED_IN, Some(person), "203.0.113.7", "");
        }
        // Some give up.
        for person in 50..60 {
            trail.add(FAILED, Some(person), "203.0.113.7", &format!("login_id=person{person}"));
        }
        assert_eq!(trail.evaluate(&RULE), []);
    }

    #[test]
    fn one_account_from_one_network_and_many_networks_with_one_each_are_not() {
        let mut trail = Trail::default();
        for number in 0..100 {
            trail.add(FAILED, Some(1), "203.0.113.7", "login_id=ada");
            trail.add(FAILED, None, &format!("198.51.{number}.1"), &format!("login_id=person{number}"));
        }
        assert_eq!(trail.evaluate(&RULE), []);
    }

    #[test]
    fn slow_failures_are_not() {
        let mut trail = Trail::default();
        for number in 0..100 {
            trail.clock_ms += 60_000;
            trail.add(FAILED, None, "2001:db8::1", &format!("login_id=person{number}"));
        }
        assert_eq!(trail.evaluate(&RULE), []);
    }
}
