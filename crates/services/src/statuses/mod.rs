//! Who is there: worked out from connections and activity, or chosen; and what people say about themselves.

mod choose;
mod custom;
mod follow;
mod get;
mod sweep;
mod table;

pub use custom::CustomStatus;
pub(crate) use custom::check_prop;
pub(crate) use table::PresenceTable;

noun! {
    /// Presence and custom statuses.
    statuses::Statuses, state: State, uses: [users::Users]
}

#[derive(Default)]
pub(crate) struct State {
    presence: PresenceTable,
}
