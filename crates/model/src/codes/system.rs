//! What can go wrong with configuration and the server itself.
