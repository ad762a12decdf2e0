//! Many threads at once: publishers, clients that come, break off and return, and people who join and leave.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use guildhall_model::id::UserId;
use guildhall_realtime::{Audience, CloseReason, HubConfig, HubMessage, Outgoing, PresenceSink};
use parking_lot::Mutex;
use rand::rngs::SmallRng;
use rand::{Rng, SeedableRng};

use crate::world::*;

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
fn next_batch(client: &mut Client) -> Result<Vec<Outgoing>, CloseReason> {
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

/// Asserts that everybody comes and goes by turns.
#[derive(Default)]
struct Turns(Mutex<HashMap<UserId, bool>>);

impl PresenceSink for Turns {
    fn online(&self, user: UserId) {
        assert_ne!(self.0.lock().insert(user, true), Some(true));
    }
    fn offline(&self, user: UserId) {
        assert_eq!(self.0.lock().insert(user, false), Some(true));
    }
}

fn roomy() -> HubConfig {
    HubConfig {
        resume_buffer_events: 1 << 20,
        resume_buffer_bytes: 1 << 30,
        outbox_bytes_cap: 1 << 30,
        load_backlog_messages: 1 << 20,
        ..HubConfig::default()
    }
}

/// Reads to the end of the story, losing the socket and sometimes what was read last, and comes back each time.
fn read_all(world: &World, n: u8) -> Vec<String> {
    let mut rng = SmallRng::seed_from_u64(u64::from(n));
    let (mut client, load) = world.begin(n, n, None);
    load.unwrap().activate(in_channels(&[1]));
    let mut seen = Vec::new();
    loop {
        for outgoing in next_batch(&mut client).unwrap() {
            let Outgoing::Event { seq, frame } = outgoing else { continue };
            assert_eq!(seq, client.next_seq);
            client.next_seq += 1;
            seen.push(name(&frame));
        }
        if seen.last().is_some_and(|last| last == "end") {
            seen.remove(0);
            return seen;
        }
        if seen.len() > 1 && rng.random_ratio(1, 4) {
            let place = (client.handle.id(), client.next_seq);
            // Sometimes the old socket is still open when the new one comes.
            let hanging = rng.random::<bool>().then_some(client);
            client = world.begin(n, n, Some(place)).0;
            drop(hanging);
            assert!(client.resumed);
        }
    }
}

#[test]
fn everybody_sees_the_same_story_from_where_they_came_in() {
    let presence = Arc::new(Turns::default());
    let world = World::with(roomy(), presence.clone());
    let reading = AtomicUsize::new(0);
    let stories: Vec<Vec<String>> = thread::scope(|scope| {
        let world = &world;
        let publishers: Vec<_> = (0..PUBLISHERS)
            .map(|p| {
                scope.spawn(move || {
                    for n in 0..EVENTS {
                        let to = if n % 7 == 0 { Audience::everyone() } else { Audience::channel(channel(1)) };
                        world.say(&format!("{p} {n}"), to);
                    }
                })
            })
            .collect();
        // Somebody else's coming and going, seen by nobody.
        let restless = scope.spawn(move || {
            for n in 0..EVENTS {
                let client = world.begin(100, 100, None);
                world.hub.apply(vec![join(100, 1), deliver("private", Audience::user(user(100))), leave(100, 1)]);
                if n % 3 == 0 {
                    drop(client);
                }
                world.hub.apply(vec![HubMessage::CloseUser(user(100))]);
            }
        });
        let readers: Vec<_> = (1..=READERS)
            .map(|n| {
                let reading = &reading;
                scope.spawn(move || {
                    reading.fetch_add(1, Ordering::SeqCst);
                    read_all(world, n)
                })
            })
            .collect();
        while reading.load(Ordering::SeqCst) < usize::from(READERS) {
            thread::yield_now();
        }
        publishers.into_iter().for_each(|publisher| publisher.join().unwrap());
        restless.join().unwrap();
        // Readers who come this late read this only.
        while world.hub.online_count() < usize::from(READERS) {
            thread::yield_now();
        }
        world.say("end", Audience::everyone());
        readers.into_iter().map(|reader| reader.join().unwrap()).collect()
    });

    let longest = stories.iter().max_by_key(|story| story.len()).unwrap();
    for story in &stories {
        assert!(longest.ends_with(story), "one order for all, and nothing missing or twice");
    }
    for p in 0..PUBLISHERS {
        let of_one: Vec<u32> =
            longest.iter().filter_map(|event| event.strip_prefix(&format!("{p} "))).map(|n| n.parse().unwrap()).collect();
        assert!(of_one.windows(2).all(|pair| pair[1] == pair[0] + 1), "each publisher's events in their order");
    }
    assert_eq!(world.hub.online_count(), 0);
    assert!(presence.0.lock().values().all(|online| !online));
}

#[test]
fn a_waiting_reader_never_sleeps_through_an_event() {
    let world = World::with(roomy(), Arc::new(()));
    let mut ann = world.connect(1, 1, &[1]);
    let mut ben = world.connect(2, 2, &[1]);
    // Ping and pong: one lost wake-up and neither goes on.
    thread::scope(|scope| {
        let world = &world;
        let ping = |client: &mut Client, to: u8| {
            for _ in 0..EVENTS {
                assert_eq!(next_batch(client).unwrap().len(), 1);
                world.say("ball", Audience::user(user(to)));
            }
        };
        scope.spawn(move || ping(&mut ann, 2));
        world.say("ball", Audience::user(user(1)));
        scope.spawn(move || ping(&mut ben, 1));
    });
}
