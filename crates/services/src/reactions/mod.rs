//! Reactions to posts.

mod add;
mod get;
mod remove;

noun! {
    /// Reactions to posts.
    reactions::Reactions, uses: [emoji::Emojis]
}
