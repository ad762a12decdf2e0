//! Reading bots: the own ones, or all of them with the permission.

use bytes::Bytes;
use guildhall_model::codes::integrations as codes;
use guildhall_model::id::UserId;
use guildhall_model::user::Bot;
use guildhall_model::{Actor, Permission, Result};
use guildhall_storage::bots;

use crate::bots::Bots;
use crate::boxed;

/// Selects the bots of a list.
#[derive(Debug, Clone, Copy, Default)]
pub struct BotFilter {
    pub include_disabled: bool,
    pub only_orphaned: bool,
}

impl Bots<'_> {
    /// Inaccessible and missing bots give the same error.
    #[boxed]
    pub async fn bot(&self, actor: &Actor, id: UserId, include_disabled: bool) -> Result<Bot> {
        let grant = self.access.system("the owner, which decides on access, is in the bot's record");
        let bot = bots::get(self.access.read(&grant), id).await?.filter(|bot| include_disabled || bot.delete_at.is_zero());
        bot.filter(|bot| self.may_read_bot(actor, bot)).ok_or_else(|| codes::BOT_NOT_FOUND.into())
    }

    #[boxed]
    pub async fn bots(&self, actor: &Actor, filter: BotFilter, limit: i64, offset: i64) -> Result<Vec<Bot>> {
        let may_see_all = self.access.has_system_permission(actor, Permission::ReadOthersBots);
        let needed = if may_see_all { Permission::ReadOthersBots } else { Permission::ReadBots };
        let grant = self.access.system_permission_to_read(actor, needed)?;
        let filter = bots::Filter {
            owner: (!may_see_all).then_some(actor.user_id),
            include_disabled: filter.include_disabled,
            only_orphaned: filter.only_orphaned,
        };
        bots::list(self.access.read(&grant), filter, limit, offset).await
    }

    /// The uploaded picture of a bot; an error if there is none.
    #[boxed]
    pub async fn bot_icon(&self, actor: &Actor, id: UserId) -> Result<Bytes> {
        let bot = self.bot(actor, id, true).await?;
        let user = self.users().user(actor, bot.user_id).await?;
        if user.last_picture_update.is_zero() {
            return Err(codes::BOT_ICON_MISSING.into());
        }
        Ok(self.users().picture(actor, &user).await?.bytes)
    }

    pub(super) fn may_read_bot(&self, actor: &Actor, bot: &Bot) -> bool {
        let needed = if bot.owner_id == actor.user_id { Permission::ReadBots } else { Permission::ReadOthersBots };
        self.access.has_system_permission(actor, needed)
    }
}
