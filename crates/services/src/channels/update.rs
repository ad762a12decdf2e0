//! Changing a channel's names and texts.

use guildhall_model::channel::Channel;
use guildhall_model::codes::{channels as codes, context};
use guildhall_model::id::ChannelId;
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::{channels, users};

use super::notice::Notice;
use crate::access::{ChannelGrant, Writing};
use crate::boxed;
use crate::channels::Channels;
use crate::retry::retried;

/// What is to be another; `None` stays as it is.
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
        retried!(self.write_channel_patch(actor, id, &patch))
    }

    async fn write_channel_patch(&self, actor: &Actor, id: ChannelId, patch: &ChannelPatch) -> Result<Channel> {
        let (public, private) = (Permission::ManagePublicChannelProperties, Permission::ManagePrivateChannelProperties);
        let on = self.access.channel_by_kind(actor, id, public, private).await?;
        let mut new = patched(&on.channel, patch)?;
        if new == on.channel {
            return Ok(new);
        }
        new.update_at = self.change_time(&on.channel);
        let by = users::get(self.access.read(&on), actor.user_id).await?.ok_or(context::PERMISSIONS)?;
        let notices = Notice::changes(&by, &on.channel, &new);
        let told = Told { first: vec![Event::ChannelUpdated(new.clone())], notices, ..Told::default() };
        self.write_channel(&on, new, told).await
    }

    /// Commits a changed channel and what is told of it, in this order.
    pub(super) async fn write_channel(&self, on: &Writing<ChannelGrant>, channel: Channel, told: Told) -> Result<Channel> {
        let mut write = self.access.write(on);
        write.push(channels::update(on.write_id(), &channel, on.channel.update_at));
        let mut events = told.first;
        for notice in told.notices {
            self.announce(&mut write, &mut events, (on.write_id(), &channel), notice);
        }
        events.extend(told.last);
        write.commit(events).await?;
        Ok(channel)
    }

    /// When a channel changes: after it did before, by which a change meanwhile is recognised.
    pub(super) fn change_time(&self, channel: &Channel) -> Millis {
        self.later_than(channel.update_at)
    }
}

/// What is told of a change: events, messages in the channel, and again events.
#[derive(Default)]
pub(super) struct Told {
    pub first: Vec<Event>,
    pub notices: Vec<Notice>,
    pub last: Vec<Event>,
}

fn patched(old: &Channel, patch: &ChannelPatch) -> Result<Channel> {
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
