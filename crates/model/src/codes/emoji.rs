//! What can go wrong with custom emoji.
