//! Preferences: key-value pairs that clients store per user, with limits. Changes are published to the user's clients.

mod change;
mod get;

pub use change::PREFERENCES_PER_REQUEST_MAX;

noun! {
    /// Users' preferences.
    preferences::Preferences, uses: [categories::Categories]
}
