//! Presence (derived from connections and activity, or set manually) and custom statuses.

mod custom;
mod get;
mod presence;
mod presence_table;
mod set;
mod sweep;

pub use custom::CustomStatus;
pub(crate) use custom::check_custom_status;
pub(crate) use presence_table::PresenceTable;

noun! {
    /// Presence and custom statuses.
    statuses::Statuses, state: State, uses: [users::Users]
}

#[derive(Default)]
pub(crate) struct State {
    presence: PresenceTable,
}
