//! From an audience to the queues of its connections.

use std::sync::Arc;
use std::task::Waker;

use slab::Slab;

use super::{Membership, State, User};
use crate::audience::{Audience, Scope, UserSet};
use crate::config::HubConfig;
use crate::connection::{Connection, Pushed};
use crate::frame::Frame;
use crate::outbox::CloseReason;
use crate::rooms::{RoomSlot, RoomSlots, Rooms, UserSlot};

/// A connection that an event was too much for; seen to when the event has reached everybody else.
pub(super) enum Casualty {
    TooSlow(Arc<Connection>),
    Outgrown(Arc<Connection>),
}

/// One event on its way to the queues.
pub(super) struct Fanout<'a> {
    pub(super) frame: &'a Frame,
    pub(super) audience: &'a Audience,
    /// Where guests are meant, of the channels that anybody here is in.
    pub(super) guest_rooms: RoomSlots,
    pub(super) config: &'a HubConfig,
    pub(super) wakers: &'a mut Vec<Waker>,
    pub(super) casualties: &'a mut Vec<Casualty>,
    pub(super) delivered: &'a mut u64,
}

impl Fanout<'_> {
    const PREFETCHED: usize = 32;

    fn room(&mut self, members: &[UserSlot], users: &Slab<User>) {
        // A lock waits for what was asked of memory before, so members locked one by one are waited for one by one.
        // Asked for together first, they cost a third less.
        for members in members.chunks(Self::PREFETCHED) {
            let known = members.iter().filter_map(|&slot| users.get(slot as usize));
            for connection in known.clone().flat_map(|user| &user.connections) {
                connection.prefetch();
            }
            known.for_each(|user| self.user(user));
        }
    }

    fn user(&mut self, user: &User) {
        // Who is still loading gets it from the backlog.
        let Membership::Known(seats) = &user.membership else { return };
        let is_hidden =
            user.is_guest && self.audience.guests_in.is_some() && !self.guest_rooms.iter().any(|room| seats.channels.contains(room));
        if !is_hidden && self.audience.admits_user(user.id) {
            for connection in &user.connections {
                self.connection(connection);
            }
        }
    }

    pub(super) fn connection(&mut self, connection: &Arc<Connection>) {
        if !self.audience.admits_connection(connection.id) {
            return;
        }
        *self.delivered += 1;
        match connection.push(self.frame, self.config) {
            Pushed::Quietly | Pushed::Closed => {}
            Pushed::Wake(waker) => self.wakers.push(waker),
            Pushed::TooSlow => self.casualties.push(Casualty::TooSlow(Arc::clone(connection))),
            Pushed::Outgrown => self.casualties.push(Casualty::Outgrown(Arc::clone(connection))),
        }
    }
}

impl State {
    pub(super) fn deliver(&mut self, frame: &Frame, audience: &Audience) {
        let Self { users, user_slots, connections, channels, teams, config, effects, casualties, counts, .. } = self;
        let guest_rooms = audience.guests_in.iter().flat_map(|ids| ids.iter()).filter_map(|&id| channels.slot(id)).collect();
        let mut fanout =
            Fanout { frame, audience, guest_rooms, config, wakers: &mut effects.wakers, casualties, delivered: &mut counts.delivered };
        let at = |slot: UserSlot| users.get(slot as usize);
        let named = |set: &UserSet, fanout: &mut Fanout<'_>, seated: &dyn Fn(&User) -> bool| {
            let known = set.as_slice().iter().filter_map(|id| at(*user_slots.get(id)?));
            known.filter(|user| seated(user)).for_each(|user| fanout.user(user));
        };
        match &audience.scope {
            Scope::Everyone => match &audience.only_users {
                Some(only) => named(only, &mut fanout, &|_| true),
                None => users.iter().for_each(|(_, user)| fanout.user(user)),
            },
            Scope::Users(set) => named(set, &mut fanout, &|_| true),
            &Scope::Channel(channel) => {
                let Some(room) = channels.slot(channel) else { return };
                match fewer(audience, channels, room) {
                    Some(only) => named(only, &mut fanout, &|user| user.seat_in(room, |seats| &seats.channels)),
                    None => fanout.room(channels.members(room), users),
                }
            }
            &Scope::Team(team) => {
                let Some(room) = teams.slot(team) else { return };
                match fewer(audience, teams, room) {
                    Some(only) => named(only, &mut fanout, &|user| user.seat_in(room, |seats| &seats.teams)),
                    None => fanout.room(teams.members(room), users),
                }
            }
            Scope::Connection(id) => {
                let user = connections.get(id).and_then(|connection| at(*user_slots.get(&connection.user)?));
                user.into_iter().for_each(|user| fanout.user(user));
            }
        }
        self.see_to_casualties();
    }

    pub(super) fn see_to_casualties(&mut self) {
        while let Some(casualty) = self.casualties.pop() {
            match casualty {
                Casualty::TooSlow(connection) => {
                    tracing::debug!(connection = %connection.id, "closing a reader that fell behind");
                    self.detach(&connection);
                }
                Casualty::Outgrown(connection) => self.discard(&connection, CloseReason::Expired),
            }
        }
    }
}

impl User {
    fn seat_in(&self, room: RoomSlot, which: impl Fn(&super::Seats) -> &RoomSlots) -> bool {
        matches!(&self.membership, Membership::Known(seats) if which(seats).contains(&room))
    }
}

/// The named people, where going through them is less work than going through the room.
fn fewer<'a, K: guildhall_model::Id>(audience: &'a Audience, rooms: &Rooms<K>, room: RoomSlot) -> Option<&'a UserSet> {
    let only = audience.only_users.as_ref()?;
    (only.len() < rooms.members(room).len() / 4).then_some(only)
}
