//! The connected users of each channel or team (a room), as slot numbers, which take less memory than ids.

use std::collections::HashMap;

use guildhall_model::Id;
use slab::Slab;
use smallvec::SmallVec;

/// Index of a user in the hub's table.
pub(crate) type UserSlot = u32;
/// Index of a channel or team in its table; valid while the room has members.
pub(crate) type RoomSlot = u32;
/// Few users are in more teams than fit without an allocation.
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

    pub(crate) fn slot_of(&self, id: K) -> Option<RoomSlot> {
        self.slots.get(&id).copied()
    }

    pub(crate) fn members(&self, slot: RoomSlot) -> &[UserSlot] {
        self.rooms.get(slot as usize).map_or(&[], |room| &room.members)
    }

    /// Adds a user who may be a member already; `joined` are the rooms of the user. Returns whether the user was none.
    pub(crate) fn join(&mut self, id: K, user: UserSlot, joined: &mut RoomSlots) -> bool {
        let is_new = !self.slot_of(id).is_some_and(|slot| joined.contains(&slot));
        if is_new {
            self.add_member(id, user, joined);
        }
        is_new
    }

    /// Adds a user who is not a member yet.
    pub(crate) fn add_member(&mut self, id: K, user: UserSlot, joined: &mut RoomSlots) {
        let slot = match self.slot_of(id) {
            Some(slot) => slot,
            None => {
                let slot = self.rooms.insert(Room { id, members: Vec::new() }) as RoomSlot;
                self.slots.insert(id, slot);
                slot
            }
        };
        if let Some(room) = self.rooms.get_mut(slot as usize) {
            room.members.push(user);
            joined.push(slot);
        }
    }

    /// Removes a user who may be a member. Returns whether the user was one.
    pub(crate) fn leave(&mut self, id: K, user: UserSlot, joined: &mut RoomSlots) -> bool {
        let Some((slot, index)) = self.slot_of(id).and_then(|slot| Some((slot, joined.iter().position(|&room| room == slot)?))) else {
            return false;
        };
        joined.swap_remove(index);
        self.remove_member(slot, user);
        true
    }

    /// Removes a member; the room is removed with its last member.
    pub(crate) fn remove_member(&mut self, slot: RoomSlot, user: UserSlot) {
        let Some(room) = self.rooms.get_mut(slot as usize) else { return };
        if let Some(index) = room.members.iter().position(|&member| member == user) {
            room.members.swap_remove(index);
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
    fn joining_and_leaving_are_idempotent_and_empty_rooms_are_removed() {
        let mut rooms = Rooms::new();
        let channel = ChannelId::from_bytes([7; 16]);
        let (mut a, mut b) = (RoomSlots::new(), RoomSlots::new());
        assert!(rooms.join(channel, 1, &mut a));
        assert!(!rooms.join(channel, 1, &mut a));
        rooms.join(channel, 2, &mut b);
        let slot = rooms.slot_of(channel).unwrap();
        assert_eq!(rooms.members(slot), [1, 2]);
        assert!(rooms.leave(channel, 1, &mut a));
        assert!(!rooms.leave(channel, 1, &mut a));
        assert_eq!(rooms.members(slot), [2]);
        assert!(a.is_empty());
        rooms.leave(channel, 2, &mut b);
        assert_eq!(rooms.len(), 0);
        assert_eq!(rooms.slot_of(channel), None);
    }
}
