//! Applies published membership changes, and replays the backlog when memberships have been loaded.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::Arc;

use guildhall_model::id::{ChannelId, TeamId, UserId, membership_digest};

use super::fanout::Fanout;
use super::{JoinedRooms, LoadNumber, MembershipState, PendingLoad, PendingLoads, State, User};
use crate::audience::Scope;
use crate::connection::Connection;
use crate::memberships::Memberships;
use crate::message::HubMessage;
use crate::outbound::CloseReason;
use crate::rooms::{RoomSlots, UserSlot};

impl State {
    pub(super) fn join_channel(&mut self, user: UserId, channel: ChannelId) {
        let Self { users, user_slots, channels, .. } = self;
        if let Some((slot, joined)) = joined_rooms(users, user_slots, user)
            && channels.join(channel, slot, &mut joined.channels)
        {
            joined.digest += membership_digest(&channel);
        }
    }

    pub(super) fn leave_channel(&mut self, user: UserId, channel: ChannelId) {
        let Self { users, user_slots, channels, .. } = self;
        if let Some((slot, joined)) = joined_rooms(users, user_slots, user)
            && channels.leave(channel, slot, &mut joined.channels)
        {
            joined.digest -= membership_digest(&channel);
        }
    }

    pub(super) fn join_team(&mut self, user: UserId, team: TeamId) {
        let Self { users, user_slots, teams, .. } = self;
        if let Some((slot, joined)) = joined_rooms(users, user_slots, user)
            && teams.join(team, slot, &mut joined.teams)
        {
            joined.digest += membership_digest(&team);
        }
    }

    pub(super) fn leave_team(&mut self, user: UserId, team: TeamId) {
        let Self { users, user_slots, teams, .. } = self;
        if let Some((slot, joined)) = joined_rooms(users, user_slots, user)
            && teams.leave(team, slot, &mut joined.teams)
        {
            joined.digest -= membership_digest(&team);
        }
    }

    pub(crate) fn memberships_digest(&self, user: UserId) -> Option<i64> {
        self.user(user)?.memberships_digest()
    }

    /// Forgets the memberships of a user. Returns the user's connections, each of which waits for a load from now on; none where
    /// they wait already.
    pub(crate) fn begin_reload(&mut self, user: UserId) -> Vec<(Arc<Connection>, LoadNumber)> {
        let Self { users, user_slots, channels, teams, backlog, loads_begun, .. } = self;
        let Some((slot, user)) = user_slots.get(&user).and_then(|&slot| Some((slot, users.get_mut(slot as usize)?))) else {
            return Vec::new();
        };
        let MembershipState::Loaded(joined) = &mut user.memberships else { return Vec::new() };
        tracing::trace!(user = %user.id, "forgotten");
        let JoinedRooms { channels: joined_channels, teams: joined_teams, .. } = std::mem::take(&mut **joined);
        joined_channels.into_iter().for_each(|channel| channels.remove_member(channel, slot));
        joined_teams.into_iter().for_each(|team| teams.remove_member(team, slot));
        let load = |connection: &Arc<Connection>| {
            *loads_begun += 1;
            PendingLoad { connection: Arc::clone(connection), number: *loads_begun, start: backlog.begin_load() }
        };
        let loads: PendingLoads = user.connections.iter().map(load).collect();
        let begun = loads.iter().map(|load| (Arc::clone(&load.connection), load.number)).collect();
        user.memberships = MembershipState::Loading(Box::new(loads));
        begun
    }

    /// Sets the memberships that `loader` loaded, and delivers the backlog since the user's first pending load to the
    /// user's connections.
    pub(crate) fn finish_load(&mut self, loader: &Arc<Connection>, number: LoadNumber, loaded: Memberships) {
        // A load is useless if the backlog dropped changes since its start.
        self.discard_truncated_loads(loader.user);
        let Some((slot, user)) = self.user_mut(loader.user) else { return };
        let MembershipState::Loading(loads) = &mut user.memberships else { return };
        if !loads.iter().any(|load| load.number == number) {
            return;
        }
        tracing::trace!(load = number, "loaded");
        let loads = std::mem::take(&mut **loads);
        let (id, is_guest) = (user.id, user.is_guest);
        let current = self.replay((id, is_guest), &loads, loaded);
        let mut joined = JoinedRooms::default();
        joined.channels.reserve_exact(current.channels.len());
        joined.teams.reserve_exact(current.teams.len());
        for channel in current.channels {
            self.channels.add_member(channel, slot, &mut joined.channels);
            joined.digest += membership_digest(&channel);
        }
        for team in current.teams {
            self.teams.add_member(team, slot, &mut joined.teams);
            joined.digest += membership_digest(&team);
        }
        if let Some((_, user)) = self.user_mut(id) {
            user.memberships = MembershipState::Loaded(Box::new(joined));
        }
        for load in loads {
            self.backlog.end_load(load.start);
        }
        self.handle_overflows();
    }

    /// Closes a connection whose load failed, unless another connection of the user has loaded the memberships.
    pub(crate) fn abandon_load(&mut self, loader: &Arc<Connection>, number: LoadNumber) {
        let is_loading = self.user(loader.user).is_some_and(|user| match &user.memberships {
            MembershipState::Loading(loads) => loads.iter().any(|load| load.number == number),
            MembershipState::Loaded(_) => false,
        });
        if is_loading {
            self.discard(loader, CloseReason::MembershipsUnavailable);
        }
    }

