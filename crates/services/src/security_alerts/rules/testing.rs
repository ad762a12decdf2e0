//! Audit records of a short story, for the tests of the rules.

use guildhall_model::Millis;
use guildhall_model::audit::{Audit, NumberedAudit};
use guildhall_model::id::{AuditId, UserId};
use guildhall_model::settings::SecurityAlerts;

use super::{Rule, Situation, Window};

#[derive(Default)]
pub(super) struct Trail {
    records: Vec<NumberedAudit>,
    pub clock_ms: i64,
    pub known_until: i64,
}

pub(super) const fn user(number: u8) -> UserId {
    UserId::from_bytes([number; 16])
}

impl Trail {
    /// Each a second after the one before.
    pub fn add(&mut self, action: &str, person: Option<u8>, address: &str, details: &str) {
        self.clock_ms += 1_000;
        let position = self.records.len() as i64 + 1;
        let audit = Audit {
            id: AuditId::from_bytes((position as u128).to_be_bytes()),
            create_at: Millis(1_800_000_000_000 + self.clock_ms),
            user_id: person.map(user),
            action: action.to_owned(),
            extra_info: details.to_owned(),
            ip_address: address.to_owned(),
            session_id: None,
        };
        self.records.push(NumberedAudit { position, audit });
    }

    pub fn evaluate(&self, rule: &Rule) -> Vec<Situation> {
        let settings = SecurityAlerts::default();
        (rule.evaluate)(&Window { records: &self.records, known_until: self.known_until, settings: &settings })
    }
}
