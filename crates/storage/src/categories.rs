//! Sidebar categories and the channels in them.
