//! What can go wrong with teams and their members.
