//! Changes accounts with optimistic concurrency: read, change, validate, and write unless it was changed meanwhile.

use std::sync::Arc;

use guildhall_model::codes::{erasure as erasure_codes, users as codes};
use guildhall_model::id::UserId;
use guildhall_model::mail::{AccountMail, AccountTokenKind};
use guildhall_model::user::User;
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::{account_tokens, channel_members, names, users};

use crate::access::{UserGrant, Write, Writing};
use crate::posts::mentions::keyword_statements;
use crate::retry::retry_on_conflict;
use crate::statuses::check_custom_status;
use crate::users::Users;

impl Users<'_> {
    /// The actor's own account, or another one with the permission `others`, unless that one may do more.
    pub(crate) async fn user_to_change(&self, actor: &Actor, id: UserId, others: Permission) -> Result<(Writing<UserGrant>, User)> {
        let grant = self.access.user(actor, id, others).await?;
        let user = self.account(&grant, id).await?;
        Ok((grant, self.not_above(actor, user)?))
    }

    /// The account; `PERMISSIONS` when it may do more than the actor.
    pub(crate) fn not_above(&self, actor: &Actor, user: User) -> Result<User> {
        self.access.check_not_above(actor, &user)?;
        Ok(user)
    }

    /// Changes the account and commits `extra_writes` with it, which returns their events. When `change` changes nothing, nothing is written.
    /// `change` is called again after a conflict.
    pub(crate) async fn change_account(
        &self,
        (grant, action): (&Writing<UserGrant>, &'static str),
        change: impl Fn(&mut User) -> Result<()>,
        extra_writes: impl Fn(&User, &mut Write<'_>) -> Vec<Event>,
    ) -> Result<User> {
        retry_on_conflict(|| async {
            let before = self.account(grant, grant.user_id()).await?;
            if before.is_erased() {
                return Err(erasure_codes::ERASED.into());
            }
            let mut user = before.clone();
            change(&mut user)?;
            if user != before {
                self.write_change((grant, action), &before, &mut user, &extra_writes).await?;
            }
            Ok(user)
        })
        .await
    }

    /// The `UserUpdated` event for the users who may see this one.
    pub(crate) async fn user_updated_event(&self, grant: &UserGrant, user: User) -> Result<Event> {
        let channels = channel_members::channel_ids(self.access.read(grant), grant.id()).await?;
        Ok(Event::UserUpdated { user: Arc::new(user), channels: channels.into() })
    }

    async fn write_change(
        &self,
        (grant, action): (&Writing<UserGrant>, &'static str),
        before: &User,
        user: &mut User,
        extra_writes: &impl Fn(&User, &mut Write<'_>) -> Vec<Event>,
    ) -> Result<()> {
        user.check()?;
        if user.props != before.props {
            check_custom_status(&user.props)?;
        }
        if user.username != before.username || user.email != before.email {
            match users::find_taken(self.access.read(grant), &user.username, &user.email, Some(user.id)).await? {
                (true, _) => return Err(codes::USERNAME_EXISTS.into()),
                (_, true) => return Err(codes::EMAIL_EXISTS.into()),
                _ => {}
            }
        }
        // Strictly increasing even when the clock has not advanced, because ETags are derived from it.
        user.update_at = self.now_after(before.update_at);
        let updated = self.user_updated_event(grant, user.clone()).await?;
        let mut write = self.access.write(grant, action);
        if is_identity_changed(before, user) {
            write = write.recorded();
        }
        write.changed("username", &before.username, &user.username);
        write.changed("email", &before.email, &user.email);
        write.changed("roles", &before.roles, &user.roles);
        write.push(users::update(grant.write_id(), user, before.update_at));
        if user.notify_props != before.notify_props || user.first_name != before.first_name {
            write.extend(keyword_statements(grant.write_id(), user));
        }
        let mut events = extra_writes(user, &mut write);
        if user.email != before.email && !user.is_bot {
            let mails = [AccountMail::EmailChanged { old_email: before.email.clone() }, AccountMail::Verification];
            events.extend(mails.map(|mail| Event::AccountMailRequested { user_id: user.id, mail }));
            // Links that were sent to the old address, also for the case that the account gets it again.
            write.push(account_tokens::delete_of_user(grant.write_id(), AccountTokenKind::PasswordReset));
            write.push(account_tokens::delete_of_user(grant.write_id(), AccountTokenKind::Verification));
            write.extend(self.sessions().end_magic_links(grant));
        }
        if user.username != before.username {
            write.extend(names::guard_account(&user.username));
        }
        events.push(updated);
        write.commit(events).await
    }
}

/// Whether the account changed in what it is known by, may do or is protected by: recorded also for one's own.
fn is_identity_changed(before: &User, after: &User) -> bool {
    let is_known_by_another = before.username != after.username || before.email != after.email;
    let is_access_changed = before.roles != after.roles || before.delete_at != after.delete_at;
    is_known_by_another || is_access_changed || before.has_second_factor != after.has_second_factor
}
