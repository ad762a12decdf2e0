//! Creating a custom emoji: an image and an unused name.

use bytes::Bytes;
use guildhall_model::codes::{context, emoji as codes, files};
use guildhall_model::id::UserId;
use guildhall_model::integration::Emoji;
use guildhall_model::{Actor, Event, Millis, Permission, Result, emoji};
use guildhall_storage::usage::{self, Counted};
use guildhall_storage::{channel_members, emoji as rows};

use crate::boxed;
use crate::emoji::Emojis;

pub struct NewEmoji {
    pub name: String,
    /// If given, must be the actor.
    pub creator_id: Option<UserId>,
    pub image: Bytes,
}

impl Emojis<'_> {
    #[boxed]
    pub async fn create_emoji(&self, actor: &Actor, new: NewEmoji) -> Result<Emoji> {
        self.require_custom_emoji()?;
        let grant = self.access.system_permission(actor, Permission::CreateEmojis)?;
        if new.creator_id.is_some_and(|creator| creator != actor.user_id) {
            return Err(context::PERMISSIONS.into());
        }
        check_name(&new.name)?;
        if new.image.len() > emoji::IMAGE_BYTES_MAX {
            return Err(codes::TOO_LARGE.with("limit", emoji::IMAGE_BYTES_MAX));
        }
        if !rows::by_names(self.access.read(&grant), std::slice::from_ref(&new.name)).await?.is_empty() {
            return Err(codes::DUPLICATE.into());
        }
        // Before the picture is worked on; the commit counts again.
        let settings = self.settings();
        let quotas = &settings.quotas;
        let of_user = Counted::EmojiOf(actor.user_id);
        for (what, max, code) in
            [(of_user, quotas.emoji_per_user, codes::TOO_MANY_OF_USER), (Counted::Emoji, quotas.emoji, codes::TOO_MANY)]
        {
            if usage::count(self.access.read(&grant), what).await? >= max {
                return Err(code.with("max", max));
            }
        }
        let image = self
            .images
            .resize_emoji(actor.user_id, new.image)
            .await
            .map_err(|error| if error.is(files::IMAGE_INVALID) { codes::INVALID_IMAGE.with_source(error) } else { error })?;
        let now = self.clock.now();
        let emoji = Emoji {
            id: self.ids.next(),
            create_at: now,
            update_at: now,
            delete_at: Millis::ZERO,
            creator_id: actor.user_id,
            name: new.name,
            blob_key: self.put_picture(image.bytes).await?.to_string(),
            mime_type: image.format.content_type().to_owned(),
        };
        let mut write = self.access.write(&grant, "emoji.create");
        write.detail("emoji_id", emoji.id);
        write.detail("name", &emoji.name);
        write.push(rows::insert(&emoji));
        write.extend(usage::guard(Counted::EmojiOf(actor.user_id), quotas.emoji_per_user, codes::TOO_MANY_OF_USER));
        write.extend(usage::guard(Counted::Emoji, quotas.emoji, codes::TOO_MANY));
        let own = self.access.own_account(actor);
        let creator_channels = channel_members::channel_ids(self.access.read(&own), own.id()).await?.into();
        write.commit(Event::EmojiAdded { emoji: emoji.clone(), creator_channels }).await?;
        Ok(emoji)
    }

    pub(super) fn require_custom_emoji(&self) -> Result<()> {
        if self.settings().posts.custom_emoji { Ok(()) } else { Err(codes::DISABLED.into()) }
    }
}

fn check_name(name: &str) -> Result<()> {
    if !emoji::is_valid_name(name) {
        return Err(codes::INVALID_NAME.into());
    }
    if emoji::is_system(name) { Err(codes::SYSTEM_NAME.into()) } else { Ok(()) }
}
