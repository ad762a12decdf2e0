//! How presence follows from connections, activity and manual choices. Pure functions; the caller passes the time.

use super::{Presence, Status};
use crate::Millis;
use crate::id::UserId;

/// Users without activity for this long are away.
pub const AWAY_AFTER_MS: i64 = 5 * 60 * 1_000;

impl Status {
    /// The status of a user without a stored one.
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

    /// The user connected or was active. A manual status is kept.
    pub fn mark_active(&mut self, now: Millis) {
        self.last_activity_at = self.last_activity_at.max(now);
        if !self.manual {
            self.presence = Presence::Online;
        }
    }

    /// The user's last connection closed. A manual status is kept.
    pub fn mark_disconnected(&mut self, now: Millis) {
        self.last_activity_at = self.last_activity_at.max(now);
        if !self.manual {
            self.presence = Presence::Offline;
        }
    }

    /// The user set the status manually. Online returns to the automatic status.
    pub fn set_manually(&mut self, presence: Presence, dnd_end_time: Millis, now: Millis) {
        self.presence = presence;
        self.manual = presence != Presence::Online;
        self.dnd_end_time = if presence == Presence::DoNotDisturb { dnd_end_time } else { Millis::ZERO };
        if presence == Presence::Online {
            self.last_activity_at = self.last_activity_at.max(now);
        }
    }

    /// Applies the end of "do not disturb" and the timeout of inactivity.
    pub fn apply_timeouts(&mut self, is_connected: bool, now: Millis) {
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
        status.mark_active(START);
        status
    }

    #[test]
    fn inactive_users_become_away_until_they_are_active() {
        let mut status = online();
        status.apply_timeouts(true, START.plus_ms(AWAY_AFTER_MS - 1));
        assert_eq!(status.presence, Presence::Online);
        status.apply_timeouts(true, START.plus_ms(AWAY_AFTER_MS));
        assert_eq!(status.presence, Presence::Away);
        status.mark_active(START.plus_ms(AWAY_AFTER_MS + 1));
        assert_eq!(status.presence, Presence::Online);
        status.mark_disconnected(START);
        assert_eq!((status.presence, status.last_activity_at), (Presence::Offline, START.plus_ms(AWAY_AFTER_MS + 1)));
    }

    #[test]
    fn a_manual_status_is_kept_until_online_is_chosen() {
        for chosen in [Presence::Away, Presence::DoNotDisturb, Presence::Offline] {
            let mut status = online();
            status.set_manually(chosen, Millis::ZERO, START);
            status.mark_disconnected(START);
            status.mark_active(START);
            status.apply_timeouts(true, START.plus_ms(10 * AWAY_AFTER_MS));
            assert_eq!((status.presence, status.manual), (chosen, true));
            status.set_manually(Presence::Online, Millis::ZERO, START);
            status.mark_disconnected(START);
            assert_eq!((status.presence, status.manual), (Presence::Offline, false));
        }
    }

    #[test]
    fn do_not_disturb_ends_at_its_end_time() {
        let mut status = online();
        status.set_manually(Presence::DoNotDisturb, START.plus_ms(1_000), START);
        status.apply_timeouts(true, START.plus_ms(999));
        assert_eq!(status.presence, Presence::DoNotDisturb);
        status.apply_timeouts(true, START.plus_ms(1_000));
        assert_eq!((status.presence, status.manual, status.dnd_end_time), (Presence::Online, false, Millis::ZERO));
    }
}
