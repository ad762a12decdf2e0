//! Posts and lists of them.
