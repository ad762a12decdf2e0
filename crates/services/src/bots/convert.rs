//! Converting a user account to a bot and a bot to a user account. The account keeps its id and its posts.

use guildhall_model::codes::{integrations as codes, users as user_codes};
use guildhall_model::id::UserId;
use guildhall_model::role::{SYSTEM_ADMIN, SYSTEM_USER};
use guildhall_model::user::rules::normalize_name;
use guildhall_model::user::{Bot, User};
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::{bots, names, second_factors, users};

use crate::bots::Bots;
use crate::boxed;
use crate::sessions::{AccessEnd, EndedAccess};

/// The user account that a bot is converted to; fields that are `None` keep the value of the bot.
#[derive(Debug, Clone, Default)]
pub struct BotToUserDraft {
    pub password: String,
    pub email: Option<String>,
    pub username: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub nickname: Option<String>,
    pub is_admin: bool,
}

impl Bots<'_> {
    #[boxed]
    pub async fn convert_user_to_bot(&self, actor: &Actor, id: UserId) -> Result<Bot> {
        let grant = self.access.system_permission(actor, Permission::ManageSystem)?.user_to_write(id);
        let mut user = self.users().account(&grant, id).await?;
        if user.is_bot {
            return Err(codes::ALREADY_BOT.into());
        }
        let remaining = self.users().other_administrator(&grant, &user).await?;
        let now = self.clock.now();
        (user.is_bot, user.has_second_factor, user.update_at) = (true, false, now.max(user.update_at.plus_ms(2)));
        let bot = Bot {
            user_id: user.id,
            username: user.username.clone(),
            display_name: user.first_name.clone(),
            description: String::new(),
            owner_id: actor.user_id,
            create_at: now,
            update_at: now,
            delete_at: user.delete_at,
        };
        let EndedAccess { statements, mut events } = self.sessions().end_access(&grant, &[AccessEnd::ConvertedToBot]).await?;
        events.push(self.users().user_updated_event(&grant, user).await?);
        let mut write = self.access.write(&grant, "bots.convert_from_user");
        write.extend(remaining.as_ref().map(users::guard_roles));
        write.push(bots::set_is_bot(grant.write_id(), true, now).or(codes::ALREADY_BOT));
        write.push(bots::insert(&bot));
        // Bots have no password: logging in as a bot is impossible.
        write.push(users::set_password(grant.write_id(), "", now));
        write.push(users::set_second_factor(grant.write_id(), false));
        write.extend(second_factors::delete_of_user(grant.write_id()));
        write.extend(statements);
        write.detail("owner_id", bot.owner_id);
        events.push(Event::AccountChanged { user_id: id });
        write.commit(events).await?;
        Ok(bot)
    }

    #[boxed]
    pub async fn convert_bot_to_user(&self, actor: &Actor, id: UserId, draft: BotToUserDraft) -> Result<User> {
        let grant = self.access.system_permission(actor, Permission::ManageSystem)?.user_to_write(id);
        let db = self.access.read(&grant);
        bots::get(db, id).await?.ok_or(codes::BOT_NOT_FOUND)?;
        let before = self.users().account(&grant, id).await?;
        let now = self.clock.now();
        let mut user = User {
            username: draft.username.map(|name| normalize_name(&name)).unwrap_or_else(|| before.username.clone()),
            email: draft.email.map(|email| normalize_name(&email)).unwrap_or_else(|| before.email.clone()),
            first_name: draft.first_name.unwrap_or_else(|| before.first_name.clone()),
            last_name: draft.last_name.unwrap_or_else(|| before.last_name.clone()),
            nickname: draft.nickname.unwrap_or_else(|| before.nickname.clone()),
            update_at: now.max(before.update_at.plus_ms(1)),
            delete_at: Millis::ZERO,
            is_bot: false,
            ..before.clone()
        };
        if draft.is_admin && !user.has_role(SYSTEM_ADMIN) {
            user.roles = format!("{SYSTEM_USER} {SYSTEM_ADMIN}");
        }
        user.check()?;
        let password = self.check_new_password(&draft.password, &user).await?;
        match users::find_taken(db, &user.username, &user.email, Some(id)).await? {
            (true, _) => return Err(user_codes::USERNAME_EXISTS.into()),
            (_, true) => return Err(user_codes::EMAIL_EXISTS.into()),
            _ => {}
        }
        let hash = self.hasher.hash(&password).await?;
        let updated = self.users().user_updated_event(&grant, user.clone()).await?;
        let EndedAccess { statements, mut events } = self.sessions().end_access(&grant, &[AccessEnd::ConvertedToUser]).await?;
        let mut write = self.access.write(&grant, "bots.convert_to_user");
        write.push(users::update(grant.write_id(), &user, before.update_at));
        write.push(bots::set_is_bot(grant.write_id(), false, now));
        write.push(users::set_password(grant.write_id(), &hash, now));
        write.push(bots::delete(grant.write_id()));
        write.extend(statements);
        if user.username != before.username {
            write.extend(names::guard_account(&user.username));
        }
        write.changed("roles", before.roles.as_str(), user.roles.as_str());
        events.extend([Event::AccountChanged { user_id: id }, updated]);
        write.commit(events).await?;
        self.users().account(&grant, id).await
    }
}
