//! Channels and their members.
