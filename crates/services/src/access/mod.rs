//! The only access to the database. Every read and write takes a grant, and a grant comes from an authorization decision
//! made here: for one object, for reading or for writing.

mod bot;
mod channel;
mod decision;
mod file;
mod grant;
mod guard;
mod integration;
mod post;
mod team;
mod write;

use std::collections::BTreeSet;
use std::sync::{Arc, Weak};

use guildhall_model::codes::context;
use guildhall_model::id::UserId;
use guildhall_model::role::RoleTable;
use guildhall_model::{Actor, Events, Permission, Result};
use guildhall_storage::{Database, Reader};
use parking_lot::RwLock;

pub use grant::{ChannelGrant, Grant, PostGrant, SystemGrant, TeamGrant, UserGrant, WriteGrant, Writing};
pub(crate) use integration::actor_for;
pub use write::Write;

use crate::Services;

pub struct Access {
    db: Database,
    roles: RwLock<Arc<RoleTable>>,
    /// Whose the batches are: each event may bring rows with it.
    services: Weak<Services>,
}

impl Access {
    pub fn new(db: Database, services: Weak<Services>) -> Self {
        Self { db, roles: RwLock::default(), services }
    }

    /// Replaces the roles that the permission checks read.
    pub fn set_roles(&self, roles: RoleTable) {
        *self.roles.write() = Arc::new(roles);
    }

    /// Replaces the permissions of one role.
    pub fn set_role(&self, name: &str, permissions: BTreeSet<Permission>) {
        let mut roles = self.roles.write();
        *roles = Arc::new((**roles).clone().with(name, permissions));
    }

    pub fn roles(&self) -> Arc<RoleTable> {
        Arc::clone(&self.roles.read())
    }

    /// Access without a permission check: for jobs, the command line and requests before authentication. `reason` documents
    /// each use.
    pub fn system(&self, reason: &'static str) -> Writing<SystemGrant> {
        tracing::trace!(reason, "system access");
        Writing::new(self.system_grant())
    }

    /// The actor's own account, which needs no permission.
    pub fn own_account(&self, actor: &Actor) -> Writing<UserGrant> {
        Writing::new(self.user_grant(actor.user_id))
    }

    /// The actor's own account by its id; an error for every other id.
    pub fn require_own_account(&self, actor: &Actor, user: UserId) -> Result<Writing<UserGrant>> {
        if actor.user_id == user { Ok(self.own_account(actor)) } else { Err(context::PERMISSIONS.into()) }
    }

    /// Whether the actor's system roles include the permission.
    pub fn has_system_permission(&self, actor: &Actor, permission: Permission) -> bool {
        self.roles.read().allows(&actor.roles, permission)
    }

    pub fn system_permission(&self, actor: &Actor, permission: Permission) -> Result<Writing<SystemGrant>> {
        check_permits_writing(permission)?;
        self.system_permission_to_read(actor, permission).map(Writing::new)
    }

    pub fn system_permission_to_read(&self, actor: &Actor, permission: Permission) -> Result<SystemGrant> {
        if self.has_system_permission(actor, permission) { Ok(self.system_grant()) } else { Err(context::PERMISSIONS.into()) }
    }

    /// The actor's own account, or another user's with the system permission `for_others`.
    pub fn user(&self, actor: &Actor, user: UserId, for_others: Permission) -> Result<Writing<UserGrant>> {
        check_permits_writing(for_others)?;
        self.user_to_read(actor, user, for_others).map(Writing::new)
    }

    /// The same for reading.
    pub fn user_to_read(&self, actor: &Actor, user: UserId, for_others: Permission) -> Result<UserGrant> {
        if actor.user_id == user || self.has_system_permission(actor, for_others) {
            Ok(self.user_grant(user))
        } else {
            Err(context::PERMISSIONS.into())
        }
    }

    /// The database for reading. Statements on an object that needs authorization also take the id of its grant.
    pub fn read(&self, _grant: &impl Grant) -> &Reader {
        &self.db
    }

    /// A new batch of writes, whose statements take the grant's id.
    pub fn write(&self, _grant: &impl WriteGrant) -> Write<'_> {
        Write::new(&self.db, &self.services)
    }

    /// Publishes events about what is not stored (typing, ephemeral posts).
    pub async fn publish(&self, _grant: &impl Grant, events: impl Into<Events>) {
        let Events(events) = events.into();
        self.db.publish(events).await;
    }

    fn system_grant(&self) -> SystemGrant {
        SystemGrant::new(self.db.clone())
    }

    fn user_grant(&self, user: UserId) -> UserGrant {
        UserGrant::new(self.db.grant(user))
    }
}

/// A permission that only allows reading gives no grant for writing.
fn check_permits_writing(permission: Permission) -> Result<()> {
    if permission.is_read_only() {
        return Err(context::INTERNAL.with_source(format!("{} does not permit writing", permission.name())));
    }
    Ok(())
}
