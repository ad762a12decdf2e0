//! Who consumes events after the commit, all in one list: what is remembered here follows from what happened, in the
//! order in which it was committed. No use case tells a cache by hand.

use guildhall_model::Event;

use crate::Services;

/// What follows the events. Each function says what it holds and which events change it.
const AFTER_COMMIT: &[fn(&Services, &Event)] = &[token_cache, login_throttle, roles, outgoing_webhooks];

impl Services {
    /// To be called for every committed event, in commit order, before anybody else hears of it.
    pub fn consume(&self, event: &Event) {
        AFTER_COMMIT.iter().for_each(|consume| consume(self, event));
    }
}

/// Who holds a token: looked up anew when the session or the account changed.
fn token_cache(services: &Services, event: &Event) {
    let known = &services.states.sessions.token_cache;
    match event {
        Event::SessionRevoked { session_id, .. } | Event::SessionUpdated { session_id, .. } => known.invalidate_session(*session_id),
        Event::AccountChanged { user_id } | Event::UserDeactivated { user_id } => known.invalidate_user(*user_id),
        // How long sessions last and whether access tokens are accepted are settings.
        Event::ConfigChanged { .. } => known.invalidate_all(),
        _ => {}
    }
}

/// Failed log-ins: forgiven with a new password, or by an administrator.
fn login_throttle(services: &Services, event: &Event) {
    if let Event::LoginFailuresReset { user_id } = event {
        services.states.sessions.throttle.reset_account(*user_id);
    }
}

/// What each role allows, as the permission checks read it.
fn roles(services: &Services, event: &Event) {
    if let Event::RoleUpdated(role) = event {
        services.core.access.set_role(&role.name, role.permissions.clone());
    }
}

/// The outgoing webhooks of each team: read anew when one changed.
fn outgoing_webhooks(services: &Services, event: &Event) {
    if let Event::OutgoingWebhooksChanged { team_id } = event {
        services.states.webhooks.outgoing.forget(*team_id);
    }
}
