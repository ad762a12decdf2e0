//! OAuth apps.
