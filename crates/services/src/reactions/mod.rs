//! Reactions to posts.

mod add;
mod get;
mod remove;
