//! Files and uploads in progress.
