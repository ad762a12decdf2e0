//! Joining a team: by oneself, added by another user, or by invitation. New members join the default channels.

use std::collections::HashSet;

use guildhall_model::channel::Channel;
use guildhall_model::codes::{groups, teams as codes};
use guildhall_model::id::{ChannelId, InviteId, TeamId, UserId};
use guildhall_model::team::{Team, TeamMember};
use guildhall_model::user::User;
use guildhall_model::user::rules::is_in_domains;
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::posts::recount;
use guildhall_storage::usage::{self, Counted};
use guildhall_storage::{self as storage, Granted, channel_members, channels, invitations, team_members, teams, users};

use crate::access::{Origin, SystemGrant, TeamGrant, Write, Writing};
use crate::boxed;
use crate::channels::new_channel_member;
use crate::channels::notice::Notice;
use crate::groups::GroupAdmission;
use crate::invitations::UsableInvitation;
use crate::retry::retry_on_conflict;
use crate::teams::Teams;

/// Limit of users added per request.
pub const MEMBERS_PER_REQUEST_MAX: usize = 100;

/// How a user becomes a member.
#[derive(Clone, Copy)]
pub(crate) enum Admission<'a> {
    AddedBy(UserId),
    /// By the permission to join.
    Joined,
    /// By the team's own link.
    ByInvite(InviteId),
    ByInvitation(&'a UsableInvitation),
    /// By a link of a group that they are in.
    ByGroup(&'a GroupAdmission),
}

impl Teams<'_> {
    /// Adds a user, or joins. Existing members are left unchanged.
    #[boxed]
    pub async fn add_team_member(&self, actor: &Actor, team: TeamId, user: UserId) -> Result<TeamMember> {
        let mut members = self.add_team_members(actor, team, &[user]).await?;
        match members.pop() {
            Some((_, added)) => added,
            None => Err(codes::USER_NOT_FOUND.into()),
        }
    }

    /// Adds users one after the other, with a result for each.
    #[boxed]
    pub async fn add_team_members(&self, actor: &Actor, team: TeamId, users: &[UserId]) -> Result<Vec<(UserId, Result<TeamMember>)>> {
        if users.len() > MEMBERS_PER_REQUEST_MAX {
            return Err(codes::TOO_MANY_USERS.with("max", MEMBERS_PER_REQUEST_MAX));
        }
        let is_self_join = users.iter().all(|user| *user == actor.user_id);
        if is_self_join {
            return self.join_team(actor, team).await.map(|member| vec![(actor.user_id, Ok(member))]);
        }
        let grant = self.access.team(actor, team, Permission::AddUserToTeam).await?;
        let mut added = Vec::with_capacity(users.len());
        for user in users {
            added.push((*user, self.insert_member(&grant, *user, Admission::AddedBy(actor.user_id)).await));
        }
        Ok(added)
    }

    async fn join_team(&self, actor: &Actor, team: TeamId) -> Result<TeamMember> {
        let grant = self.access.team_to_join(actor, team).await?;
        self.insert_member(&grant, actor.user_id, Admission::Joined).await
    }

    /// Joins by an invitation link.
    #[boxed]
    pub async fn add_team_member_from_invite(&self, actor: &Actor, invite: InviteId) -> Result<TeamMember> {
        if actor.is_guest {
            return Err(codes::INVITE_GUEST.into());
        }
        self.join_team_by_invite(actor.user_id, invite).await
    }

    /// Adds the user to the team of the invitation; also called by a sign-up with an invitation. The invitation that was valid
    /// when the user was removed from the team does not admit them again; a new one does.
    #[boxed]
    pub async fn join_team_by_invite(&self, user: UserId, invite: InviteId) -> Result<TeamMember> {
        let team = self.invited_team(invite).await?;
        let grant = self.access.system("an invitation authorizes its holder to join");
        self.insert_member(&self.access.team_for_system(&grant, team), user, Admission::ByInvite(invite)).await
    }

    /// Adds the user to the team and the channels of an invitation, which is used up in the same batch.
    #[boxed]
    pub(crate) async fn join_team_by_invitation(&self, user: UserId, usable: &UsableInvitation) -> Result<TeamMember> {
        let grant = self.access.system("an invitation authorizes its holder to join");
        let team = self.access.team_for_system(&grant, usable.team.clone());
        self.insert_member(&team, user, Admission::ByInvitation(usable)).await
    }

    /// The team of a valid invitation; sign-up checks it before it creates the account.
    #[boxed]
    pub async fn invited_team(&self, invite: InviteId) -> Result<Team> {
        let grant = self.access.system("an invitation authorizes its holder");
        let team = teams::by_invite(self.access.read(&grant), invite).await?;
        self.access.open(&grant, team).filter(|team| team.delete_at.is_zero()).ok_or_else(|| codes::NOT_FOUND_BY_INVITE.into())
    }

    /// Makes the user a member; the caller has checked the permission.
    pub(crate) async fn insert_member(&self, grant: &Writing<TeamGrant>, user: UserId, admission: Admission<'_>) -> Result<TeamMember> {
        let added_by = match admission {
            Admission::AddedBy(adder) if adder != user => users::get(self.access.read(grant), adder).await?,
            Admission::AddedBy(_) | Admission::Joined | Admission::ByInvite(_) | Admission::ByInvitation(_) | Admission::ByGroup(_) => None,
        };
        retry_on_conflict(|| async {
            let user = users::get(self.access.read(grant), user).await?.ok_or(codes::USER_NOT_FOUND)?;
            check_may_join(&grant.team, &user)?;
            if user.is_guest() && matches!(admission, Admission::ByGroup(_)) {
                return Err(groups::GUEST.into());
            }
            self.try_insert_member(grant, &user, admission, added_by.as_ref()).await
        })
        .await
    }

    async fn try_insert_member(
        &self,
        grant: &Writing<TeamGrant>,
        user: &User,
        admission: Admission<'_>,
        added_by: Option<&User>,
    ) -> Result<TeamMember> {
        let db = self.access.read(grant);
        let before = team_members::get(db, grant.id(), user.id).await?;
        if let Some(member) = before.as_ref().filter(|member| member.delete_at.is_zero()) {
            if let Admission::ByInvitation(usable) = admission {
                self.join_channels_of_invitation(grant, user, usable).await?;
            }
            return Ok(member.clone());
        }
        // Read after the membership, which is written only if it is unchanged: a concurrent removal is noticed.
        if let Some(before) = &before {
            self.check_not_removed(grant, before, admission).await?;
        }
        let (count, max) = (team_members::count(db, grant.id()).await?, self.settings().teams.max_members);
        if count >= max {
            return Err(codes::FULL.into());
        }
        let (team, now) = (grant.write_id(), self.clock.now());
        let member = new_team_member(&grant.team, user, false, now);
        let mut write = self.access.write(grant, "teams.add_member");
        if matches!(admission, Admission::ByInvite(_) | Admission::ByInvitation(_)) {
            write = write.recorded_as(Origin { user_id: Some(user.id), ..Origin::default() });
            write.detail("by", "invitation");
        }
        if let Admission::ByGroup(group) = admission {
            group.begin(&mut write);
        }
        write.detail("user_id", user.id);
        // Whether they join as a guest is derived from the roles that were read.
        write.push(users::guard_roles(user));
        write.push(match before {
            Some(before) => team_members::rejoin(team, &member, before.delete_at),
            None => team_members::insert(team, &member),
        });
        if usage::is_near(count, 1, max) {
            write.extend(usage::guard(Counted::MembersOf(grant.team.id), max, codes::FULL));
        }
        let mut events = vec![Event::AddedToTeam { team_id: grant.team.id, user_id: user.id }];
        // Guests do not join default channels; they are added to channels explicitly.
        let defaults = if user.is_guest() { Vec::new() } else { channels::defaults(db, grant.id()).await? };
        for channel in &defaults {
            let Some(id) = team.default_channel(channel) else { continue };
            // A group may have thousands of members: who joins by it is not announced one by one.
            let notice = (!matches!(admission, Admission::ByGroup(_))).then(|| join_notice(channel, added_by, user));
            self.add_channel_member(&mut write, &mut events, (id, channel), user, notice);
        }
        if let Admission::ByInvitation(usable) = admission {
            let is_default = |channel: &Channel| defaults.iter().any(|default| default.id == channel.id);
            let others: Vec<&Channel> = usable.channels.iter().filter(|channel| !is_default(channel)).collect();
            self.add_invitation(&mut write, &mut events, usable, user, &others).await?;
        }
        write.commit(events).await?;
        if matches!(admission, Admission::ByInvitation(_)) {
            self.counters.invitations_used.increment();
        }
        Ok(member)
    }

    /// An invitation that was made before the user was removed by somebody else does not admit them again, and neither does one by
    /// which they have come before.
    async fn check_not_removed(&self, grant: &Writing<TeamGrant>, before: &TeamMember, admission: Admission<'_>) -> Result<()> {
        let db = self.access.read(grant);
        let is_rejected = match admission {
            Admission::ByInvite(invite) => team_members::removed_invite(db, grant.id(), before.user_id).await? == Some(invite),
            Admission::ByInvitation(usable) => invitations::is_used_by(db, grant.id(), usable.invitation.id, before.user_id).await?,
            Admission::AddedBy(_) | Admission::Joined | Admission::ByGroup(_) => false,
        };
        if is_rejected { Err(codes::INVITE_OF_REMOVED.into()) } else { Ok(()) }
    }

    /// For a member of the team: the channels that they are not in yet. The invitation is not used up where there is none. Who has
    /// come by it before, or was removed from one of its channels since it was made, does not come by it again.
    async fn join_channels_of_invitation(&self, grant: &Writing<TeamGrant>, user: &User, usable: &UsableInvitation) -> Result<()> {
        let mine: HashSet<ChannelId> = {
            let system = self.access.system("an invitation authorizes its holder to join its channels");
            channel_members::channel_ids(self.access.read(&system), system.id(user.id)).await?.into_iter().collect()
        };
        let new: Vec<&Channel> = usable.channels.iter().filter(|channel| !mine.contains(&channel.id)).collect();
        let is_used = invitations::is_used_by(self.access.read(grant), grant.id(), usable.invitation.id, user.id).await?;
        if new.is_empty() || is_used {
            return Ok(());
        }
        let mut write = self.access.write(grant, "teams.join_channels_of_invitation");
        write = write.recorded_as(Origin { user_id: Some(user.id), ..Origin::default() });
        write.detail("user_id", user.id);
        write.push(users::guard_roles(user));
        write.push(team_members::guard_membership(grant.team.id, user.id));
        let mut events = Vec::new();
        self.add_invitation(&mut write, &mut events, usable, user, &new).await?;
        write.commit(events).await?;
        self.counters.invitations_used.increment();
        Ok(())
    }

    /// Uses the invitation up, and adds the user to these of its channels.
    async fn add_invitation(
        &self,
        write: &mut Write<'_>,
        events: &mut Vec<Event>,
        usable: &UsableInvitation,
        user: &User,
        channels: &[&Channel],
    ) -> Result<()> {
        let system = self.access.system("an invitation authorizes its holder to join its channels");
        write.detail("invitation_id", usable.invitation.id);
        write.extend(self.invitations().consume_invitation(&system, &usable.invitation, user.id).await?);
        for channel in channels {
            let notice = join_notice(channel, None, user);
            self.add_channel_member(write, events, (system.write_id(channel.id), channel), user, Some(notice));
        }
        Ok(())
    }

    /// Makes the server's own bot a member of the channel that administrators have chosen for it, and of its team.
    pub(crate) async fn add_bot_of_server(&self, system: &Writing<SystemGrant>, bot: &User, channel: &Channel) -> Result<()> {
        let db = self.access.read(system);
        let id = system.write_id(channel.id);
        if channel_members::get(db, id.to_read(), bot.id).await?.is_some() {
            return Ok(());
        }
        let team = channel.team_id.ok_or(codes::NOT_FOUND)?;
        let team = teams::get(db, system.id(team)).await?.ok_or(codes::NOT_FOUND)?;
        let team = self.access.team_for_system(system, team);
        self.insert_member(&team, bot.id, Admission::Joined).await?;
        // The channel may be one that new members of the team are in.
        if channel_members::get(db, id.to_read(), bot.id).await?.is_some() {
            return Ok(());
        }
        let mut write = self.access.write(&team, "channels.add_member");
        write.detail("channel_id", channel.id);
        write.detail("user_id", bot.id);
        write.push(users::guard_roles(bot));
        write.push(team_members::guard_membership(team.team.id, bot.id));
        let mut events = Vec::new();
        self.add_channel_member(&mut write, &mut events, (id, channel), bot, None);
        write.commit(events).await
    }

    fn add_channel_member(
        &self,
        write: &mut Write<'_>,
        events: &mut Vec<Event>,
        (id, channel): (Granted<ChannelId, storage::Write>, &Channel),
        user: &User,
        notice: Option<Notice>,
    ) {
        write.push(channel_members::insert_if_absent(id, &new_channel_member(channel, user, false, self.clock.now())));
        events.push(Event::UserAdded { channel: channel.clone(), user_id: user.id });
        if let Some(notice) = notice {
            self.channels().add_notice(write, events, (id, channel), notice);
        }
        write.push(recount::recount_read_of_new_member(id, user.id));
    }

    /// The default channels of the user's teams, for a guest who has become a member.
    pub(crate) async fn join_default_channels(&self, user: &User) -> Result<()> {
        let system = self.access.system("members of a team are in its default channels");
        let db = self.access.read(&system);
        let mine: HashSet<ChannelId> = channel_members::channel_ids(db, system.id(user.id)).await?.into_iter().collect();
        for team in team_members::team_ids(db, system.id(user.id)).await? {
            let id = system.write_id(team);
            let defaults = channels::defaults(db, id.to_read()).await?;
            let mut write = self.access.write(&system, "teams.join_default_channels");
            write.push(users::guard_roles(user));
            write.push(team_members::guard_membership(team, user.id));
            let mut events = Vec::new();
            for channel in defaults.iter().filter(|channel| !mine.contains(&channel.id)) {
                let Some(id) = id.default_channel(channel) else { continue };
                let notice = join_notice(channel, None, user);
                self.add_channel_member(&mut write, &mut events, (id, channel), user, Some(notice));
            }
            if !events.is_empty() {
                write.commit(events).await?;
            }
        }
        Ok(())
    }
}

