//! What can go wrong with channels, their members and the sidebar.
