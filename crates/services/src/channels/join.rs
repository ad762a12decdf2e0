//! Joining a public channel, and adding users to a channel.

use guildhall_model::channel::ChannelMember;
use guildhall_model::codes::{channels as codes, groups, teams};
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_model::user::User;
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::posts::recount;
use guildhall_storage::{channel_members, channels, team_members, users};

use super::new_channel_member;
use super::notice::Notice;
use crate::access::{ChannelGrant, SystemGrant, Writing};
use crate::boxed;
use crate::channels::Channels;
use crate::groups::GroupAdmission;
use crate::retry::retry_on_conflict;

/// Most users that one request adds.
pub const MEMBERS_PER_REQUEST_MAX: usize = 1000;

impl Channels<'_> {
    /// Adds users, or joins if the actor is the only one. Existing memberships are not changed.
    #[boxed]
    pub async fn add_channel_members(&self, actor: &Actor, channel: ChannelId, users: &[UserId]) -> Result<Vec<ChannelMember>> {
        if users.len() > MEMBERS_PER_REQUEST_MAX {
            return Err(codes::TOO_MANY.with("max", MEMBERS_PER_REQUEST_MAX));
        }
        let grant = self.authorize_adding(actor, channel, users).await?;
        let author = self.acting_user(&grant, actor).await?;
        let mut members = Vec::with_capacity(users.len());
        for user in users {
            members.push(self.add_member(&grant, &author, *user).await?);
        }
        Ok(members)
    }

    async fn authorize_adding(&self, actor: &Actor, channel: ChannelId, users: &[UserId]) -> Result<Writing<ChannelGrant>> {
        let is_joining = users.iter().all(|user| *user == actor.user_id);
        let public = if is_joining { Permission::JoinPublicChannels } else { Permission::ManagePublicChannelMembers };
        let grant = self.access.channel_by_kind(actor, channel, public, Permission::ManagePrivateChannelMembers).await?;
        if grant.channel.kind.is_personal() {
            return Err(codes::MEMBERS_OF_DIRECT.into());
        }
        if grant.is_archived() { Err(codes::JOIN_ARCHIVED.into()) } else { Ok(grant) }
    }

    async fn add_member(&self, grant: &Writing<ChannelGrant>, author: &User, user: UserId) -> Result<ChannelMember> {
        let db = self.access.read(grant);
        let team = grant.channel.team_id.ok_or(codes::MEMBERS_OF_DIRECT)?;
        retry_on_conflict(|| async {
            let user = users::get(db, user).await?.filter(|user| user.is_active()).ok_or(teams::MEMBER_NOT_FOUND)?;
            self.write_new_member(grant, team, author, &user).await
        })
        .await
    }

    async fn write_new_member(&self, grant: &Writing<ChannelGrant>, team: TeamId, author: &User, user: &User) -> Result<ChannelMember> {
        if let Some(member) = channel_members::get(self.access.read(grant), grant.id(), user.id).await? {
            return Ok(member);
        }
        let member = ChannelMember { scheme_id: grant.scheme_id(), ..new_channel_member(&grant.channel, user, false, self.clock.now()) };
        let mut write = self.access.write(grant, "channels.add_member");
        write.detail("user_id", user.id);
        // Conflicts if the roles change concurrently: they decide whether the user is added as a guest.
        write.push(users::guard_roles(user));
        write.push(team_members::guard_membership(team, user.id));
        write.push(channel_members::insert(grant.write_id(), &member));
        let mut events = vec![Event::UserAdded { channel: grant.channel.clone(), user_id: user.id }];
        let notice = match author.id == user.id {
            true => Notice::joined_channel(user),
            false => Notice::added_to_channel(author, user).mentioning(user),
        };
        self.add_notice(&mut write, &mut events, (grant.write_id(), &grant.channel), notice);
        write.push(recount::recount_read_of_new_member(grant.write_id(), user.id));
        write.commit(events).await?;
        Ok(member)
    }

    /// Adds somebody by a link of a group, without a notice: a group may have thousands of members. Whoever has linked it or has added
    /// them to the group was asked for the permission.
    pub(crate) async fn add_member_by_group(
        &self,
        grant: &Writing<SystemGrant>,
        channel: ChannelId,
        user: UserId,
        admission: &GroupAdmission,
    ) -> Result<()> {
        retry_on_conflict(|| async {
            let db = self.access.read(grant);
            let channel = self.access.open(grant, channels::get(db, channel).await?).ok_or(groups::LINK_NOT_FOUND)?;
            let team = channel.team_id.ok_or(codes::MEMBERS_OF_DIRECT)?;
            let user = users::get(db, user).await?.filter(User::is_active).ok_or(teams::MEMBER_NOT_FOUND)?;
            if channel.is_archived() {
                return Err(codes::JOIN_ARCHIVED.into());
            }
            if user.is_guest() {
                return Err(groups::GUEST.into());
            }
            let id = grant.write_id(channel.id);
            let mut write = self.access.write(grant, "channels.add_member");
            let mut events = Vec::new();
            if channel_members::get(db, id.to_read(), user.id).await?.is_some() {
                write.extend(admission.statements.iter().cloned());
            } else {
                admission.begin(&mut write);
                write.detail("channel_id", channel.id);
                write.detail("user_id", user.id);
                write.push(users::guard_roles(&user));
                write.push(team_members::guard_membership(team, user.id));
                write.push(channel_members::insert(id, &new_channel_member(&channel, &user, false, self.clock.now())));
                write.push(recount::recount_read_of_new_member(id, user.id));
                events.push(Event::UserAdded { channel, user_id: user.id });
            }
            write.commit(events).await
        })
        .await
    }
}
