//! State of this crate that events update after the commit, in one list.

use guildhall_model::Event;

use crate::App;

const AFTER_COMMIT: &[fn(&App, &Event)] = &[update_rate_limits];

impl App {
    /// To be called for every committed event, in commit order, once the services have consumed it.
    pub fn consume(&self, event: &Event) {
        AFTER_COMMIT.iter().for_each(|consume| consume(self, event));
    }
}

fn update_rate_limits(app: &App, event: &Event) {
    if let Event::ConfigChanged { settings, .. } = event {
        app.limiter.configure(&settings.limits);
    }
}
