//! Channels, their members, and what was seen of them.
