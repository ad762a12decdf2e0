//! Preferences: what clients remember about a person, within bounds, and told to the person's other clients.

mod change;
mod get;

pub use change::PREFERENCES_PER_REQUEST_MAX;

noun! {
    /// People's preferences.
    preferences::Preferences, uses: [categories::Categories]
}
