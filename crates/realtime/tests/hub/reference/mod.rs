//! Property tests of the hub against a simple model: every client receives exactly the events of its audiences, in
//! order and once, across closed sockets, resumes, slow loads and revoked sessions.

mod model;
mod steps;

use guildhall_realtime::HubConfig;
use proptest::prelude::*;

use self::model::Model;
use self::steps::steps;

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_client_receives_exactly_the_events_of_its_audiences(steps in steps()) {
        // Without limits that would allow the hub to drop a connection.
        let unlimited = HubConfig { detached_per_user_cap: 1000, written_retention_ms: i64::MAX >> 20, ..HubConfig::default() };
        let mut model = Model::new(unlimited, true);
        steps.into_iter().for_each(|step| model.run(step));
        model.finish();
    }

    #[test]
    fn a_client_resumed_under_tight_limits_misses_no_event(steps in steps()) {
        let tight = HubConfig {
            resume_buffer_events: 4,
            resume_buffer_bytes: 64,
            outbox_bytes_cap: 64,
            written_retention_ms: 500,
            detached_per_user_cap: 2,
            ..HubConfig::default()
        };
        let mut model = Model::new(tight, false);
        steps.into_iter().for_each(|step| model.run(step));
        model.finish();
    }
}
