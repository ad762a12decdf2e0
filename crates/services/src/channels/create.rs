//! Creating a public or private channel with its creator as the first member.

use guildhall_model::channel::{Channel, ChannelKind};
use guildhall_model::codes::{channels as codes, context, teams};
use guildhall_model::id::{ChannelId, TeamId};
use guildhall_model::{Actor, Event, Events, Millis, Permission, Result};
use guildhall_storage::usage::{self, Counted};
use guildhall_storage::{Granted, Statement, Write as WriteVerb, channel_members, channels, team_members, users};

use super::new_channel_member;
use super::notice::Notice;
use crate::access::Write;
use crate::boxed;
use crate::channels::Channels;

#[derive(Debug, Clone)]
pub struct NewChannel {
    pub team_id: TeamId,
    pub kind: ChannelKind,
    pub name: String,
    pub display_name: String,
    pub header: String,
    pub purpose: String,
}

impl Channels<'_> {
    #[boxed]
    pub async fn create_channel(&self, actor: &Actor, new: NewChannel) -> Result<Channel> {
        let needed = match new.kind {
            ChannelKind::Public => Permission::CreatePublicChannel,
            ChannelKind::Private => Permission::CreatePrivateChannel,
            ChannelKind::Direct | ChannelKind::Group => return Err(codes::KIND_IS_DIRECT.into()),
        };
        let grant = self.access.team(actor, new.team_id, needed).await?;
        let db = self.access.read(&grant);
        if !grant.team.delete_at.is_zero() {
            return Err(teams::ARCHIVED.into());
        }
        let channel = self.new_channel(actor, new);
        channel.check()?;
        let max = self.settings().teams.max_channels;
        let count = channels::count_in_team(db, grant.id()).await?;
        if count >= max {
            return Err(codes::TEAM_FULL.with("max", max));
        }

        let mut write = self.access.write(&grant, "channels.create");
        write.detail("channel_id", channel.id);
        write.detail("type", channel.kind.name());
        write.detail("name", &channel.name);
        let (insert, id) = channels::insert(grant.write_id(), &channel);
        write.push(insert);
        if usage::is_near(count, 1, max) {
            write.extend(self.guard_channels_in(grant.team.id));
        }
        self.count_created(&mut write, actor, id, Counted::ChannelsOf(actor.user_id));
        if grant.member.is_none() {
            write.commit(Events::none("the channel has no members: its creator is not in the team")).await?;
            return Ok(channel);
        }
        let creator = users::get(db, actor.user_id).await?.ok_or(context::PERMISSIONS)?;
        write.push(team_members::guard_membership(grant.team.id, creator.id));
        write.push(channel_members::insert(id, &new_channel_member(&channel, &creator, true, channel.create_at)));
        let mut events = vec![Event::ChannelCreated { channel: channel.clone(), user_id: creator.id }];
        self.add_notice(&mut write, &mut events, (id, &channel), Notice::joined_channel(&creator));
        write.commit(events).await?;
        Ok(channel)
    }

    /// Fails the batch where the team has too many channels.
    pub(crate) fn guard_channels_in(&self, team: TeamId) -> [Statement; 2] {
        usage::guard(Counted::ChannelsIn(team), self.settings().teams.max_channels, codes::TEAM_FULL)
    }

    /// Notes who made a channel. Fails the batch where they made too many.
    pub(crate) fn count_created(&self, write: &mut Write<'_>, actor: &Actor, channel: Granted<ChannelId, WriteVerb>, what: Counted) {
        let settings = self.settings();
        let (max, code) = match what {
            Counted::GroupChannelsOf(_) => (settings.quotas.group_channels_per_user, codes::GROUPS_TOO_MANY),
            _ => (settings.quotas.channels_per_user, codes::CREATED_TOO_MANY),
        };
        if actor.has_account() {
            write.push(channels::set_creator(channel, actor.user_id));
            write.extend(usage::guard(what, max, code));
        }
    }

    /// As it is inserted; the caller checks it.
    pub(crate) fn new_channel(&self, actor: &Actor, new: NewChannel) -> Channel {
        let now = self.clock.now();
        Channel {
            id: self.ids.next(),
            create_at: now,
            update_at: now,
            delete_at: Millis::ZERO,
            team_id: Some(new.team_id),
            kind: new.kind,
            name: new.name,
            display_name: new.display_name.trim().to_owned(),
            header: new.header,
            purpose: new.purpose,
            creator_id: Some(actor.user_id),
            last_post_at: Millis::ZERO,
            last_root_post_at: Millis::ZERO,
            total_msg_count: 0,
            total_msg_count_root: 0,
            scheme_id: None,
        }
    }
}
