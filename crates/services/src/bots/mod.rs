//! Bots and their owners.
