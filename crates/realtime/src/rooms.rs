//! Which online people are in which channel, or team: small numbers instead of ids, since there are very many.

use std::collections::HashMap;

use guildhall_model::Id;
use slab::Slab;
use smallvec::SmallVec;

/// Place of a person in the hub's table.
pub(crate) type UserSlot = u32;
/// Place of a channel or team in its table; valid while someone is in it.
pub(crate) type RoomSlot = u32;
/// Few people are in more teams than fit without an allocation.
pub(crate) type RoomSlots = SmallVec<[RoomSlot; 4]>;

#[derive(Debug)]
pub(crate) struct Rooms<K> {
    slots: HashMap<K, RoomSlot>,
    rooms: Slab<Room<K>>,
}

#[derive(Debug)]
struct Room<K> {
    id: K,
    members: Vec<UserSlot>,
}

impl<K: Id> Rooms<K> {
    pub(crate) fn new() -> Self {
        Self { slots: HashMap::new(), rooms: Slab::new() }
    }

    pub(crate) fn slot(&self, id: K) -> Option<RoomSlot> {
        self.slots.get(&id).copied()
    }

    pub(crate) fn members(&self, slot: RoomSlot) -> &[UserSlot] {
        self.rooms.get(slot as usize).map_or(&[], |room| &room.members)
    }

    /// Puts someone in who may be in already (`seats` are the rooms that they are in).
    pub(crate) fn join(&mut self, id: K, user: UserSlot, seats: &mut RoomSlots) {
        if !self.slot(id).is_some_and(|slot| seats.contains(&slot)) {
            self.seat(id, user, seats);
        }
    }

    /// Puts someone in who is not in yet.
    pub(crate) fn seat(&mut self, id: K, user: UserSlot, seats: &mut RoomSlots) {
        let slot = match self.slot(id) {
            Some(slot) => slot,
            None => {
                let slot = self.rooms.insert(Room { id, members: Vec::new() }) as RoomSlot;
                self.slots.insert(id, slot);
                slot
            }
        };
        if let Some(room) = self.rooms.get_mut(slot as usize) {
            room.members.push(user);
            seats.push(slot);
        }
    }

    /// Takes someone out who may be in.
    pub(crate) fn leave(&mut self, id: K, user: UserSlot, seats: &mut RoomSlots) {
        let Some(slot) = self.slot(id) else { return };
        if let Some(seat) = seats.iter().position(|&seat| seat == slot) {
            seats.swap_remove(seat);
            self.vacate(slot, user);
        }
    }

    /// Takes someone out of a room that they are in; an empty room goes.
    pub(crate) fn vacate(&mut self, slot: RoomSlot, user: UserSlot) {
        let Some(room) = self.rooms.get_mut(slot as usize) else { return };
        if let Some(place) = room.members.iter().position(|&member| member == user) {
            room.members.swap_remove(place);
        }
        if room.members.is_empty() {
            let room = self.rooms.remove(slot as usize);
            self.slots.remove(&room.id);
        }
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.rooms.len()
    }
}

#[cfg(test)]
mod tests {
    use guildhall_model::id::ChannelId;

    use super::*;

    #[test]
    fn joining_and_leaving_are_idempotent_and_empty_rooms_go() {
        let mut rooms = Rooms::new();
        let channel = ChannelId::from_bytes([7; 16]);
        let (mut a, mut b) = (RoomSlots::new(), RoomSlots::new());
        rooms.join(channel, 1, &mut a);
        rooms.join(channel, 1, &mut a);
        rooms.join(channel, 2, &mut b);
        let slot = rooms.slot(channel).unwrap();
        assert_eq!(rooms.members(slot), [1, 2]);
        rooms.leave(channel, 1, &mut a);
        rooms.leave(channel, 1, &mut a);
        assert_eq!(rooms.members(slot), [2]);
        assert!(a.is_empty());
        rooms.leave(channel, 2, &mut b);
        assert_eq!(rooms.len(), 0);
        assert_eq!(rooms.slot(channel), None);
    }
}
