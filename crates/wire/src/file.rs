//! Files and uploads.
