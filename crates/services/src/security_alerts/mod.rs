//! Security alerts: rules over the audit trail, what administrators are told, and whose access ends
//! (`docs/decisions/0049-security-alerts.md`).

mod acknowledge;
mod evaluate;
mod list;
mod raise;
mod rules;
mod usage;

pub(crate) use usage::State;

noun! {
    /// Security alerts.
    security_alerts::SecurityAlerts, state: State, uses: [audits::Audits, sessions::Sessions, users::Users]
}
