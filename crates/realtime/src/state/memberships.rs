//! Where people belong: changes as they are published, and the first list as it is loaded.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::Arc;

use guildhall_model::id::{ChannelId, TeamId, UserId};

use super::fanout::Fanout;
use super::{Load, Membership, Seats, State};
use crate::audience::Scope;
use crate::bus::HubMessage;
use crate::connection::Connection;
use crate::hub::Memberships;
use crate::outbox::CloseReason;
use crate::rooms::{RoomSlots, UserSlot};

impl State {
    pub(super) fn join_channel(&mut self, user: UserId, channel: ChannelId) {
        let Self { users, user_slots, channels, .. } = self;
        if let Some((slot, seats)) = seats(users, user_slots, user) {
            channels.join(channel, slot, &mut seats.channels);
        }
    }

    pub(super) fn leave_channel(&mut self, user: UserId, channel: ChannelId) {
        let Self { users, user_slots, channels, .. } = self;
        if let Some((slot, seats)) = seats(users, user_slots, user) {
            channels.leave(channel, slot, &mut seats.channels);
        }
    }

    pub(super) fn join_team(&mut self, user: UserId, team: TeamId) {
        let Self { users, user_slots, teams, .. } = self;
        if let Some((slot, seats)) = seats(users, user_slots, user) {
            teams.join(team, slot, &mut seats.teams);
        }
    }

    pub(super) fn leave_team(&mut self, user: UserId, team: TeamId) {
        let Self { users, user_slots, teams, .. } = self;
        if let Some((slot, seats)) = seats(users, user_slots, user) {
            teams.leave(team, slot, &mut seats.teams);
        }
    }

    /// The memberships as one of the loading connections found them. Everything published since the first of these
    /// connections came is gone through once more, now that it is known whom it concerns.
    pub(crate) fn finish_load(&mut self, by: &Arc<Connection>, loaded: Memberships) {
        // A load that took so long that changes had to be forgotten is worth nothing.
        self.discard_overtaken(by.user);
        let Some((slot, user)) = self.user_mut(by.user) else { return };
        let Membership::Loading(loads) = &mut user.membership else { return };
        if !loads.iter().any(|load| load.connection.id == by.id) {
            return;
        }
        let loads = std::mem::take(&mut **loads);
        let (id, is_guest) = (user.id, user.is_guest);
        let current = self.replay((id, is_guest), &loads, loaded);
        let mut seats = Seats::default();
        seats.channels.reserve_exact(current.channels.len());
        seats.teams.reserve_exact(current.teams.len());
        for channel in current.channels {
            self.channels.seat(channel, slot, &mut seats.channels);
        }
        for team in current.teams {
            self.teams.seat(team, slot, &mut seats.teams);
        }
        if let Some((_, user)) = self.user_mut(id) {
            user.membership = Membership::Known(Box::new(seats));
        }
        for load in loads {
            self.backlog.end_load(load.start);
        }
        self.see_to_casualties();
    }

    /// The owner of a connection could not load the memberships. That is over where somebody else has.
    pub(crate) fn abandon_load(&mut self, by: &Arc<Connection>) {
        let loading = self.user(by.user).is_some_and(|user| match &user.membership {
            Membership::Loading(loads) => loads.iter().any(|load| load.connection.id == by.id),
            Membership::Known(_) => false,
        });
        if loading {
            self.discard(by, CloseReason::MembershipsUnavailable);
        }
    }

    fn discard_overtaken(&mut self, user: UserId) {
        let overtaken: Vec<_> = match self.user(user).map(|user| &user.membership) {
            Some(Membership::Loading(loads)) => {
                loads.iter().filter(|load| !self.backlog.reaches(load.start)).map(|load| Arc::clone(&load.connection)).collect()
            }
            Some(Membership::Known(_)) | None => return,
        };
        for connection in overtaken {
            self.discard(&connection, CloseReason::MembershipsUnavailable);
        }
    }

