//! How often messages are sent: by a person, and in a channel, a team and on the server. The counts are in the memory of each
//! node.

use std::collections::HashMap;

use guildhall_model::codes::limits as codes;
use guildhall_model::id::{ChannelId, TeamId, UserId};
use guildhall_model::limits::{Rate, TooEarly, is_worked_off};
use guildhall_model::{Actor, Code, Millis, Result};
use parking_lot::Mutex;

use super::Person;
use crate::access::ChannelGrant;
use crate::limits::Limits;

/// Numbers that are no longer needed are removed so often: each is needed for two minutes at most.
const CLEANED_EVERY_MS: i64 = 60_000;

/// What messages are counted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Sender {
    Person(UserId),
    /// A bot, or what integrations and access tokens send in the name of a person: a busy webhook does not stop its owner.
    Program(UserId),
    Channel(ChannelId),
    Team(TeamId),
    Server,
}

/// When what each sender has sent is worked off ([`Rate::add`]).
#[derive(Default)]
pub(super) struct SentPosts(Mutex<Sent>);

#[derive(Default)]
struct Sent {
    worked_off_us: HashMap<Sender, i64>,
    cleaned_at: Millis,
}

impl SentPosts {
    /// Counts one message for all senders, or for none if it comes too early for one of them.
    fn add(&self, limits: &[(Sender, Rate, Code)], now: Millis, is_admitted: bool) -> Result<()> {
        let mut sent = self.0.lock();
        if (now.0 - sent.cleaned_at.0).abs() >= CLEANED_EVERY_MS {
            sent.worked_off_us.retain(|_, worked_off_us| !is_worked_off(*worked_off_us, now));
            sent.cleaned_at = now;
        }
        let mut next = Vec::with_capacity(limits.len());
        for (sender, rate, code) in limits {
            let worked_off_us = sent.worked_off_us.get(sender).copied().unwrap_or_default();
            let added = if is_admitted { Ok(rate.add_always(worked_off_us, now)) } else { rate.add(worked_off_us, now) };
            let added = added.map_err(|TooEarly { wait_ms }| code.with("retry_after_seconds", in_seconds(wait_ms)))?;
            next.push((*sender, added));
        }
        sent.worked_off_us.extend(next);
        Ok(())
    }
}

/// Rounded up: whoever waits so long does not come too early again.
const fn in_seconds(wait_ms: i64) -> i64 {
    (wait_ms + 999) / 1_000
}

impl Limits<'_> {
    /// Counts a message of the actor in a channel; an error that says when it can be sent if it comes too early. `is_admitted`:
    /// counted, but not rejected.
    pub(crate) fn count_post(&self, actor: &Actor, grant: &ChannelGrant, is_admitted: bool) -> Result<()> {
        let settings = self.settings();
        if !settings.limits.enabled {
            return Ok(());
        }
        let person = Person::from(actor);
        let sender = if person.is_program() { Sender::Program(person.id()) } else { Sender::Person(person.id()) };
        let (channel, team) = (grant.channel.id, grant.channel.team_id);
        let limits = [
            Some((sender, self.posts_per_minute_of_person(person), codes::USER_POSTS)),
            Some((Sender::Channel(channel), self.posts_per_minute_in_channel(channel), codes::CHANNEL_POSTS)),
            team.map(|team| (Sender::Team(team), self.posts_per_minute_in_team(team), codes::TEAM_POSTS)),
            Some((Sender::Server, settings.limits.server_posts_per_minute, codes::SERVER_POSTS)),
        ];
        let rates = limits.into_iter().flatten().filter_map(|(sender, number, code)| Some((sender, Rate::per_minute(number)?, code)));
        self.state().posts.add(&rates.collect::<Vec<_>>(), self.clock.now(), is_admitted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_800_000_000_000);
    const ANN: Sender = Sender::Person(UserId::from_bytes([1; 16]));

    fn limits(of_person: i64, of_server: i64) -> [(Sender, Rate, Code); 2] {
        let rate = |number| Rate::per_minute(number).unwrap();
        [(ANN, rate(of_person), codes::USER_POSTS), (Sender::Server, rate(of_server), codes::SERVER_POSTS)]
    }

    #[test]
    fn a_rejected_message_counts_for_nobody() {
        let sent = SentPosts::default();
        let limits = limits(1, 2);
        sent.add(&limits, NOW, false).unwrap();
        for _ in 0..5 {
            let error = sent.add(&limits, NOW, false).unwrap_err();
            assert!(error.is(codes::USER_POSTS));
            assert_eq!(error.retry_after_seconds(), Some("61"));
        }
        sent.add(&limits[1..], NOW, false).unwrap();
        assert!(sent.add(&limits[1..], NOW, false).unwrap_err().is(codes::SERVER_POSTS));
    }

    #[test]
    fn what_is_admitted_counts_for_the_next_one() {
        let sent = SentPosts::default();
        let limits = limits(2, 9);
        for _ in 0..3 {
            sent.add(&limits, NOW, true).unwrap();
        }
        assert!(sent.add(&limits, NOW.plus_ms(59_999), false).is_err());
        assert!(sent.add(&limits, NOW.plus_ms(60_000), false).is_ok());
    }

    #[test]
    fn numbers_that_are_not_needed_are_removed() {
        let sent = SentPosts::default();
        sent.add(&limits(60, 60), NOW, false).unwrap();
        sent.add(&limits(60, 60)[..1], NOW.plus_ms(CLEANED_EVERY_MS), false).unwrap();
        assert_eq!(sent.0.lock().worked_off_us.keys().collect::<Vec<_>>(), [&ANN]);
    }
}