/// The notice in a default channel about a new team member. It does not mention them, because they joined the team.
fn join_notice(channel: &Channel, added_by: Option<&User>, user: &User) -> Notice {
    match (added_by, channel.is_default()) {
        (None, true) => Notice::joined_team(user),
        (None, false) => Notice::joined_channel(user),
        (Some(adder), true) => Notice::added_to_team(adder, user),
        (Some(adder), false) => Notice::added_to_channel(adder, user),
    }
}

fn check_may_join(team: &Team, user: &User) -> Result<()> {
    if !team.delete_at.is_zero() {
        return Err(codes::ARCHIVED.into());
    }
    if !user.is_active() {
        return Err(codes::USER_INACTIVE.into());
    }
    // Guests come from elsewhere; `guests.allowed_domains` is for them.
    if !user.is_bot && !user.is_guest() && !is_in_domains(&user.email, &team.allowed_domains) {
        return Err(codes::DOMAIN_NOT_ALLOWED.into());
    }
    Ok(())
}

pub(crate) fn new_team_member(team: &Team, user: &User, is_admin: bool, now: Millis) -> TeamMember {
    TeamMember {
        team_id: team.id,
        user_id: user.id,
        scheme_guest: user.is_guest(),
        scheme_user: !user.is_guest(),
        scheme_admin: is_admin && !user.is_guest(),
        explicit_roles: String::new(),
        create_at: now,
        delete_at: Millis::ZERO,
        scheme_id: team.scheme_id,
    }
}
