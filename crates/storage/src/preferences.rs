//! People's preferences.
