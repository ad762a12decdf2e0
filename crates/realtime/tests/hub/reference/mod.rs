//! Random histories against a plain model: whoever is connected sees exactly what was meant for them, in order, each
//! event once, across lost sockets, resumes, slow loads and ended sessions.

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
    fn everyone_sees_exactly_what_was_meant_for_them(steps in steps()) {
        // Nothing may be lost for want of room, or of patience with what was written long ago.
        let roomy = HubConfig { detached_per_user_cap: 1000, written_retention_ms: i64::MAX >> 20, ..HubConfig::default() };
        let mut model = Model::new(roomy, true);
        steps.into_iter().for_each(|step| model.run(step));
        model.finish();
    }

    #[test]
    fn whoever_resumes_under_tight_limits_misses_nothing(steps in steps()) {
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
