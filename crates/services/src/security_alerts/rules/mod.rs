//! The rules, a file each: pure functions over the audit records of a window of time. A rule that looks at something new gets an
//! entry in [`RULES`], a reaction in the settings, and a test that raises it and one that must not.

mod credential_stuffing;
mod denied_requests;
mod log_in_networks;
mod new_administrator;
mod noted_use;
#[cfg(test)]
mod testing;

use std::collections::BTreeMap;
use std::net::IpAddr;

use guildhall_model::audit::{Audit, NumberedAudit, parse_details};
use guildhall_model::id::UserId;
use guildhall_model::neighbouring_network;
use guildhall_model::security_alert::AlertRule;
use guildhall_model::settings::SecurityAlerts;

pub(super) struct Rule {
    pub rule: AlertRule,
    /// The names of the records that it looks at.
    pub actions: &'static [&'static str],
    pub evaluate: fn(&Window<'_>) -> Vec<Situation>,
}

pub(super) static RULES: [Rule; 7] = [
    credential_stuffing::RULE,
    log_in_networks::RULE,
    noted_use::TOKEN_NETWORKS,
    noted_use::MASS_DOWNLOAD,
    noted_use::MASS_READING,
    new_administrator::RULE,
    denied_requests::RULE,
];

/// What a rule looks at.
pub(super) struct Window<'a> {
    /// In their order: new ones, and those of a window before them.
    pub records: &'a [NumberedAudit],
    /// Records with greater positions are new.
    pub known_until: i64,
    pub settings: &'a SecurityAlerts,
}

/// What a rule has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Situation {
    pub subject: String,
    pub user_id: Option<UserId>,
    /// A sentence for administrators, in which `{user}` stands for the name of the account.
    pub summary: String,
    /// In their order. The last one is new.
    pub evidence: Vec<NumberedAudit>,
    /// Of new records.
    pub count: i64,
    /// Whose access ends where the settings say so.
    pub accounts: Vec<UserId>,
}

impl Situation {
    /// Of one account, whose access may end.
    fn of_account(user: UserId, summary: String, evidence: Vec<NumberedAudit>, count: i64) -> Self {
        Self { subject: user.to_string(), user_id: Some(user), summary, evidence, count, accounts: vec![user] }
    }
}

impl Window<'_> {
    pub fn is_new(&self, record: &NumberedAudit) -> bool {
        record.position > self.known_until
    }

    /// The records with these names by what they have in common; those without it are left out.
    fn by<K: Ord>(&self, actions: &[&str], key: impl Fn(&Audit) -> Option<K>) -> BTreeMap<K, Vec<&NumberedAudit>> {
        let mut groups: BTreeMap<K, Vec<&NumberedAudit>> = BTreeMap::new();
        for record in self.records.iter().filter(|record| actions.contains(&record.audit.action.as_str())) {
            if let Some(key) = key(&record.audit) {
                groups.entry(key).or_default().push(record);
            }
        }
        groups
    }

    /// What holds at the last of the new records at which anything does, by the records of the window that ends with it.
    fn latest<T>(
        &self,
        records: &[&NumberedAudit],
        holds: impl Fn(&[&NumberedAudit]) -> Option<T>,
    ) -> Option<(Vec<NumberedAudit>, i64, T)> {
        let mut latest = None;
        let mut count = 0;
        for (at, last) in records.iter().enumerate().filter(|(_, record)| self.is_new(record)) {
            let since = last.audit.create_at.minus_ms(self.settings.window_ms());
            let window: Vec<&NumberedAudit> = records[..=at].iter().filter(|record| record.audit.create_at > since).copied().collect();
            if let Some(found) = holds(&window) {
                count += 1;
                latest = Some((window.into_iter().cloned().collect(), found));
            }
        }
        latest.map(|(evidence, found)| (evidence, count, found))
    }
}

/// The network of the address, with the neighbours of an IPv4 address; `None` for requests without one.
fn network(audit: &Audit) -> Option<IpAddr> {
    audit.ip_address.parse().ok().map(neighbouring_network)
}

fn show_network(network: IpAddr) -> String {
    match network {
        IpAddr::V4(_) => format!("{network}/24"),
        IpAddr::V6(_) => format!("{network}/64"),
    }
}

fn detail(audit: &Audit, name: &str) -> Option<String> {
    parse_details(&audit.extra_info).into_iter().find(|(of, _)| of == name).map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_rule_of_each_kind() {
        let mut rules: Vec<AlertRule> = RULES.iter().map(|rule| rule.rule).collect();
        rules.sort_unstable();
        assert_eq!(rules, AlertRule::ALL);
    }
}
