//! The one way to change an account: read it, change it, check it, and write it unless somebody else did meanwhile.

use std::sync::Arc;

use guildhall_model::codes::{context, users as codes};
use guildhall_model::id::UserId;
use guildhall_model::user::User;
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::{Statement, channel_members, users};

use crate::access::{UserGrant, Writing};
use crate::posts::mentions::keep_keywords;
use crate::retry::Attempts;
use crate::statuses::check_prop;
use crate::users::Users;

impl Users<'_> {
    /// One's own account, or somebody else's with the permission. Administrators are changed by administrators only.
    pub(crate) async fn changeable(&self, actor: &Actor, id: UserId, others: Permission) -> Result<(Writing<UserGrant>, User)> {
        let grant = self.access.user(actor, id, others)?;
        let user = self.account(&grant, id).await?;
        Ok((grant, self.spare_administrators(actor, user)?))
    }

    /// The account, unless it is an administrator's and the actor is none.
    pub(crate) fn spare_administrators(&self, actor: &Actor, user: User) -> Result<User> {
        let is_theirs = actor.user_id == user.id;
        let runs_server = |roles: &str| self.access.roles().allows(roles, Permission::ManageSystem);
        if is_theirs || !runs_server(&user.roles) || runs_server(&actor.roles) { Ok(user) } else { Err(context::PERMISSIONS.into()) }
    }

    /// Changes the account; `beside` is written with it. What `change` leaves alone is not written at all.
    pub(crate) async fn change_account(
        &self,
        grant: &Writing<UserGrant>,
        change: impl Fn(&mut User) -> Result<()>,
        beside: impl Fn(&User) -> (Vec<Statement>, Vec<Event>),
    ) -> Result<User> {
        let mut attempts = Attempts::default();
        loop {
            let before = self.account(grant, grant.user_id()).await?;
            let mut user = before.clone();
            change(&mut user)?;
            if user == before {
                return Ok(user);
            }
            match self.write_change(grant, &before, &mut user, &beside).await {
                Err(error) if attempts.again(&error) => {}
                Err(error) => return Err(error),
                Ok(()) => return Ok(user),
            }
        }
    }

    /// The event that tells those who may see the person.
    pub(crate) async fn updated(&self, grant: &UserGrant, user: User) -> Result<Event> {
        let channels = channel_members::channel_ids(self.access.read(grant), grant.id()).await?;
        Ok(Event::UserUpdated { user: Arc::new(user), channels: channels.into() })
    }

    async fn write_change(
        &self,
        grant: &Writing<UserGrant>,
        before: &User,
        user: &mut User,
        beside: &impl Fn(&User) -> (Vec<Statement>, Vec<Event>),
    ) -> Result<()> {
        user.check()?;
        if user.props != before.props {
            check_prop(&user.props)?;
        }
        if user.username != before.username || user.email != before.email {
            match users::taken(self.access.read(grant), &user.username, &user.email, Some(user.id)).await? {
                (true, _) => return Err(codes::USERNAME_EXISTS.into()),
                (_, true) => return Err(codes::EMAIL_EXISTS.into()),
                _ => {}
            }
        }
        // Later than before also where the clock has not moved: clients and their ETags go by it.
        user.update_at = self.later_than(before.update_at);
        let (statements, mut events) = beside(user);
        events.push(self.updated(grant, user.clone()).await?);
        let mut write = self.access.write(grant);
        write.push(users::update(grant.write_id(), user, before.update_at));
        if user.notify_props != before.notify_props || user.first_name != before.first_name {
            write.extend(keep_keywords(grant.write_id(), user));
        }
        write.extend(statements);
        write.commit(events).await
    }
}
