//! Changing a channel's name, display name, header and purpose.

use guildhall_model::channel::Channel;
use guildhall_model::codes::{channels as codes, context};
use guildhall_model::id::ChannelId;
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::{Statement, channels, users};

use super::notice::Notice;
use crate::access::{ChannelGrant, Writing};
use crate::boxed;
use crate::channels::Channels;
use crate::retry::retry_on_conflict;

/// Fields that are `None` are not changed.
#[derive(Debug, Clone, Default)]
pub struct ChannelPatch {
    pub name: Option<String>,
    pub display_name: Option<String>,
    pub header: Option<String>,
    pub purpose: Option<String>,
}

impl Channels<'_> {
    #[boxed]
    pub async fn patch_channel(&self, actor: &Actor, id: ChannelId, patch: ChannelPatch) -> Result<Channel> {
        retry_on_conflict(|| self.write_channel_patch(actor, id, &patch)).await
    }

    async fn write_channel_patch(&self, actor: &Actor, id: ChannelId, patch: &ChannelPatch) -> Result<Channel> {
        let (public, private) = (Permission::ManagePublicChannelProperties, Permission::ManagePrivateChannelProperties);
        let grant = self.access.channel_by_kind(actor, id, public, private).await?;
        if grant.is_archived() {
            return Err(codes::ARCHIVED.into());
        }
        let mut new = apply_patch(&grant.channel, patch)?;
        if new == grant.channel {
            return Ok(new);
        }
        new.update_at = self.change_time(&grant.channel);
        let author = users::get(self.access.read(&grant), actor.user_id).await?.ok_or(context::PERMISSIONS)?;
        let notices = Notice::changes(&author, &grant.channel, &new);
        let published = Published { before_notices: vec![Event::ChannelUpdated(new.clone())], notices, ..Published::default() };
        self.write_channel((&grant, "channels.patch"), new, published).await
    }

    /// Commits a changed channel with its events and notices.
    pub(super) async fn write_channel(
        &self,
        (grant, action): (&Writing<ChannelGrant>, &'static str),
        channel: Channel,
        published: Published,
    ) -> Result<Channel> {
        let (before, mut write) = (&grant.channel, self.access.write(grant, action));
        write.changed("type", before.kind.name(), channel.kind.name());
        write.changed("name", &before.name, &channel.name);
        write.changed("display_name", &before.display_name, &channel.display_name);
        for (name, old, new) in [("header", &before.header, &channel.header), ("purpose", &before.purpose, &channel.purpose)] {
            if old != new {
                write.detail("changed", name);
            }
        }
        write.push(channels::update(grant.write_id(), &channel, grant.channel.update_at));
        write.extend(published.guards);
        let mut events = published.before_notices;
        for notice in published.notices {
            self.add_notice(&mut write, &mut events, (grant.write_id(), &channel), notice);
        }
        events.extend(published.after_notices);
        write.commit(events).await?;
        Ok(channel)
    }

    /// The new `update_at` of a channel: later than the old one, by which concurrent changes are detected.
    pub(super) fn change_time(&self, channel: &Channel) -> Millis {
        self.now_after(channel.update_at)
    }
}

/// What is published for a change of a channel, in this order, and what the change requires.
#[derive(Default)]
pub(super) struct Published {
    pub guards: Vec<Statement>,
    pub before_notices: Vec<Event>,
    pub notices: Vec<Notice>,
    pub after_notices: Vec<Event>,
}

fn apply_patch(old: &Channel, patch: &ChannelPatch) -> Result<Channel> {
    if old.is_archived() {
        return Err(codes::ARCHIVED.into());
    }
    let text = |new: &Option<String>, old: &String| new.clone().unwrap_or_else(|| old.clone());
    let new = Channel {
        name: text(&patch.name, &old.name),
        display_name: text(&patch.display_name, &old.display_name).trim().to_owned(),
        header: text(&patch.header, &old.header),
        purpose: text(&patch.purpose, &old.purpose),
        ..old.clone()
    };
    if old.kind.is_personal() {
        if new.name != old.name || new.display_name != old.display_name {
            return Err(context::INVALID_PARAM.with("name", "name"));
        }
        new.check_texts()?;
        return Ok(new);
    }
    if old.is_default() && new.name != old.name {
        return Err(codes::RENAME_DEFAULT.into());
    }
    new.check()?;
    Ok(new)
}
