//! What a node has noted while it served requests (`../usage.rs`): each such record is beyond its threshold already.

use guildhall_model::security_alert::AlertRule;

use super::super::usage::{MANY_FILES, MANY_MESSAGES, TOKEN_IN_NETWORKS};
use super::{Rule, Situation, Window, detail};

pub(super) const TOKEN_NETWORKS: Rule =
    Rule { rule: AlertRule::TokenNetworks, actions: &[TOKEN_IN_NETWORKS], evaluate: |window| of_account(window, TOKEN_IN_NETWORKS) };
pub(super) const MASS_DOWNLOAD: Rule =
    Rule { rule: AlertRule::MassDownload, actions: &[MANY_FILES], evaluate: |window| of_account(window, MANY_FILES) };
pub(super) const MASS_READING: Rule =
    Rule { rule: AlertRule::MassReading, actions: &[MANY_MESSAGES], evaluate: |window| of_account(window, MANY_MESSAGES) };

fn of_account(window: &Window<'_>, action: &str) -> Vec<Situation> {
    let mut situations = Vec::new();
    let subject = |audit: &guildhall_model::audit::Audit| Some((detail(audit, "token_id").unwrap_or_default(), audit.user_id?));
    for ((token, user), records) in window.by(&[action], subject) {
        let Some((evidence, count, last)) = window.latest(&records, |records| records.last().map(|record| record.audit.clone())) else {
            continue;
        };
        let text = |name: &str| detail(&last, name).unwrap_or_default();
        let summary = match action {
            TOKEN_IN_NETWORKS => format!("An access token of {{user}} is used from several networks: {}.", text("networks")),
            MANY_FILES => format!("{{user}} has downloaded {} files within {} minutes.", text("requests"), text("minutes")),
            _ => format!("{{user}} has requested messages {} times within {} minutes.", text("requests"), text("minutes")),
        };
        let situation = Situation::of_account(user, summary, evidence, count);
        situations.push(if token.is_empty() { situation } else { Situation { subject: token, ..situation } });
    }
    situations
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Trail, user};
    use super::*;

    #[test]
    fn each_record_is_a_situation_of_its_account_or_token() {
        let mut trail = Trail::default();
        trail.add(TOKEN_IN_NETWORKS, Some(1), "203.0.113.7", "token_id=t networks=\"203.0.113.0/24, 198.51.100.0/24\"");
        trail.add(MANY_FILES, Some(2), "203.0.113.7", "requests=500 minutes=10");
        trail.add(MANY_MESSAGES, Some(2), "203.0.113.7", "requests=1500 minutes=10");
        let token = trail.evaluate(&TOKEN_NETWORKS);
        assert_eq!((token.len(), token[0].subject.as_str(), token[0].accounts.clone()), (1, "t", vec![user(1)]));
        assert_eq!(token[0].summary, "An access token of {user} is used from several networks: 203.0.113.0/24, 198.51.100.0/24.");
        assert_eq!(trail.evaluate(&MASS_DOWNLOAD)[0].summary, "{user} has downloaded 500 files within 10 minutes.");
        assert_eq!(trail.evaluate(&MASS_READING)[0].subject, user(2).to_string());
    }

    #[test]
    fn what_is_known_already_is_not() {
        let mut trail = Trail::default();
        trail.add(MANY_FILES, Some(2), "203.0.113.7", "requests=500 minutes=10");
        trail.known_until = 1;
        assert_eq!(trail.evaluate(&MASS_DOWNLOAD), []);
    }
}
