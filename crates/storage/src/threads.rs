//! Threads, who takes part in them and what they have seen.
