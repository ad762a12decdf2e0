//! The consumers of events, in two lists: rows that are written in the batch of the event, and in-memory state that is
//! updated after the commit, in commit order. No use case does either by hand.

use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use guildhall_model::{Event, Result};
use guildhall_storage::Statement;

use crate::{Services, second_factors};

/// What a consumer adds to the batch of an event.
#[derive(Default)]
pub(crate) struct DerivedRows {
    pub statements: Vec<Statement>,
    pub events: Vec<Event>,
}

type DeriveRows = for<'a> fn(&'a Services, &'a Event) -> Option<BoxFuture<'a, Result<DerivedRows>>>;

/// Rows that are written in the batch of the event, so that a crash after the commit cannot lose them. `None` where the
/// event adds nothing. The batch is not committed when such a function fails.
const BEFORE_COMMIT: &[DeriveRows] =
    &[queue_outgoing_webhook_calls, queue_account_mail, queue_invitation_mail, queue_mail_notification, record_second_factor_requirement];

/// In-memory state that follows the events.
const AFTER_COMMIT: &[fn(&Services, &Event)] = &[
    count_posts,
    apply_settings,
    invalidate_tokens,
    reset_login_throttle,
    update_role,
    update_limits,
    invalidate_outgoing_webhooks,
    wake_workers,
];

impl Services {
    /// The statements and further events that belong into the batch of these events.
    pub(crate) async fn derive_rows(&self, events: &[Event]) -> Result<DerivedRows> {
        let mut total = DerivedRows::default();
        for event in events {
            for derive in BEFORE_COMMIT {
                let Some(rows) = derive(self, event) else { continue };
                let DerivedRows { statements, events } = rows.await?;
                total.statements.extend(statements);
                total.events.extend(events);
            }
        }
        Ok(total)
    }

    /// To be called for every committed event, in commit order, before it is broadcast.
    pub fn consume(&self, event: &Event) {
        AFTER_COMMIT.iter().for_each(|consume| consume(self, event));
    }
}

/// Queues the calls to outgoing webhooks that a post triggers.
fn queue_outgoing_webhook_calls<'a>(services: &'a Services, event: &'a Event) -> Option<BoxFuture<'a, Result<DerivedRows>>> {
    let Event::Posted(posted) = event else { return None };
    if !services.webhooks().may_trigger_webhooks(posted) {
        return None;
    }
    let rows = async move { Ok(services.deliveries().build_rows(services.webhooks().triggered_deliveries(posted).await?)) };
    Some(rows.boxed())
}

/// Queues a mail about an account.
fn queue_account_mail<'a>(services: &'a Services, event: &'a Event) -> Option<BoxFuture<'a, Result<DerivedRows>>> {
    let Event::AccountMailRequested { user_id, mail } = event else { return None };
    let rows = async move { Ok(services.deliveries().build_rows(services.mail().account_mail_delivery(*user_id, mail)?)) };
    Some(rows.boxed())
}

/// Notes a message about which somebody may get a mail. Who it is, a job works out.
fn queue_mail_notification<'a>(services: &'a Services, event: &'a Event) -> Option<BoxFuture<'a, Result<DerivedRows>>> {
    let Event::Posted(posted) = event else { return None };
    let row = services.notifications().row_of_post(posted)?;
    Some(ready(vec![row]))
}

/// Queues the mail of an invitation.
fn queue_invitation_mail<'a>(services: &'a Services, event: &'a Event) -> Option<BoxFuture<'a, Result<DerivedRows>>> {
    let Event::InvitationMailRequested { invitation_id, is_magic_link } = event else { return None };
    let rows =
        async move { Ok(services.deliveries().build_rows(services.mail().invitation_mail_delivery(*invitation_id, *is_magic_link)?)) };
    Some(rows.boxed())
}

/// Writes since when second factors are required.
fn record_second_factor_requirement<'a>(services: &'a Services, event: &'a Event) -> Option<BoxFuture<'a, Result<DerivedRows>>> {
    let statements = second_factors::record_requirement(services, event);
    (!statements.is_empty()).then(|| ready(statements))
}

/// Rows that are known without reading anything.
fn ready(statements: Vec<Statement>) -> BoxFuture<'static, Result<DerivedRows>> {
    std::future::ready(Ok(DerivedRows { statements, events: Vec::new() })).boxed()
}

/// The messages that were posted, for the metrics and the charts.
fn count_posts(services: &Services, event: &Event) {
    if let Event::Posted(_) = event {
        services.core.counters.posts.increment();
    }
}

/// Replaces the settings that use cases read, the private addresses that outgoing requests may reach, and the reserve of
/// free space.
fn apply_settings(services: &Services, event: &Event) {
    if let Event::ConfigChanged { settings, .. } = event {
        match settings.integrations.allowed_addresses.parse() {
            Ok(allowed) => services.core.outgoing.set_allowed_addresses(allowed),
            Err(error) => tracing::error!(%error, "the allowed private addresses are invalid; the previous ones stay in effect"),
        }
        services.core.blobs.set_free_space_reserve(settings.files.free_space_reserve_bytes);
        services.core.set_settings(Arc::clone(settings));
    }
}

/// Sessions by token: invalidated when the session or the account changed.
fn invalidate_tokens(services: &Services, event: &Event) {
    let cache = &services.states.sessions.token_cache;
    match event {
        Event::SessionRevoked { session_id, .. } | Event::SessionUpdated { session_id, .. } => cache.invalidate_session(*session_id),
        Event::AccountChanged { user_id } | Event::AccessEnded { user_id } => cache.invalidate_user(*user_id),
        // The lifetime of sessions and whether access tokens are accepted depend on settings.
        Event::ConfigChanged { .. } | Event::EventsLost => cache.invalidate_all(),
        _ => {}
    }
}

/// Failed log-ins: reset by a new password, or by an administrator.
fn reset_login_throttle(services: &Services, event: &Event) {
    if let Event::LoginFailuresReset { user_id } = event {
        services.states.sessions.throttle.reset_account(*user_id);
    }
}

/// The permissions of each role, as the permission checks read them.
fn update_role(services: &Services, event: &Event) {
    match event {
        Event::RoleUpdated(role) => services.core.access.change_roles([role], &[]),
        Event::SchemeRolesChanged { roles, removed, .. } => services.core.access.change_roles(roles, removed),
        _ => {}
    }
}

/// The limits of people, roles, channels and teams, as uploads and messages are checked against them.
fn update_limits(services: &Services, event: &Event) {
    if let Event::LimitsChanged(changed) = event {
        services.states.limits.apply(changed);
    }
}

/// Cached outgoing webhooks of the team.
fn invalidate_outgoing_webhooks(services: &Services, event: &Event) {
    if let Event::OutgoingWebhooksChanged { team_id } = event {
        services.states.webhooks.outgoing.invalidate(*team_id);
    }
}

/// Wakes the worker of the queue that was written to.
fn wake_workers(services: &Services, event: &Event) {
    match event {
        Event::JobsQueued => services.states.jobs.work_available.notify_one(),
        Event::DeliveriesQueued => services.states.deliveries.work_available.notify_one(),
        _ => {}
    }
}
