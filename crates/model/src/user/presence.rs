//! How presence follows from what people do and say: pure rules, the time comes from outside.

use super::{Presence, Status};
use crate::Millis;
use crate::id::UserId;

/// Somebody who did nothing for so long is away.
pub const AWAY_AFTER_MS: i64 = 5 * 60 * 1_000;

impl Status {
    /// Somebody of whom nothing is known.
    pub const fn offline(user_id: UserId) -> Self {
        Self {
            user_id,
            presence: Presence::Offline,
            manual: false,
            last_activity_at: Millis::ZERO,
            dnd_end_time: Millis::ZERO,
            active_channel: None,
        }
    }

    /// Their client connected, or they did something. What they chose themselves stays.
    pub fn active(&mut self, now: Millis) {
        self.last_activity_at = self.last_activity_at.max(now);
        if !self.manual {
            self.presence = Presence::Online;
        }
    }

    /// Their last connection closed.
    pub fn left(&mut self, now: Millis) {
        self.last_activity_at = self.last_activity_at.max(now);
        if !self.manual {
            self.presence = Presence::Offline;
        }
    }

    /// They chose this. "Online" gives the choice back.
    pub fn choose(&mut self, presence: Presence, dnd_end_time: Millis, now: Millis) {
        self.presence = presence;
        self.manual = presence != Presence::Online;
        self.dnd_end_time = if presence == Presence::DoNotDisturb { dnd_end_time } else { Millis::ZERO };
        if presence == Presence::Online {
            self.last_activity_at = self.last_activity_at.max(now);
        }
    }

    /// Time has passed.
    pub fn age(&mut self, is_connected: bool, now: Millis) {
        if self.presence == Presence::DoNotDisturb && !self.dnd_end_time.is_zero() && self.dnd_end_time <= now {
            self.manual = false;
            self.dnd_end_time = Millis::ZERO;
            self.presence = if is_connected { Presence::Online } else { Presence::Offline };
        }
        if !self.manual && self.presence == Presence::Online && now.0 - self.last_activity_at.0 >= AWAY_AFTER_MS {
            self.presence = if is_connected { Presence::Away } else { Presence::Offline };
        }
        if !self.manual && self.presence == Presence::Away && !is_connected {
            self.presence = Presence::Offline;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Millis = Millis(1_000_000);

    fn online() -> Status {
        let mut status = Status::offline(UserId::from_bytes([1; 16]));
        status.active(START);
        status
    }

    #[test]
    fn who_does_nothing_goes_away_and_comes_back() {
        let mut status = online();
        status.age(true, START.plus_ms(AWAY_AFTER_MS - 1));
        assert_eq!(status.presence, Presence::Online);
        status.age(true, START.plus_ms(AWAY_AFTER_MS));
        assert_eq!(status.presence, Presence::Away);
        status.active(START.plus_ms(AWAY_AFTER_MS + 1));
        assert_eq!(status.presence, Presence::Online);
        status.left(START);
        assert_eq!((status.presence, status.last_activity_at), (Presence::Offline, START.plus_ms(AWAY_AFTER_MS + 1)));
    }

    #[test]
    fn a_choice_outlives_connections_until_online_gives_it_back() {
        for chosen in [Presence::Away, Presence::DoNotDisturb, Presence::Offline] {
            let mut status = online();
            status.choose(chosen, Millis::ZERO, START);
            status.left(START);
            status.active(START);
            status.age(true, START.plus_ms(10 * AWAY_AFTER_MS));
            assert_eq!((status.presence, status.manual), (chosen, true));
            status.choose(Presence::Online, Millis::ZERO, START);
            status.left(START);
            assert_eq!((status.presence, status.manual), (Presence::Offline, false));
        }
    }

    #[test]
    fn do_not_disturb_ends_by_itself() {
        let mut status = online();
        status.choose(Presence::DoNotDisturb, START.plus_ms(1_000), START);
        status.age(true, START.plus_ms(999));
        assert_eq!(status.presence, Presence::DoNotDisturb);
        status.age(true, START.plus_ms(1_000));
        assert_eq!((status.presence, status.manual, status.dnd_end_time), (Presence::Online, false, Millis::ZERO));
    }
}
