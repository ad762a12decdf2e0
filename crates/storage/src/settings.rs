//! Settings and secrets of the server, by name.
