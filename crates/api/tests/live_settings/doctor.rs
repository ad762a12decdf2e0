//! Settings of the checks of the machine.

use guildhall_model::finding::Severity;

use super::{Group, World};
use serde_json::json;

pub(super) const DOCTOR: Group = Group {
    preset: &[],
    rows: &[
        row!("doctor.interval_minutes", 1, |world| world.is_examined_after_a_minute().await),
        row!("doctor.alerts", false, |world| !world.alerts().await),
        row!("doctor.public_addresses", "203.0.113.0/24", |world| {
            world.server.app().services.findings().examine(false).await.unwrap();
            world.server.examiner.facts().unwrap().public_addresses.contains([203, 0, 113, 7].into())
        }),
    ],
};

#[tokio::test]
async fn changes_of_the_checks_take_effect() {
    super::assert_takes_effect(&DOCTOR).await;
}

impl World {
    async fn is_examined_after_a_minute(&self) -> bool {
        let findings = self.server.app().services.findings();
        let count = async || self.server.count("SELECT COALESCE(MAX(fence), 0) FROM examinations").await;
        findings.examine(false).await.unwrap();
        // The first call after the start only sets the time from which on they are made.
        findings.examine_when_due().await.unwrap();
        self.server.clock.advance_ms(61_000);
        let before = count().await;
        findings.examine_when_due().await.unwrap();
        count().await > before
    }

    /// Whether administrators are told of something new.
    async fn alerts(&self) -> bool {
        let count = async || self.server.count("SELECT COUNT(*) FROM jobs WHERE type = 'finding_alerts'").await;
        self.server.examiner.find_about("test.critical", Severity::Critical, &self.name());
        let before = count().await;
        self.server.app().services.findings().examine(false).await.unwrap();
        count().await > before
    }
}
