//! Figures of the server.
