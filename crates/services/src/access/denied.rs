//! Denied requests that belong into the audit trail: of what takes a permission of the system, or another's account. Other
//! denied requests (a channel that one is not in) are part of normal use.

use std::fmt;

use guildhall_model::codes::context;
use guildhall_model::user::User;
use guildhall_model::{Actor, Code, Error, Permission, Result};

use super::Access;
use super::authority::Origin;

/// The cause of such an error; clients do not see it.
#[derive(Debug)]
pub struct PermissionDenied {
    pub origin: Origin,
    /// What was missing; `None` where only the owner of an account may act.
    pub permission: Option<Permission>,
}

impl PermissionDenied {
    /// The denied permission that caused the error.
    pub fn of(error: &Error) -> Option<&Self> {
        let first: &(dyn std::error::Error + 'static) = error;
        let mut causes = std::iter::successors(Some(first), |cause| cause.source());
        causes.find_map(|cause| cause.downcast_ref())
    }
}

impl fmt::Display for PermissionDenied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.permission {
            Some(permission) => write!(f, "the permission {} is missing", permission.name()),
            None => write!(f, "the account is somebody else's"),
        }
    }
}

impl std::error::Error for PermissionDenied {}

impl Access {
    /// The error for an actor without this permission of the system.
    pub fn denied(&self, actor: &Actor, permission: Permission) -> Error {
        context::PERMISSIONS.with_source(PermissionDenied { origin: Origin::of(actor), permission: Some(permission) })
    }

    /// The error for an actor who is not the owner of the account.
    pub(super) fn denied_account(&self, actor: &Actor) -> Error {
        context::PERMISSIONS.with_source(PermissionDenied { origin: Origin::of(actor), permission: None })
    }

    /// The error for an id that names nothing. To others than administrators it is the same as for what they may not see; programs of
    /// administrators look whether something is there, and make it.
    pub(super) fn absent(&self, actor: &Actor, not_found: Code) -> Error {
        if self.is_administrator(&actor.roles) { not_found.into() } else { context::PERMISSIONS.into() }
    }

    /// The error for an app that a person has authorized, where it asks for what would let it stay, or become the person: credentials,
    /// sessions and other apps.
    pub fn refuse_app(&self, actor: &Actor) -> Result<()> {
        if actor.is_app() { Err(self.denied(actor, Permission::EditOtherUsers)) } else { Ok(()) }
    }

    /// The power over accounts ends at those that may do more than the actor.
    pub fn check_not_above(&self, actor: &Actor, account: &User) -> Result<()> {
        let is_above = actor.user_id != account.id && self.roles().exceed(&account.roles, &actor.roles);
        if is_above { Err(self.denied(actor, Permission::ManageSystem)) } else { Ok(()) }
    }

    pub fn check_system_permission(&self, actor: &Actor, permission: Permission) -> Result<()> {
        if self.has_system_permission(actor, permission) { Ok(()) } else { Err(self.denied(actor, permission)) }
    }
}

#[cfg(test)]
mod tests {
    use guildhall_model::codes::users;

    use super::*;

    #[test]
    fn a_denial_is_found_behind_another_error() {
        let denied = || PermissionDenied { origin: Origin::default(), permission: Some(Permission::ManageSystem) };
        let error = context::PERMISSIONS.with_source(denied());
        assert!(PermissionDenied::of(&error).is_some());
        assert!(PermissionDenied::of(&users::PASSWORD_CONTEXT.with_source(error)).is_some());
        assert!(PermissionDenied::of(&context::PERMISSIONS.into()).is_none());
    }
}
