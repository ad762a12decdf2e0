//! Posts: written, read, edited, deleted, pinned.
