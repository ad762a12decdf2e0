//! The one door to the database. Every read and write shows a grant, and a grant comes from a decision made here.

mod bot;
mod channel;
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
use guildhall_storage::Database;
use parking_lot::RwLock;

pub use grant::{ChannelGrant, Grant, PostGrant, SystemGrant, TeamGrant, UserGrant};
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
    pub fn system(&self, reason: &'static str) -> SystemGrant {
        tracing::trace!(reason, "system access");
        SystemGrant::new()
    }

    /// What people may always do with their own things.
    pub fn own(&self, actor: &Actor) -> UserGrant {
        UserGrant::new(actor.user_id)
    }

    /// Whether the actor's system roles allow it.
    pub fn has_system_permission(&self, actor: &Actor, permission: Permission) -> bool {
        self.roles.read().allows(&actor.roles, permission)
    }

    pub fn system_permission(&self, actor: &Actor, permission: Permission) -> Result<SystemGrant> {
        if self.has_system_permission(actor, permission) { Ok(SystemGrant::new()) } else { Err(context::PERMISSIONS.into()) }
    }

    /// One's own things, or somebody else's with a system permission.
    pub fn user(&self, actor: &Actor, user: UserId, others: Permission) -> Result<UserGrant> {
        if actor.user_id == user || self.has_system_permission(actor, others) {
            Ok(UserGrant::new(user))
        } else {
            Err(context::PERMISSIONS.into())
        }
    }

    /// The reading side of the database, for who shows a grant.
    pub fn read(&self, _grant: &impl Grant) -> &Database {
        &self.db
    }

    /// A batch of writes, for who shows a grant.
    pub fn write(&self, _grant: &impl Grant) -> Write<'_> {
        Write::new(&self.db)
    }

    /// Publishes events of what is not stored (typing, ephemeral posts).
    pub async fn publish(&self, _grant: &impl Grant, events: impl Into<Events>) {
        let Events(events) = events.into();
        self.db.publish(events).await;
    }
}
