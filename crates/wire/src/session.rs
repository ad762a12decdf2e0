//! Sessions, tokens and log-in.