    fn discard_truncated_loads(&mut self, user: UserId) {
        let truncated: Vec<_> = match self.user(user).map(|user| &user.memberships) {
            Some(MembershipState::Loading(loads)) => {
                loads.iter().filter(|load| !self.backlog.is_complete_since(load.start)).map(|load| Arc::clone(&load.connection)).collect()
            }
            Some(MembershipState::Loaded(_)) | None => return,
        };
        for connection in truncated {
            self.discard(&connection, CloseReason::MembershipsUnavailable);
        }
    }

    /// Delivers the events held back in the backlog and returns the user's current memberships.
    fn replay(&mut self, (user, is_guest): (UserId, bool), loads: &[PendingLoad], loaded: Memberships) -> ReplayedMemberships {
        let mut current = ReplayedMemberships { channels: sort_and_dedup(loaded.channels), teams: sort_and_dedup(loaded.teams) };
        let Some(start) = loads.iter().map(|load| load.start).min() else { return current };
        let Self { backlog, config, effects, overflows, counts, .. } = self;
        current.rewind(user, backlog.messages_since(start).map(|(_, message)| message));
        for (position, message) in backlog.messages_since(start) {
            let HubMessage::Deliver { frame, audience } = message else {
                current.apply(user, message);
                continue;
            };
            let is_in_scope = match &audience.scope {
                Scope::Everyone | Scope::Connection(_) => true,
                Scope::Users(users) => users.contains(user),
                Scope::Channel(channel) => current.channels.binary_search(channel).is_ok(),
                Scope::Team(team) => current.teams.binary_search(team).is_ok(),
            };
            let is_member = || audience.guests.channels().iter().any(|id| current.channels.binary_search(id).is_ok());
            if !is_in_scope || !audience.guests.admits(is_guest, is_member) || !audience.admits_user(user) {
                continue;
            }
            let mut fanout = Fanout {
                frame,
                audience,
                guest_rooms: RoomSlots::new(),
                config,
                wakers: &mut effects.wakers,
                overflows,
                deliveries: &mut counts.delivered,
            };
            for load in loads.iter().filter(|load| load.start <= position) {
                fanout.deliver_to_connection(&load.connection);
            }
        }
        current
    }
}

/// One user's memberships at a position in the backlog; sorted.
struct ReplayedMemberships {
    channels: Vec<ChannelId>,
    teams: Vec<TeamId>,
}

impl ReplayedMemberships {
    /// Reverts the loaded list to the start of `messages`, since it was read at an unknown position among them: rooms
    /// that a message joins first are removed. Rooms that a message leaves first are not added: a published leave must
    /// never grant access.
    fn rewind<'a>(&mut self, user: UserId, messages: impl Iterator<Item = &'a HubMessage>) {
        let (mut channels, mut teams) = (HashSet::new(), HashSet::new());
        for message in messages {
            match *message {
                HubMessage::JoinChannel { user: member, channel } if member == user && channels.insert(channel) => {
                    remove_sorted(&mut self.channels, channel);
                }
                HubMessage::LeaveChannel { user: member, channel } if member == user => {
                    channels.insert(channel);
                }
                HubMessage::JoinTeam { user: member, team } if member == user && teams.insert(team) => {
                    remove_sorted(&mut self.teams, team);
                }
                HubMessage::LeaveTeam { user: member, team } if member == user => {
                    teams.insert(team);
                }
                _ => {}
            }
        }
    }

    fn apply(&mut self, user: UserId, message: &HubMessage) {
        match *message {
            HubMessage::JoinChannel { user: member, channel } if member == user => insert_sorted(&mut self.channels, channel),
            HubMessage::LeaveChannel { user: member, channel } if member == user => remove_sorted(&mut self.channels, channel),
            HubMessage::JoinTeam { user: member, team } if member == user => insert_sorted(&mut self.teams, team),
            HubMessage::LeaveTeam { user: member, team } if member == user => remove_sorted(&mut self.teams, team),
            _ => {}
        }
    }
}

fn sort_and_dedup<T: Ord + Hash>(mut ids: Vec<T>) -> Vec<T> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn insert_sorted<T: Ord>(ids: &mut Vec<T>, id: T) {
    if let Err(index) = ids.binary_search(&id) {
        ids.insert(index, id);
    }
}

fn remove_sorted<T: Ord>(ids: &mut Vec<T>, id: T) {
    if let Ok(index) = ids.binary_search(&id) {
        ids.remove(index);
    }
}

/// The rooms of a user whose memberships are loaded; a pending load applies changes from the backlog instead.
fn joined_rooms<'a>(
    users: &'a mut slab::Slab<User>,
    user_slots: &std::collections::HashMap<UserId, UserSlot>,
    user: UserId,
) -> Option<(UserSlot, &'a mut JoinedRooms)> {
    let slot = *user_slots.get(&user)?;
    match &mut users.get_mut(slot as usize)?.memberships {
        MembershipState::Loaded(joined) => Some((slot, joined)),
        MembershipState::Loading(_) => None,
    }
}
