//! Presence and custom statuses.
