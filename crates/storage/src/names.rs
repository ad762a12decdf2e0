//! One set of names for accounts and groups, because both follow an `@`. There is no unique key over the two tables: the batch that
//! writes a name takes a lock, and then looks at the other table. So of two batches at the same moment one is rejected.

use guildhall_model::Code;
use guildhall_model::codes::{groups, users};

use crate::usage::{Lock, check_under_lock};
use crate::{Statement, params};

/// Fails the batch with `USERNAME_EXISTS` where a group has the name of an account, archived groups included. Comes last: others
/// wait for the lock until the commit.
pub fn guard_account(username: &str) -> [Statement; 2] {
    guard(username, "NOT EXISTS (SELECT 1 FROM user_groups x WHERE x.name = ?)", users::USERNAME_EXISTS)
}

/// Fails the batch with `USERNAME_TAKEN` where an account has the name of a group. Comes last, too.
pub fn guard_group(name: &str) -> [Statement; 2] {
    guard(name, "NOT EXISTS (SELECT 1 FROM users x WHERE x.username = ?)", groups::USERNAME_TAKEN)
}

fn guard(name: &str, condition: &str, or: Code) -> [Statement; 2] {
    let [lock, check] = check_under_lock(Lock::Server, condition, params![name]);
    [lock, check.or(or)]
}
