//! MySQL and MariaDB.

pub(crate) mod row;
