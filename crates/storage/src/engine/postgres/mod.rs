//! PostgreSQL.

pub(crate) mod row;
