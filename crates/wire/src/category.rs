//! Sidebar categories.
