//! Coming into a channel: by oneself into a public one, or added by somebody.

use guildhall_model::channel::ChannelMember;
use guildhall_model::codes::{channels as codes, teams};
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_model::user::User;
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::{channel_members, team_members, users};

use super::new_channel_member;
use super::notice::Notice;
use crate::access::{ChannelGrant, Writing};
use crate::boxed;
use crate::channels::Channels;
use crate::retry::retried;

/// How many people one request adds.
pub const MEMBERS_PER_REQUEST_MAX: usize = 1000;

impl Channels<'_> {
    /// Adds people (or joins); who is in the channel already stays as they are.
    #[boxed]
    pub async fn add_channel_members(&self, actor: &Actor, channel: ChannelId, users: &[UserId]) -> Result<Vec<ChannelMember>> {
        if users.len() > MEMBERS_PER_REQUEST_MAX {
            return Err(codes::TOO_MANY.with("max", MEMBERS_PER_REQUEST_MAX));
        }
        let on = self.may_add(actor, channel, users).await?;
        let by = self.person_of(&on, actor).await?;
        let mut members = Vec::with_capacity(users.len());
        for user in users {
            members.push(self.put_in_channel(&on, &by, *user).await?);
        }
        Ok(members)
    }

    async fn may_add(&self, actor: &Actor, channel: ChannelId, users: &[UserId]) -> Result<Writing<ChannelGrant>> {
        let joins_alone = users.iter().all(|user| *user == actor.user_id);
        let public = if joins_alone { Permission::JoinPublicChannels } else { Permission::ManagePublicChannelMembers };
        let on = self.access.channel_by_kind(actor, channel, public, Permission::ManagePrivateChannelMembers).await?;
        if on.channel.kind.is_personal() {
            return Err(codes::MEMBERS_OF_DIRECT.into());
        }
        if on.channel.is_archived() { Err(codes::JOIN_ARCHIVED.into()) } else { Ok(on) }
    }

    async fn put_in_channel(&self, on: &Writing<ChannelGrant>, by: &User, user: UserId) -> Result<ChannelMember> {
        let db = self.access.read(on);
        let team = on.channel.team_id.ok_or(codes::MEMBERS_OF_DIRECT)?;
        retried!(async {
            let user = users::get(db, user).await?.filter(|user| user.is_active()).ok_or(teams::MEMBER_NOT_FOUND)?;
            self.write_joining_channel(on, team, by, &user).await
        })
    }

    async fn write_joining_channel(&self, on: &Writing<ChannelGrant>, team: TeamId, by: &User, user: &User) -> Result<ChannelMember> {
        if let Some(member) = channel_members::get(self.access.read(on), on.id(), user.id).await? {
            return Ok(member);
        }
        let member = new_channel_member(&on.channel, user, false, self.clock.now());
        let mut write = self.access.write(on);
        // Whether they come as a guest goes by the roles that were read.
        write.push(users::hold(user));
        write.push(team_members::still_in(team, user.id));
        write.push(channel_members::insert(on.write_id(), &member));
        let mut events = vec![Event::UserAdded { channel: on.channel.clone(), user_id: user.id }];
        let notice = if by.id == user.id { Notice::joined_channel(user) } else { Notice::added_to_channel(by, user).mentioning(user) };
        self.announce(&mut write, &mut events, (on.write_id(), &on.channel), notice);
        write.commit(events).await?;
        Ok(member)
    }
}
