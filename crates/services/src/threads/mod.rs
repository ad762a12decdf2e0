//! Threads and who follows them.
