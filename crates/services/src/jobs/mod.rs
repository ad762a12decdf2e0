//! Jobs: background work that runs once among all nodes, visible to administrators.

mod context;
mod create;
mod find;
mod kinds;
mod manage;
mod queue;
mod registry;
mod run;
mod schedule;

pub(crate) use context::{JobContext, is_of_server};
pub use create::NewJob;
pub use find::JobFilter;
pub(crate) use queue::{JobQueue, State};

noun! {
    /// Jobs.
    jobs::Jobs, state: State, uses: [audits::Audits, backups::Backups, data_exports::DataExports, deliveries::Deliveries, erasure::Erasure, files::Files, findings::Findings, groups::Groups, invitations::Invitations, notifications::Notifications, oauth::OAuth, passkeys::Passkeys, posts::Posts, scheduled_posts::ScheduledPosts, second_factors::SecondFactors, security_alerts::SecurityAlerts, sessions::Sessions, users::Users]
}
