//! What is kept, on SQLite, PostgreSQL and MySQL alike: the engine here, and a file a table group beside it.
//! How to add a table, a step of the schema or a test: see this crate's README.md.

mod database;
mod engine;
mod failure;
mod migrate;
mod row;
mod sql;
mod statement;
mod url;
mod value;

pub use database::{Database, OpenOptions};
pub use migrate::{STEPS, Step};
pub use row::{Column, DecodeError, FromRow, Row};
pub use sql::{MAX_IN_LIST, Set, Sql, in_list, in_values, like_escape, value_rows};
pub use statement::{Batch, MAX_STATEMENTS, Statement};
pub use url::{DatabaseUrl, Dialect};
pub use value::Value;
