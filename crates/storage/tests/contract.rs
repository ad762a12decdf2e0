//! What this crate promises, on all three databases.

mod contract {
    mod batches;
    mod limits;
    mod migrations;
    mod reads;
    mod schema;
}
