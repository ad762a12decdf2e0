//! Concurrency: publishers, clients that connect, disconnect and resume, and users who join and leave.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use guildhall_model::id::UserId;
use guildhall_realtime::{Audience, CloseReason, HubConfig, HubMessage, OutboundMessage, PresenceSink};
use parking_lot::Mutex;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use crate::fixture::*;

const PUBLISHERS: u32 = 3;
const EVENTS: u32 = 2000;
const READERS: u8 = 6;

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits for the next batch on this thread.
fn next_batch(client: &mut Client) -> Result<Vec<OutboundMessage>, CloseReason> {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut batch = Vec::new();
    loop {
        match client.outbox.poll_batch(&mut Context::from_waker(&waker), &mut batch) {
            Poll::Ready(Ok(())) => return Ok(batch),
            Poll::Ready(Err(reason)) => return Err(reason),
            Poll::Pending => thread::park(),
        }
    }
}

/// Asserts that each user's changes alternate between online and offline.
#[derive(Default)]
struct AlternatingPresence(Mutex<HashMap<UserId, bool>>);

impl PresenceSink for AlternatingPresence {
    fn user_came_online(&self, user: UserId) {
        assert_ne!(self.0.lock().insert(user, true), Some(true));
    }
    fn user_went_offline(&self, user: UserId) {
        assert_eq!(self.0.lock().insert(user, false), Some(true));
    }
}

fn unlimited_config() -> HubConfig {
    HubConfig {
        resume_buffer_events: 1 << 20,
        resume_buffer_bytes: 1 << 30,
        outbox_bytes_cap: 1 << 30,
        load_backlog_messages: 1 << 20,
        ..HubConfig::default()
    }
}

/// Reads up to the event `end`, closing the socket at random and resuming each time.
fn read_all(fixture: &Fixture, n: u8) -> Vec<String> {
    let mut rng = SmallRng::seed_from_u64(u64::from(n));
    let (mut client, load) = fixture.connect_without_load(n, n, None);
    load.unwrap().activate(in_channels(&[1]));
    let mut seen = Vec::new();
    loop {
        for outgoing in next_batch(&mut client).unwrap() {
            let OutboundMessage::Event { seq, frame } = outgoing else { continue };
            assert_eq!(seq, client.next_seq);
            client.next_seq += 1;
            seen.push(name(&frame));
        }
        if seen.last().is_some_and(|last| last == "end") {
            seen.remove(0);
            return seen;
        }
        if seen.len() > 1 && rng.random_ratio(1, 4) {
            let resume = (client.handle.id(), client.next_seq);
            // Sometimes the old socket is still open when the client resumes.
            let old_client = rng.random::<bool>().then_some(client);
            client = fixture.connect_without_load(n, n, Some(resume)).0;
            drop(old_client);
            assert!(client.resumed);
        }
    }
}

#[test]
fn all_readers_see_the_same_order_of_events_from_their_connect_on() {
    let presence = Arc::new(AlternatingPresence::default());
    let fixture = Fixture::with(unlimited_config(), presence.clone());
    let started = AtomicUsize::new(0);
    let histories: Vec<Vec<String>> = thread::scope(|scope| {
        let fixture = &fixture;
        let publishers: Vec<_> = (0..PUBLISHERS)
            .map(|p| {
                scope.spawn(move || {
                    for n in 0..EVENTS {
                        let to = if n % 7 == 0 { Audience::everyone() } else { Audience::channel(channel(1)) };
                        fixture.publish(&format!("{p} {n}"), to);
                    }
                })
            })
            .collect();
        // Another user, who connects, joins and leaves all the time; the readers see none of it.
        let reconnecting_user = scope.spawn(move || {
            for n in 0..EVENTS {
                let client = fixture.connect_without_load(100, 100, None);
                fixture.hub.apply(vec![join(100, 1), deliver("private", Audience::user(user(100))), leave(100, 1)]);
                if n % 3 == 0 {
                    drop(client);
                }
                fixture.hub.apply(vec![HubMessage::CloseUser(user(100))]);
            }
        });
        let readers: Vec<_> = (1..=READERS)
            .map(|n| {
                let started = &started;
                scope.spawn(move || {
                    started.fetch_add(1, Ordering::SeqCst);
                    read_all(fixture, n)
                })
            })
            .collect();
        while started.load(Ordering::SeqCst) < usize::from(READERS) {
            thread::yield_now();
        }
        publishers.into_iter().for_each(|publisher| publisher.join().unwrap());
        reconnecting_user.join().unwrap();
        // A reader that connects this late only gets the last event.
        while fixture.hub.online_count() < usize::from(READERS) {
            thread::yield_now();
        }
        fixture.publish("end", Audience::everyone());
        readers.into_iter().map(|reader| reader.join().unwrap()).collect()
    });

    let longest = histories.iter().max_by_key(|history| history.len()).unwrap();
    for history in &histories {
        assert!(longest.ends_with(history), "the same order for all, without missing or repeated events");
    }
    for p in 0..PUBLISHERS {
        let of_one: Vec<u32> =
            longest.iter().filter_map(|event| event.strip_prefix(&format!("{p} "))).map(|n| n.parse().unwrap()).collect();
        assert!(of_one.windows(2).all(|pair| pair[1] == pair[0] + 1), "each publisher's events in their order");
    }
    assert_eq!(fixture.hub.online_count(), 0);
    assert!(presence.0.lock().values().all(|online| !online));
}

#[test]
fn a_waiting_reader_never_misses_a_wake_up() {
    let fixture = Fixture::with(unlimited_config(), Arc::new(()));
    let mut ann = fixture.connect(1, 1, &[1]);
    let mut ben = fixture.connect(2, 2, &[1]);
    // Two clients wait for each other in turns: one lost wake-up stops both.
    thread::scope(|scope| {
        let fixture = &fixture;
        let ping = |client: &mut Client, to: u8| {
            for _ in 0..EVENTS {
                assert_eq!(next_batch(client).unwrap().len(), 1);
                fixture.publish("ball", Audience::user(user(to)));
            }
        };
        scope.spawn(move || ping(&mut ann, 2));
        fixture.publish("ball", Audience::user(user(1)));
        scope.spawn(move || ping(&mut ben, 1));
    });
}
