//! Finding posts.
