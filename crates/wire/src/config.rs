//! Configuration, for administrators and for clients.
