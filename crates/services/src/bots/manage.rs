//! Changing a bot: its names, whether it is enabled, its owner and its picture.

use bytes::Bytes;
use guildhall_model::codes::integrations as codes;
use guildhall_model::id::UserId;
use guildhall_model::user::rules::{is_valid_username, normalize_name};
use guildhall_model::user::{Bot, User};
use guildhall_model::{Actor, Event, Millis, Result};
use guildhall_storage::bots;

use super::check_description;
use crate::access::{UserGrant, Write, Writing};
use crate::bots::Bots;
use crate::boxed;
use crate::sessions::{AccessEnd, EndedAccess};

/// Fields that are `None` are not changed.
#[derive(Debug, Clone, Default)]
pub struct BotPatch {
    pub username: Option<String>,
    pub display_name: Option<String>,
    pub description: Option<String>,
}

impl Bots<'_> {
    #[boxed]
    pub async fn patch_bot(&self, actor: &Actor, id: UserId, patch: BotPatch) -> Result<Bot> {
        let (grant, mut bot) = self.managed_bot(actor, id).await?;
        bot.username = patch.username.map(|name| normalize_name(&name)).unwrap_or(bot.username);
        bot.display_name = patch.display_name.map(|name| name.trim().to_owned()).unwrap_or(bot.display_name);
        bot.description = patch.description.unwrap_or(bot.description);
        if !is_valid_username(&bot.username) {
            return Err(codes::BOT_USERNAME_INVALID.into());
        }
        check_description(&bot.description)?;
        self.write_bot(&grant, bot, "bots.patch").await
    }

    /// Disabling a bot ends its sessions; its access tokens are rejected until it is enabled again.
    #[boxed]
    pub async fn set_bot_active(&self, actor: &Actor, id: UserId, is_active: bool) -> Result<Bot> {
        let (grant, mut bot) = self.managed_bot(actor, id).await?;
        bot.delete_at = match (is_active, bot.delete_at.is_zero()) {
            (true, _) => Millis::ZERO,
            (false, true) => self.clock.now(),
            (false, false) => bot.delete_at,
        };
        self.write_bot(&grant, bot, if is_active { "bots.enable" } else { "bots.disable" }).await
    }

    #[boxed]
    pub async fn assign_bot(&self, actor: &Actor, id: UserId, owner: UserId) -> Result<Bot> {
        let (grant, bot) = self.managed_bot(actor, id).await?;
        let owner = self.users().account(&grant, owner).await?;
        if owner.is_bot || !owner.is_active() {
            return Err(codes::BOT_OWNER_INVALID.into());
        }
        self.write_bot(&grant, Bot { owner_id: owner.id, ..bot }, "bots.assign").await
    }

    #[boxed]
    pub async fn set_bot_icon(&self, actor: &Actor, id: UserId, image: Bytes) -> Result<()> {
        let (_, bot) = self.managed_bot(actor, id).await?;
        self.users().set_picture(actor, bot.user_id, image).await
    }

    #[boxed]
    pub async fn delete_bot_icon(&self, actor: &Actor, id: UserId) -> Result<()> {
        let (_, bot) = self.managed_bot(actor, id).await?;
        self.users().reset_picture(actor, bot.user_id).await
    }

    async fn managed_bot(&self, actor: &Actor, id: UserId) -> Result<(Writing<UserGrant>, Bot)> {
        let system_grant = self.access.system("the owner, which decides on access, is in the bot's record");
        let bot = bots::get(self.access.read(&system_grant), id).await?.ok_or(codes::BOT_NOT_FOUND)?;
        match self.access.manageable_bot(actor, id).await? {
            Some(grant) => Ok((grant, bot)),
            None if self.may_read_bot(actor, &bot) => Err(self.access.denied_bot(actor, bot.owner_id)),
            None => Err(codes::BOT_NOT_FOUND.into()),
        }
    }

    /// Updates the record, and the account if that changes as well.
    async fn write_bot(&self, grant: &Writing<UserGrant>, mut bot: Bot, action: &'static str) -> Result<Bot> {
        let old_update_at = bot.update_at;
        bot.update_at = self.now_after(old_update_at);
        let before = self.users().account(grant, bot.user_id).await?;
        let is_deactivated = before.is_active() && !bot.delete_at.is_zero();
        let ended =
            if is_deactivated { self.sessions().end_access(grant, &[AccessEnd::BotDisabled]).await? } else { EndedAccess::default() };
        let add_writes = |write: &mut Write<'_>| {
            write.detail("owner_id", bot.owner_id);
            write.changed("username", before.username.as_str(), bot.username.as_str());
            write.push(bots::update(grant.write_id(), &bot, old_update_at));
            write.extend(ended.statements.iter().cloned());
        };
        let change = |user: &mut User| {
            user.username.clone_from(&bot.username);
            user.first_name.clone_from(&bot.display_name);
            user.delete_at = bot.delete_at;
            Ok(())
        };
        let mut after = before.clone();
        change(&mut after)?;
        if after == before {
            let mut write = self.access.write(grant, action);
            add_writes(&mut write);
            write.commit(Event::AccountChanged { user_id: bot.user_id }).await?;
        } else {
            let extra_writes = |_: &User, write: &mut Write<'_>| {
                add_writes(write);
                [Event::AccountChanged { user_id: bot.user_id }].into_iter().chain(ended.events.iter().cloned()).collect()
            };
            self.users().change_account((grant, action), change, extra_writes).await?;
        }
        Ok(bot)
    }
}
