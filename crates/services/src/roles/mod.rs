//! Roles: the built-in ones on a fresh server, reading them, and what each of them allows.

mod load;
