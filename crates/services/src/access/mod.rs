//! The only access to the database. Every read and write takes a grant, and a grant comes from an authorization decision
//! made here: for one object, for reading or for writing.

mod authority;
mod bot;
mod channel;
mod decision;
mod denied;
mod file;
mod grant;
mod group;
mod guard;
mod integration;
mod post;
mod reading;
mod record;
mod team;
mod write;

use std::sync::{Arc, Weak};

use guildhall_model::codes::context;
use guildhall_model::id::UserId;
use guildhall_model::role::{Role, RoleTable};
use guildhall_model::{Actor, Clock, Events, IdSource, Permission, Result};
use guildhall_storage::{Database, LogHold, Reader, users};
use parking_lot::RwLock;

pub use authority::Origin;
pub use denied::PermissionDenied;
pub use grant::{ChannelGrant, Grant, PostGrant, SystemGrant, TeamGrant, UserGrant, WriteGrant, Writing};
pub(crate) use integration::actor_for;
pub(crate) use record::Details;
pub use write::Write;

use crate::Services;
use authority::Authority;
use reading::Readings;

pub struct Access {
    db: Database,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
    roles: RwLock<Arc<RoleTable>>,
    readings: Readings,
    /// Whose the batches are: each event may bring rows with it.
    services: Weak<Services>,
}

impl Access {
    pub fn new(db: Database, clock: Arc<dyn Clock>, ids: Arc<dyn IdSource>, services: Weak<Services>) -> Self {
        Self { db, clock, ids, roles: RwLock::default(), readings: Readings::default(), services }
    }

    /// Replaces the roles that the permission checks read.
    pub fn set_roles(&self, roles: RoleTable) {
        *self.roles.write() = Arc::new(roles);
    }

    /// Replaces the permissions of these roles, and forgets others.
    pub fn change_roles<'r>(&self, changed: impl IntoIterator<Item = &'r Role>, removed: &[String]) {
        let mut roles = self.roles.write();
        let table = (**roles).clone().without(removed);
        *roles = Arc::new(changed.into_iter().fold(table, |table, role| table.with(&role.name, role.permissions.clone())));
    }

    pub fn roles(&self) -> Arc<RoleTable> {
        Arc::clone(&self.roles.read())
    }

    /// Access without a permission check: for jobs, the command line and requests before authentication. `reason` documents
    /// each use.
    pub fn system(&self, reason: &'static str) -> Writing<SystemGrant> {
        tracing::trace!(reason, "system access");
        Writing::new(SystemGrant::new(self.db.clone(), Authority::SERVER))
    }

    /// The actor's own account, which needs no permission.
    pub fn own_account(&self, actor: &Actor) -> Writing<UserGrant> {
        Writing::new(self.user_grant(actor.user_id, Authority::own(actor)))
    }

    /// The actor's own account by its id; an error for every other id.
    pub fn require_own_account(&self, actor: &Actor, user: UserId) -> Result<Writing<UserGrant>> {
        if actor.user_id == user { Ok(self.own_account(actor)) } else { Err(self.denied_account(actor)) }
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
        self.check_system_permission(actor, permission)?;
        Ok(SystemGrant::new(self.db.clone(), Authority::of_permission(actor, permission)))
    }

    /// The actor's own account, or another user's with the system permission `for_others`, unless that one may do more.
    pub async fn user(&self, actor: &Actor, user: UserId, for_others: Permission) -> Result<Writing<UserGrant>> {
        check_permits_writing(for_others)?;
        let grant = self.user_to_read(actor, user, for_others)?;
        // Nobody is above who manages the system.
        let may_be_above = actor.user_id != user && !self.has_system_permission(actor, Permission::ManageSystem);
        if may_be_above && let Some(account) = users::get(&self.db, user).await? {
            self.check_not_above(actor, &account)?;
        }
        Ok(Writing::new(grant))
    }

    /// The same for reading, whatever the account may do.
    pub fn user_to_read(&self, actor: &Actor, user: UserId, for_others: Permission) -> Result<UserGrant> {
        if actor.user_id == user {
            return Ok(self.user_grant(user, Authority::own(actor)));
        }
        self.check_system_permission(actor, for_others)?;
        Ok(self.user_grant(user, Authority::over_others(actor)))
    }

    /// The database for reading. Statements on an object that needs authorization also take the id of its grant.
    pub fn read(&self, _grant: &impl Grant) -> &Reader {
        &self.db
    }

    /// A new batch of writes, whose statements take the grant's id. `action` is the name of the use case, `noun.verb`: the
    /// batch contains an audit record with it if the grant is for what belongs to others or is shared.
    pub fn write(&self, grant: &impl WriteGrant, action: &'static str) -> Write<'_> {
        Write::new(self, grant, action)
    }

    /// Publishes events about what is not stored (typing, ephemeral posts).
    pub async fn publish(&self, _grant: &impl Grant, events: impl Into<Events>) {
        let Events(events) = events.into();
        self.db.publish(events).await;
    }

    /// From now on commits are rejected with `READ_ONLY`; returns when those before it have ended.
    pub async fn close_for_writes(&self, _grant: &Writing<SystemGrant>) {
        self.db.close_for_writes().await;
    }

    pub fn open_for_writes(&self, _grant: &Writing<SystemGrant>) {
        self.db.open_for_writes();
    }

    /// Keeps an embedded database's log while somebody reads its file for long.
    pub fn hold_log(&self, _grant: &Writing<SystemGrant>) -> LogHold {
        self.db.hold_log()
    }

    fn user_grant(&self, user: UserId, authority: Authority) -> UserGrant {
        UserGrant::new(self.db.grant(user), authority)
    }
}

/// A permission that only allows reading gives no grant for writing.
fn check_permits_writing(permission: Permission) -> Result<()> {
    if permission.is_read_only() {
        return Err(context::INTERNAL.with_source(format!("{} does not permit writing", permission.name())));
    }
    Ok(())
}
