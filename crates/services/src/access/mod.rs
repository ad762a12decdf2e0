//! The one door to the database. Every read and write shows a grant, and a grant comes from a decision made here: on one
//! thing, for reading or for writing.

mod bot;
mod channel;
mod decision;
mod file;
mod grant;
mod post;
mod team;
mod write;

use std::collections::BTreeSet;
use std::sync::Arc;

use guildhall_model::codes::context;
use guildhall_model::id::UserId;
use guildhall_model::role::RoleTable;
use guildhall_model::{Actor, Events, Permission, Result};
use guildhall_storage::{Database, Reader};
use parking_lot::RwLock;

pub use grant::{ChannelGrant, Grant, PostGrant, SystemGrant, TeamGrant, UserGrant, WriteGrant, Writing};
pub use write::Write;

pub struct Access {
    db: Database,
    roles: RwLock<Arc<RoleTable>>,
}

impl Access {
    pub fn new(db: Database) -> Self {
        Self { db, roles: RwLock::default() }
    }

    /// What the checks read from now on.
    pub fn set_roles(&self, roles: RoleTable) {
        *self.roles.write() = Arc::new(roles);
    }

    /// One role allows something else from now on.
    pub fn set_role(&self, name: &str, permissions: BTreeSet<Permission>) {
        let mut roles = self.roles.write();
        *roles = Arc::new((**roles).clone().with(name, permissions));
    }

    pub fn roles(&self) -> Arc<RoleTable> {
        Arc::clone(&self.roles.read())
    }

    /// For jobs, the command line and what happens before anybody is logged in. Each use says why.
    pub fn system(&self, reason: &'static str) -> Writing<SystemGrant> {
        tracing::trace!(reason, "system access");
        Writing::new(self.system_grant())
    }

    /// What people may always do with their own things.
    pub fn own(&self, actor: &Actor) -> Writing<UserGrant> {
        Writing::new(self.user_grant(actor.user_id))
    }

    /// One's own things by their owner's id; nobody else's.
    pub fn only_own(&self, actor: &Actor, user: UserId) -> Result<Writing<UserGrant>> {
        if actor.user_id == user { Ok(self.own(actor)) } else { Err(context::PERMISSIONS.into()) }
    }

    /// Whether the actor's system roles allow it.
    pub fn has_system_permission(&self, actor: &Actor, permission: Permission) -> bool {
        self.roles.read().allows(&actor.roles, permission)
    }

    pub fn system_permission(&self, actor: &Actor, permission: Permission) -> Result<Writing<SystemGrant>> {
        must_write(permission)?;
        self.system_permission_to_read(actor, permission).map(Writing::new)
    }

    pub fn system_permission_to_read(&self, actor: &Actor, permission: Permission) -> Result<SystemGrant> {
        if self.has_system_permission(actor, permission) { Ok(self.system_grant()) } else { Err(context::PERMISSIONS.into()) }
    }

    /// One's own things, or somebody else's with a system permission.
    pub fn user(&self, actor: &Actor, user: UserId, others: Permission) -> Result<Writing<UserGrant>> {
        must_write(others)?;
        self.user_to_read(actor, user, others).map(Writing::new)
    }

    /// The same for reading.
    pub fn user_to_read(&self, actor: &Actor, user: UserId, others: Permission) -> Result<UserGrant> {
        if actor.user_id == user || self.has_system_permission(actor, others) {
            Ok(self.user_grant(user))
        } else {
            Err(context::PERMISSIONS.into())
        }
    }

    /// The reading side of the database, for who shows a grant: what belongs to somebody asks for the grant's id as well.
    pub fn read(&self, _grant: &impl Grant) -> &Reader {
        &self.db
    }

    /// A batch of writes, for who shows a grant for writing: its statements ask for the grant's id.
    pub fn write(&self, _grant: &impl WriteGrant) -> Write<'_> {
        Write::new(&self.db)
    }

    /// Publishes events of what is not stored (typing, ephemeral posts).
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

/// A permission that only lets people look gives no grant for writing.
fn must_write(permission: Permission) -> Result<()> {
    if permission.only_reads() {
        return Err(context::INTERNAL.because(format!("{} lets nobody write", permission.name())));
    }
    Ok(())
}
