//! Reading custom emoji: by id, by name, by search, and as a paged list.

use guildhall_model::codes::{context, emoji as codes};
use guildhall_model::id::EmojiId;
use guildhall_model::integration::Emoji;
use guildhall_model::{Actor, Result, emoji};
use guildhall_storage::emoji as rows;

pub use guildhall_storage::emoji::Order as EmojiOrder;

use crate::boxed;
use crate::emoji::Emojis;

/// Most results of a search.
const SEARCH_RESULTS_MAX: i64 = 200;

impl Emojis<'_> {
    #[boxed]
    pub async fn emoji(&self, actor: &Actor, id: EmojiId) -> Result<Emoji> {
        self.require_custom_emoji()?;
        let emoji = rows::get(self.access.read(&self.access.own_account(actor)), id).await?.ok_or(codes::NOT_FOUND)?;
        self.hide_creators(actor, vec![emoji]).await?.pop().ok_or_else(|| codes::NOT_FOUND.into())
    }

    #[boxed]
    pub async fn emoji_by_name(&self, actor: &Actor, name: &str) -> Result<Emoji> {
        self.require_custom_emoji()?;
        let emoji = rows::by_names(self.access.read(&self.access.own_account(actor)), &[name.to_owned()]).await?;
        self.hide_creators(actor, emoji).await?.into_iter().next().ok_or_else(|| codes::NAME_NOT_FOUND.into())
    }

    #[boxed]
    pub async fn emoji_by_names(&self, actor: &Actor, names: &[String]) -> Result<Vec<Emoji>> {
        self.require_custom_emoji()?;
        match names.len() {
            0 => Err(context::INVALID_PARAM.with("name", "names")),
            1..=emoji::NAMES_MAX => {
                let emoji = rows::by_names(self.access.read(&self.access.own_account(actor)), names).await?;
                self.hide_creators(actor, emoji).await
            }
            _ => Err(codes::TOO_MANY_NAMES.with("limit", emoji::NAMES_MAX)),
        }
    }

    #[boxed]
    pub async fn emoji_page(&self, actor: &Actor, order: EmojiOrder, limit: i64, offset: i64) -> Result<Vec<Emoji>> {
        self.require_custom_emoji()?;
        let emoji = rows::page(self.access.read(&self.access.own_account(actor)), order, limit, offset).await?;
        self.hide_creators(actor, emoji).await
    }

    #[boxed]
    pub async fn search_emoji(&self, actor: &Actor, text: &str, prefix_only: bool) -> Result<Vec<Emoji>> {
        self.require_custom_emoji()?;
        let text = text.to_ascii_lowercase();
        // Every part of a valid name is a valid name.
        if !emoji::is_valid_name(&text) {
            return Ok(Vec::new());
        }
        let emoji = rows::search(self.access.read(&self.access.own_account(actor)), &text, prefix_only, SEARCH_RESULTS_MAX).await?;
        self.hide_creators(actor, emoji).await
    }

    /// Guests do not learn of creators that they share no channel with.
    async fn hide_creators(&self, actor: &Actor, emoji: Vec<Emoji>) -> Result<Vec<Emoji>> {
        let grant = self.access.own_account(actor);
        let creators = emoji.iter().map(|emoji| emoji.creator_id).collect();
        let visible = self.users().visible_among(&grant, actor, creators).await?;
        let hide = |emoji: Emoji| if visible.contains(&emoji.creator_id) { emoji } else { emoji.without_creator() };
        Ok(emoji.into_iter().map(hide).collect())
    }

    /// Whether it can be used in a reaction: a system emoji or a custom one.
    #[boxed]
    pub async fn emoji_exists(&self, name: &str) -> Result<bool> {
        if emoji::is_system(name) {
            return Ok(true);
        }
        if !self.settings().posts.custom_emoji || !emoji::is_valid_name(name) {
            return Ok(false);
        }
        let grant = self.access.system("custom emoji are readable to every user");
        Ok(!rows::by_names(self.access.read(&grant), &[name.to_owned()]).await?.is_empty())
    }
}