    /// Delivers what was held back and returns where the person belongs now.
    fn replay(&mut self, (user, is_guest): (UserId, bool), loads: &[Load], loaded: Memberships) -> Current {
        let mut current = Current { channels: sorted(loaded.channels), teams: sorted(loaded.teams) };
        let Some(start) = loads.iter().map(|load| load.start).min() else { return current };
        let Self { backlog, config, effects, casualties, counts, .. } = self;
        current.step_back(user, backlog.since(start).map(|(_, message)| message));
        for (position, message) in backlog.since(start) {
            let HubMessage::Deliver { frame, audience } = message else {
                current.step(user, message);
                continue;
            };
            let meant = match &audience.scope {
                Scope::Everyone | Scope::Connection(_) => true,
                Scope::Users(users) => users.contains(user),
                Scope::Channel(channel) => current.channels.binary_search(channel).is_ok(),
                Scope::Team(team) => current.teams.binary_search(team).is_ok(),
            };
            let is_hidden =
                is_guest && audience.guests_in.as_ref().is_some_and(|ids| !ids.iter().any(|id| current.channels.binary_search(id).is_ok()));
            if !meant || is_hidden || !audience.admits_user(user) {
                continue;
            }
            let mut fanout = Fanout {
                frame,
                audience,
                guest_rooms: RoomSlots::new(),
                config,
                wakers: &mut effects.wakers,
                casualties,
                delivered: &mut counts.delivered,
            };
            for load in loads.iter().filter(|load| load.start <= position) {
                fanout.connection(&load.connection);
            }
        }
        current
    }
}

/// Where one person belongs at a place in the backlog; sorted.
struct Current {
    channels: Vec<ChannelId>,
    teams: Vec<TeamId>,
}

impl Current {
    /// The list was read somewhere along the messages: what they say was joined later was not there at their start.
    /// What they say was left later may have been, but nobody gets to see a channel on the strength of having left it.
    fn step_back<'a>(&mut self, user: UserId, messages: impl Iterator<Item = &'a HubMessage>) {
        let (mut channels, mut teams) = (HashSet::new(), HashSet::new());
        for message in messages {
            match *message {
                HubMessage::JoinChannel { user: of, channel } if of == user && channels.insert(channel) => {
                    remove(&mut self.channels, channel);
                }
                HubMessage::LeaveChannel { user: of, channel } if of == user => {
                    channels.insert(channel);
                }
                HubMessage::JoinTeam { user: of, team } if of == user && teams.insert(team) => {
                    remove(&mut self.teams, team);
                }
                HubMessage::LeaveTeam { user: of, team } if of == user => {
                    teams.insert(team);
                }
                _ => {}
            }
        }
    }

    fn step(&mut self, user: UserId, message: &HubMessage) {
        match *message {
            HubMessage::JoinChannel { user: of, channel } if of == user => insert(&mut self.channels, channel),
            HubMessage::LeaveChannel { user: of, channel } if of == user => remove(&mut self.channels, channel),
            HubMessage::JoinTeam { user: of, team } if of == user => insert(&mut self.teams, team),
            HubMessage::LeaveTeam { user: of, team } if of == user => remove(&mut self.teams, team),
            _ => {}
        }
    }
}

fn sorted<T: Ord + Hash>(mut ids: Vec<T>) -> Vec<T> {
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn insert<T: Ord>(ids: &mut Vec<T>, id: T) {
    if let Err(place) = ids.binary_search(&id) {
        ids.insert(place, id);
    }
}

fn remove<T: Ord>(ids: &mut Vec<T>, id: T) {
    if let Ok(place) = ids.binary_search(&id) {
        ids.remove(place);
    }
}

/// The seats of someone whose memberships are known; others get theirs from the backlog, or are not here.
fn seats<'a>(
    users: &'a mut slab::Slab<super::User>,
    user_slots: &std::collections::HashMap<UserId, UserSlot>,
    user: UserId,
) -> Option<(UserSlot, &'a mut Seats)> {
    let slot = *user_slots.get(&user)?;
    match &mut users.get_mut(slot as usize)?.membership {
        Membership::Known(seats) => Some((slot, seats)),
        Membership::Loading(_) => None,
    }
}
