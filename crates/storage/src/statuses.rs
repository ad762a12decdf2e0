//! People's statuses.
