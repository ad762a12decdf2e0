//! The server itself: settings, analytics, health.
