//! Creating a bot: a user account and a bot record.

use guildhall_model::codes::{context, integrations as codes, users as user_codes};
use guildhall_model::id::UserId;
use guildhall_model::role::SYSTEM_USER;
use guildhall_model::user::rules::{self, is_valid_username, normalize_name};
use guildhall_model::user::{Bot, Props, User};
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::usage::{self, Counted};
use guildhall_storage::{bots, names, users};

use super::check_description;
use crate::bots::Bots;
use crate::{Core, boxed};

#[derive(Debug, Clone, Default)]
pub struct NewBot {
    pub username: String,
    pub display_name: String,
    pub description: String,
}

impl Bots<'_> {
    #[boxed]
    pub async fn create_bot(&self, actor: &Actor, new: NewBot) -> Result<Bot> {
        let grant = self.access.system_permission(actor, Permission::CreateBot)?;
        if actor.is_bot {
            return Err(context::PERMISSIONS.into());
        }
        if !self.settings().integrations.bots {
            return Err(codes::BOTS_DISABLED.into());
        }
        let user = self.bot_account(&new)?;
        user.check()?;
        check_description(&new.description)?;
        if users::find_taken(self.access.read(&grant), &user.username, &user.email, None).await?.0 {
            return Err(user_codes::USERNAME_EXISTS.into());
        }
        let bot = Bot {
            user_id: user.id,
            username: user.username.clone(),
            display_name: user.first_name.clone(),
            description: new.description,
            owner_id: actor.user_id,
            create_at: user.create_at,
            update_at: user.update_at,
            delete_at: Millis::ZERO,
        };
        let mut write = self.access.write(&grant, "bots.create");
        // The bot must not outlive an owner that is deactivated meanwhile.
        write.extend(actor.has_account().then(|| users::guard_active(actor.user_id)));
        let (insert, _) = users::insert(&user, "");
        write.push(insert.on_duplicate(user_codes::USERNAME_EXISTS));
        write.push(bots::insert(&bot));
        write.detail("user_id", bot.user_id);
        write.detail("username", &bot.username);
        if actor.has_account() {
            let max = self.settings().quotas.bots_per_user;
            write.extend(usage::guard(Counted::BotsOf(actor.user_id), max, codes::BOTS_TOO_MANY));
        }
        write.extend(names::guard_account(&user.username));
        write.commit(Event::NewUser { user_id: bot.user_id }).await?;
        Ok(bot)
    }

    fn bot_account(&self, new: &NewBot) -> Result<User> {
        let username = normalize_name(&new.username);
        if !is_valid_username(&username) {
            return Err(codes::BOT_USERNAME_INVALID.into());
        }
        Ok(new_bot_account(self, &username, new.display_name.trim(), self.clock.now()))
    }
}

/// The account of a bot that is not stored yet.
pub(crate) fn new_bot_account(core: &Core, username: &str, display_name: &str, now: Millis) -> User {
    let id: UserId = core.ids.next();
    User {
        id,
        create_at: now,
        update_at: now,
        delete_at: Millis::ZERO,
        username: username.to_owned(),
        // No mail is sent to it; the id makes it unique and independent of the username.
        email: format!("{id}@localhost"),
        email_verified: true,
        nickname: String::new(),
        first_name: display_name.to_owned(),
        last_name: String::new(),
        position: String::new(),
        roles: SYSTEM_USER.to_owned(),
        notify_props: rules::default_notify_props(),
        props: Props::new(),
        timezone: rules::default_timezone(),
        locale: core.settings().site.default_locale.clone(),
        last_password_update: now,
        last_picture_update: Millis::ZERO,
        failed_attempts: 0,
        is_bot: true,
        has_second_factor: false,
    }
}
