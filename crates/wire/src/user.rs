//! People as the API shows them.
