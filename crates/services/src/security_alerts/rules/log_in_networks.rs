//! Somebody logs in from several networks at about the same time. Addresses say nothing of distances without a database of places, which
//! the server has not; a session that moves to another network, as that of a phone, is no log-in.

use std::collections::BTreeSet;

use guildhall_model::security_alert::AlertRule;

use super::{Rule, Situation, Window, network, show_network};

pub(super) const RULE: Rule = Rule { rule: AlertRule::LogInNetworks, actions: &["sessions.login"], evaluate };

fn evaluate(window: &Window<'_>) -> Vec<Situation> {
    let mut situations = Vec::new();
    for (user, records) in window.by(RULE.actions, |audit| audit.user_id) {
        let found = window.latest(&records, |records| {
            let networks: BTreeSet<_> = records.iter().filter_map(|record| network(&record.audit)).collect();
            (networks.len() as i64 >= window.settings.log_in_networks_count).then_some(networks)
        });
        let Some((evidence, count, networks)) = found else { continue };
        let names: Vec<String> = networks.into_iter().map(show_network).collect();
        let minutes = window.settings.window_minutes;
        let summary = format!("{{user}} has logged in from {} networks within {minutes} minutes: {}.", names.len(), names.join(", "));
        situations.push(Situation::of_account(user, summary, evidence, count));
    }
    situations
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Trail, user};
    use super::*;

    fn log_in(trail: &mut Trail, person: u8, address: &str) {
        trail.add("sessions.login", Some(person), address, "");
    }

    #[test]
    fn three_networks_within_minutes_are_found() {
        let mut trail = Trail::default();
        log_in(&mut trail, 1, "203.0.113.7");
        log_in(&mut trail, 1, "198.51.100.7");
        log_in(&mut trail, 1, "2001:db8::1");
        let found = trail.evaluate(&RULE);
        assert_eq!((found.len(), found[0].user_id, found[0].evidence.len()), (1, Some(user(1)), 3));
        assert!(found[0].summary.contains("3 networks within 10 minutes: 198.51.100.0/24, 203.0.113.0/24, 2001:db8::/64"));
    }

    #[test]
    fn a_phone_that_leaves_the_office_and_a_journey_are_not() {
        let mut trail = Trail::default();
        for person in 0..50 {
            log_in(&mut trail, person, "203.0.113.7");
            log_in(&mut trail, person, "203.0.113.8");
        }
        // The phone's app logs in by the mobile network.
        log_in(&mut trail, 1, "198.51.100.7");
        for step in 0..10 {
            trail.clock_ms += 6 * 60_000;
            log_in(&mut trail, 2, &format!("192.0.{step}.1"));
        }
        assert_eq!(trail.evaluate(&RULE), []);
    }
}
