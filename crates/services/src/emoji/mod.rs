//! Custom emoji.
