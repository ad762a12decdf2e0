//! What is kept is bounded, and what goes beyond is closed rather than dropped.

use std::sync::Arc;

use guildhall_realtime::{Audience, CloseReason, HubConfig};

use crate::world::*;

fn world(config: HubConfig) -> World {
    World::with(config, Arc::new(()))
}

fn say(world: &World, names: impl IntoIterator<Item = u32>) {
    for name in names {
        world.say(&format!("{name:04}"), Audience::channel(channel(1)));
    }
}

fn names(names: impl IntoIterator<Item = u32>) -> Vec<String> {
    names.into_iter().map(|name| format!("{name:04}")).collect()
}

#[test]
fn a_reader_that_falls_behind_is_closed_and_resumes_without_a_gap() {
    let world = world(HubConfig { outbox_bytes_cap: 40, resume_buffer_events: 2, ..HubConfig::default() });
    let mut ann = world.connect(1, 1, &[1]);
    let mut quick = world.connect(2, 2, &[1]);
    say(&world, 0..10);
    assert_eq!(world.hub.connection_count(), 2);
    assert_eq!(quick.read().unwrap(), names(0..10));
    say(&world, 10..11);
    assert_eq!(ann.read(), Err(CloseReason::SlowReader));
    assert!(CloseReason::SlowReader.is_resumable());
    assert_eq!(world.hub.connection_count(), 1);
    // What waited when it was closed does not count as gathered since.
    say(&world, 11..13);
    let (id, next_seq) = ann.drop_socket();
    let mut ann = world.resume(1, 1, id, next_seq);
    assert!(ann.resumed);
    assert_eq!(ann.read().unwrap(), names(0..13));
    assert_eq!(quick.read().unwrap(), names(10..13));
}

#[test]
fn answers_nobody_reads_count_too() {
    let world = world(HubConfig { outbox_bytes_cap: 10, ..HubConfig::default() });
    let mut ann = world.connect(1, 1, &[1]);
    ann.handle.reply("0123456789");
    assert_eq!(world.hub.connection_count(), 1);
    ann.handle.reply("0");
    assert_eq!(ann.read(), Err(CloseReason::SlowReader));
    assert_eq!(world.hub.connection_count(), 0);
}

#[test]
fn an_absent_client_is_waited_for_up_to_a_number_of_events_or_bytes() {
    for config in
        [HubConfig { resume_buffer_events: 5, ..HubConfig::default() }, HubConfig { resume_buffer_bytes: 20, ..HubConfig::default() }]
    {
        let world = world(config);
        let (id, next_seq) = world.connect(1, 1, &[1]).drop_socket();
        say(&world, 0..5);
        let mut ann = world.resume(1, 1, id, next_seq);
        assert_eq!(ann.read().unwrap(), names(0..5));
        let (id, next_seq) = ann.drop_socket();
        say(&world, 5..11);
        assert_eq!(world.hub.stats().detached_connections, 0, "it could not be resumed, so it is not kept");
        assert!(!world.resume(1, 1, id, next_seq).resumed);
    }
}

#[test]
fn what_was_written_is_kept_up_to_a_number_of_events_or_bytes() {
    for config in
        [HubConfig { resume_buffer_events: 5, ..HubConfig::default() }, HubConfig { resume_buffer_bytes: 20, ..HubConfig::default() }]
    {
        for (from_seq, resumable) in [(5, false), (6, true), (9, true), (11, true), (12, false)] {
            let world = world(config.clone());
            let mut ann = world.connect(1, 1, &[1]);
            for n in 0..10 {
                say(&world, [n]);
                ann.read().unwrap();
            }
            // Asking again says that the last one was written as well.
            assert_eq!(ann.read().unwrap(), [""; 0]);
            let (id, _) = ann.drop_socket();
            let mut ann = world.resume(1, 1, id, from_seq);
            assert_eq!(ann.resumed, resumable, "from {from_seq}");
            if resumable {
                assert_eq!(ann.read().unwrap(), names(from_seq as u32 - 1..10));
            }
        }
    }
}

#[test]
fn a_batch_in_hand_is_kept_whole() {
    let world = world(HubConfig { resume_buffer_events: 2, ..HubConfig::default() });
    let mut ann = world.connect(1, 1, &[1]);
    say(&world, 0..50);
    ann.read().unwrap();
    say(&world, 50..60);
    // It was never said that the fifty were written: the socket may have broken on the first of them.
    let (id, _) = ann.drop_socket();
    assert_eq!(world.resume(1, 1, id, 1).read().unwrap(), names(0..60));
}

#[test]
fn what_waits_takes_no_room_from_what_was_written() {
    let world = world(HubConfig { resume_buffer_events: 3, outbox_bytes_cap: 40, ..HubConfig::default() });
    let mut ann = world.connect(1, 1, &[1]);
    say(&world, 0..3);
    ann.read().unwrap();
    ann.read().unwrap();
    // Written, but stuck on the way: which is why the reader falls behind.
    say(&world, 3..14);
    assert_eq!(ann.read(), Err(CloseReason::SlowReader));
    let mut ann = world.resume(1, 1, ann.handle.id(), 1);
    // What was put back counts as waiting again.
    say(&world, 14..15);
    assert_eq!(ann.read(), Err(CloseReason::SlowReader));
    let mut ann = world.resume(1, 1, ann.handle.id(), 1);
    assert_eq!(ann.read().unwrap(), names(0..15));
}

#[test]
fn what_was_written_long_ago_is_let_go() {
    let world = world(HubConfig { written_retention_ms: 1000, ..HubConfig::default() });
    let mut clients: Vec<_> = (1..=7).map(|n| world.connect(n, n, &[1])).collect();
    world.hub.sweep();
    say(&world, 0..3);
    for client in &mut clients {
        client.read().unwrap();
        client.read().unwrap();
    }
    let resumes_from = |n: u8, id, seq| {
        let mut client = world.resume(n, n, id, seq);
        client.resumed.then(|| client.read().unwrap().len())
    };
    for _ in 0..10 {
        world.clock.advance_ms(90);
        world.hub.sweep();
    }
    let (id, _) = clients.remove(0).drop_socket();
    assert_eq!(resumes_from(1, id, 1), Some(3), "not within the time");
    for _ in 0..130 {
        world.clock.advance_ms(9);
        world.hub.sweep();
    }
    let (id, _) = clients.remove(0).drop_socket();
    assert_eq!(resumes_from(2, id, 1), None, "but after twice the time");
    let (id, _) = clients.remove(0).drop_socket();
    assert_eq!(resumes_from(3, id, 4), Some(0), "and nothing else is touched");
}

#[test]
fn one_person_cannot_leave_any_number_of_connections_behind() {
    let world = world(HubConfig { detached_per_user_cap: 2, ..HubConfig::default() });
    let live = world.connect(1, 1, &[1]);
    let mut left = Vec::new();
    for _ in 0..5 {
        left.push(world.connect(1, 1, &[1]).drop_socket());
        world.clock.advance_ms(1);
    }
    assert_eq!(world.hub.stats().detached_connections, 2);
    // The latest first: an attempt that fails leaves another connection behind.
    let returned: Vec<bool> = left.into_iter().rev().map(|(id, seq)| world.resume(1, 1, id, seq).resumed).collect();
    assert_eq!(returned, [true, true, false, false, false]);
    assert_eq!(world.hub.connection_count(), 1);
    drop(live);
}
