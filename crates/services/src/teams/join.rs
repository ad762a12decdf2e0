//! Coming into a team: by oneself, added by somebody, or by an invitation. Members are in the default channels.

use guildhall_model::channel::Channel;
use guildhall_model::codes::teams as codes;
use guildhall_model::id::{InviteId, TeamId, UserId};
use guildhall_model::team::{Team, TeamMember, allows_email};
use guildhall_model::user::User;
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::{channel_members, channels, team_members, teams, users};

use crate::access::{TeamGrant, Writing};
use crate::boxed;
use crate::channels::new_channel_member;
use crate::channels::notice::Notice;
use crate::retry::retried;
use crate::teams::Teams;

/// How many people one request adds.
pub const MEMBERS_PER_REQUEST_MAX: usize = 100;

impl Teams<'_> {
    /// Adds somebody, or joins. Who is a member already stays as they are.
    #[boxed]
    pub async fn add_team_member(&self, actor: &Actor, team: TeamId, user: UserId) -> Result<TeamMember> {
        let mut members = self.add_team_members(actor, team, &[user]).await?;
        match members.pop() {
            Some((_, added)) => added,
            None => Err(codes::USER_NOT_FOUND.into()),
        }
    }

    /// Adds people one after the other; each has their own outcome.
    #[boxed]
    pub async fn add_team_members(&self, actor: &Actor, team: TeamId, users: &[UserId]) -> Result<Vec<(UserId, Result<TeamMember>)>> {
        if users.len() > MEMBERS_PER_REQUEST_MAX {
            return Err(codes::TOO_MANY_USERS.with("max", MEMBERS_PER_REQUEST_MAX));
        }
        let joins_alone = users.iter().all(|user| *user == actor.user_id);
        if joins_alone {
            return self.join_team(actor, team).await.map(|member| vec![(actor.user_id, Ok(member))]);
        }
        let on = self.access.team(actor, team, Permission::AddUserToTeam).await?;
        let mut added = Vec::with_capacity(users.len());
        for user in users {
            added.push((*user, self.put_in_team(&on, *user, Some(actor.user_id)).await));
        }
        Ok(added)
    }

    async fn join_team(&self, actor: &Actor, team: TeamId) -> Result<TeamMember> {
        let on = self.access.team_to_join(actor, team).await?;
        self.put_in_team(&on, actor.user_id, None).await
    }

    /// Joins by an invitation link.
    #[boxed]
    pub async fn add_team_member_from_invite(&self, actor: &Actor, invite: InviteId) -> Result<TeamMember> {
        if actor.is_guest {
            return Err(codes::INVITE_GUEST.into());
        }
        self.join_team_by_invite(actor.user_id, invite).await
    }

    /// Takes somebody into the team of an invitation: also the person of a sign-up that carried one.
    #[boxed]
    pub async fn join_team_by_invite(&self, user: UserId, invite: InviteId) -> Result<TeamMember> {
        let team = self.invited_team(invite).await?;
        let grant = self.access.system("an invitation lets its holder in");
        self.put_in_team(&self.access.team_for(&grant, team), user, None).await
    }

    /// The team of an invitation that is still good: sign-up asks before it makes an account.
    #[boxed]
    pub async fn invited_team(&self, invite: InviteId) -> Result<Team> {
        let grant = self.access.system("an invitation is for whoever holds it");
        let found = teams::by_invite(self.access.read(&grant), invite).await?;
        self.access.open(&grant, found).filter(|team| team.delete_at.is_zero()).ok_or_else(|| codes::NOT_FOUND_BY_INVITE.into())
    }

    /// Makes somebody a member whom the caller has found allowed to come; `by` is who added them, `None` where they
    /// came themselves.
    pub(crate) async fn put_in_team(&self, on: &Writing<TeamGrant>, user: UserId, by: Option<UserId>) -> Result<TeamMember> {
        let by = match by.filter(|by| *by != user) {
            Some(by) => users::get(self.access.read(on), by).await?,
            None => None,
        };
        retried!(async {
            let user = users::get(self.access.read(on), user).await?.ok_or(codes::USER_NOT_FOUND)?;
            check_may_join(&on.team, &user)?;
            self.write_joining_team(on, &user, by.as_ref()).await
        })
    }

    async fn write_joining_team(&self, on: &Writing<TeamGrant>, user: &User, by: Option<&User>) -> Result<TeamMember> {
        let db = self.access.read(on);
        let before = team_members::get(db, on.id(), user.id).await?;
        if let Some(member) = before.as_ref().filter(|member| member.delete_at.is_zero()) {
            return Ok(member.clone());
        }
        if team_members::count(db, on.id()).await? >= self.settings().teams.max_members {
            return Err(codes::FULL.into());
        }
        let (team, now) = (on.write_id(), self.clock.now());
        let member = new_team_member(on.team.id, user, false, now);
        let mut write = self.access.write(on);
        // Whether they come as a guest goes by the roles that were read.
        write.push(users::hold(user));
        write.push(match before {
            Some(before) => team_members::rejoin(team, &member, before.delete_at),
            None => team_members::insert(team, &member),
        });
        let mut events = vec![Event::AddedToTeam { team_id: on.team.id, user_id: user.id }];
        // Guests are only where somebody put them.
        let defaults = if user.is_guest() { Vec::new() } else { channels::defaults(db, on.id()).await? };
        for channel in defaults {
            let Some(id) = team.default_channel(&channel) else { continue };
            write.push(channel_members::ensure(id, &new_channel_member(&channel, user, false, now)));
            events.push(Event::UserAdded { channel: channel.clone(), user_id: user.id });
            self.channels().announce(&mut write, &mut events, (id, &channel), arrival(&channel, by, user));
        }
        write.commit(events).await?;
        Ok(member)
    }
}

/// How a default channel hears of somebody new in the team. They came to the team, so it is no mention to them.
fn arrival(channel: &Channel, by: Option<&User>, user: &User) -> Notice {
    match (by, channel.is_default()) {
        (None, true) => Notice::joined_team(user),
        (None, false) => Notice::joined_channel(user),
        (Some(by), true) => Notice::added_to_team(by, user),
        (Some(by), false) => Notice::added_to_channel(by, user),
    }
}

fn check_may_join(team: &Team, user: &User) -> Result<()> {
    if !team.delete_at.is_zero() {
        return Err(codes::ARCHIVED.into());
    }
    if !user.is_active() {
        return Err(codes::USER_INACTIVE.into());
    }
    if !user.is_bot && !allows_email(&team.allowed_domains, &user.email) {
        return Err(codes::DOMAIN_NOT_ALLOWED.into());
    }
    Ok(())
}

pub(crate) fn new_team_member(team: TeamId, user: &User, is_admin: bool, now: Millis) -> TeamMember {
    TeamMember {
        team_id: team,
        user_id: user.id,
        scheme_guest: user.is_guest(),
        scheme_user: !user.is_guest(),
        scheme_admin: is_admin && !user.is_guest(),
        explicit_roles: String::new(),
        create_at: now,
        delete_at: Millis::ZERO,
    }
}
