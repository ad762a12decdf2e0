//! Schemes: the roles of teams and channels in place of the built-in ones, and the moderation of channels, each of which has a scheme
//! of its own.

mod assign;
mod change;
mod get;
mod moderate;
mod roles;

pub use change::{NewScheme, SchemePatch};

noun! {
    /// Schemes and the moderation of channels.
    schemes::Schemes, uses: []
}
