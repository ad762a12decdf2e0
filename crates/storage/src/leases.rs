//! Leases with fencing: a worker claims a row for a limited time and gets a fencing number, which rises with each claim.
//! Every write of the worker is conditional on the number, so that a worker that lost its lease changes nothing.

use guildhall_model::codes::jobs as codes;
use guildhall_model::job::{Lease, LeaseTerm};

use crate::{Statement, Value, params};

/// Claims the row where nobody holds the lease. `set` and `condition` are the table's own: `set` begins with a comma,
/// `condition` with AND, and only `set` has parameters.
pub(crate) fn claim<K>(table: &str, lease: Lease<K>, term: LeaseTerm, set: &str, more: Vec<Value>, condition: &str) -> Statement
where
    K: Into<Value>,
{
    let sql = format!(
        "UPDATE {table} SET lease_owner = ?, lease_until = ?, fence = fence + 1, attempts = attempts + 1{set} \
         WHERE id = ? AND fence = ? AND lease_until < ?{condition}"
    );
    let mut values = params![term.owner, term.until];
    values.extend(more);
    values.extend([lease.id.into(), lease.fence.into(), term.now.into()]);
    Statement::new(sql, values).expect_rows(1).or(codes::LEASE_LOST)
}

/// A write that fails with `LEASE_LOST` where the fence has changed. `update` is the statement up to the WHERE, `values`
/// are its parameters.
pub(crate) fn fenced_write<K>(lease: Lease<K>, update: &str, mut values: Vec<Value>, condition: &str) -> Statement
where
    K: Into<Value>,
{
    values.extend([lease.id.into(), lease.fence.into()]);
    Statement::new(format!("{update} WHERE id = ? AND fence = ?{condition}"), values).expect_rows(1).or(codes::LEASE_LOST)
}
