//! The sidebar.
