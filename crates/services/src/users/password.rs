//! A new password: one's own, knowing the old one, or somebody's as an administrator.

use guildhall_model::codes::{context, users as codes};
use guildhall_model::id::{SessionId, UserId};
use guildhall_model::user::rules;
use guildhall_model::{Actor, Error, Event, Permission, Result};
use guildhall_storage::{sessions, users};

use crate::access::{UserGrant, Writing};
use crate::audits::Trace;
use crate::boxed;
use crate::users::Users;

impl Users<'_> {
    /// The sessions that the old password opened end, but for the one that asks.
    #[boxed]
    pub async fn change_password(&self, actor: &Actor, id: UserId, current: &str, new: &str) -> Result<()> {
        if actor.user_id == id {
            let grant = self.access.own(actor);
            self.check_own_password(&grant, actor, current).await?;
            return self.write_password(&grant, new, Some(actor.session_id), Trace::of(actor)).await;
        }
        let refused = |error: Error| if error.is(context::PERMISSIONS) { codes::PASSWORD_CONTEXT.into() } else { error };
        let (grant, user) = self.changeable(actor, id, Permission::SysconsoleWriteUserManagementUsers).await.map_err(refused)?;
        if user.is_bot {
            return Err(codes::NOT_FOR_BOTS.into());
        }
        self.write_password(&grant, new, None, Trace::of(actor)).await
    }

    /// Guessing here is counted like guessing at the log-in.
    pub(crate) async fn check_own_password(&self, own: &UserGrant, actor: &Actor, password: &str) -> Result<()> {
        let attempt = self.sessions().begin_attempt(Some(actor.user_id), "", actor.address)?;
        let found = users::get_with_password(self.access.read(own), own.id()).await?.ok_or(codes::NOT_FOUND)?;
        let hash = Some(found.password_hash.as_str()).filter(|hash| !hash.is_empty());
        match self.hasher.verify(password, hash).await {
            Ok(true) => {
                attempt.succeeded();
                Ok(())
            }
            Ok(false) => Err(codes::PASSWORD_WRONG.into()),
            Err(error) => {
                attempt.undecided();
                Err(error)
            }
        }
    }

    pub(crate) async fn write_password(
        &self,
        grant: &Writing<UserGrant>,
        password: &str,
        kept: Option<SessionId>,
        trace: Trace,
    ) -> Result<()> {
        let id = grant.user_id();
        rules::check_password(password, self.settings().signup.password_min_chars)?;
        let hash = self.hasher.hash(password).await?;
        let mut events = self.sessions().session_ends(grant, kept).await?;
        let now = self.clock.now();
        let mut user = self.account(grant, id).await?;
        (user.last_password_update, user.update_at) = (now, now.max(user.update_at.plus_ms(1)));
        events.push(self.updated(grant, user).await?);
        let mut write = self.access.write(grant);
        write.push(users::set_password(grant.write_id(), &hash, now));
        write.push(sessions::delete_of_user(grant.write_id(), kept));
        write.push(self.audits().audited(trace, "change_password", &format!("user_id={id}")));
        events.extend([Event::AccountChanged { user_id: id }, Event::LoginFailuresReset { user_id: id }]);
        write.commit(events).await
    }
}
