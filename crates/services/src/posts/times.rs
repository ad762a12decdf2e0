//! When posts are created. In a channel, times are in the order of the commits: members have read what is not later than their
//! view, so a post that is committed after a view must be later than what was viewed.

use guildhall_model::Millis;
use guildhall_model::channel::Channel;
use guildhall_model::id::ChannelId;
use guildhall_storage::posts::counts::CLOCK_SKEW_MAX_MS;
use tokio::sync::{Mutex, MutexGuard};

use crate::posts::Posts;

/// More than there are busy channels; those that share one wait for each other, for as long as a batch is built.
const ORDERS: usize = 256;

/// The time of the newest post of this process, for each of the groups into which the channels are divided.
pub(crate) struct PostTimes(Vec<Mutex<Millis>>);

impl Default for PostTimes {
    fn default() -> Self {
        Self((0..ORDERS).map(|_| Mutex::default()).collect())
    }
}

/// The right to submit the next post of a channel, to be held until its batch is submitted. Posts of other nodes are not in this
/// order: `count_in_channel` rejects a post whose time has passed, and it is tried again with another one.
pub(super) struct PostOrder<'a>(MutexGuard<'a, Millis>);

impl PostTimes {
    pub(super) async fn order_in(&self, channel: ChannelId) -> PostOrder<'_> {
        // The last byte is a random one of a time-ordered id.
        let group = channel.bytes().last().map_or(0, |byte| usize::from(*byte));
        PostOrder(self.0[group % self.0.len()].lock().await)
    }
}

impl PostOrder<'_> {
    /// The time of the next post: later than the channel's newest one and those that are submitted but not committed yet. After the
    /// clock went back further than is followed, posts are in order among themselves.
    pub(super) fn next_time(&mut self, now: Millis, newest: Millis) -> Millis {
        let times = [newest, *self.0].into_iter().filter_map(|last| time_after(last, now));
        *self.0 = times.max().unwrap_or(now);
        *self.0
    }
}

/// The present time, or the next one after `newest`; `None` where that is too far ahead of the clock.
fn time_after(newest: Millis, now: Millis) -> Option<Millis> {
    let next = newest.plus_ms(1);
    (next <= now.plus_ms(CLOCK_SKEW_MAX_MS)).then(|| now.max(next))
}

impl Posts<'_> {
    /// When a system message is created, or a channel marked as unread: after the newest post of the channel, so that times order
    /// the posts. A clock that is far behind is not followed.
    pub(super) fn post_time(&self, channel: &Channel) -> Millis {
        let now = self.clock.now();
        time_after(channel.last_post_at, now).unwrap_or(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHANNEL: ChannelId = ChannelId::from_bytes([7; 16]);
    const NOW: Millis = Millis(1_800_000_000_000);

    #[tokio::test]
    async fn times_rise_also_while_the_clock_stands_still() {
        let times = PostTimes::default();
        let next = async |now: Millis, newest: Millis| times.order_in(CHANNEL).await.next_time(now, newest);
        assert_eq!(next(NOW, Millis::ZERO).await, NOW);
        assert_eq!(next(NOW, Millis::ZERO).await, NOW.plus_ms(1), "the first one may not be committed yet");
        assert_eq!(next(NOW, NOW.plus_ms(5)).await, NOW.plus_ms(6), "another node was faster");
        assert_eq!(next(NOW.plus_ms(9), Millis::ZERO).await, NOW.plus_ms(9));
    }

    #[tokio::test]
    async fn a_clock_that_is_far_ahead_is_not_followed() {
        let times = PostTimes::default();
        let far = NOW.plus_ms(CLOCK_SKEW_MAX_MS);
        assert_eq!(times.order_in(CHANNEL).await.next_time(NOW, far), NOW);
        assert_eq!(times.order_in(CHANNEL).await.next_time(NOW, far.minus_ms(1)), far);
        // So many were submitted within a millisecond.
        assert_eq!(times.order_in(CHANNEL).await.next_time(NOW, NOW), NOW.plus_ms(1));
    }

    #[tokio::test]
    async fn times_rise_also_after_the_clock_went_back() {
        let times = PostTimes::default();
        let next = async |now: Millis, newest: Millis| times.order_in(CHANNEL).await.next_time(now, newest);
        assert_eq!(next(NOW, Millis::ZERO).await, NOW);
        let yesterday = NOW.minus_ms(86_400_000);
        assert_eq!(next(yesterday, NOW).await, yesterday);
        assert_eq!(next(yesterday, NOW).await, yesterday.plus_ms(1));
        assert_eq!(next(yesterday, NOW).await, yesterday.plus_ms(2), "in the same millisecond");
        assert_eq!(next(NOW.plus_ms(5), NOW).await, NOW.plus_ms(5), "the clock is right again");
    }
}
