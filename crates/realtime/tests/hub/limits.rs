//! The limits of queues and buffers: a connection beyond them is closed, and no event is dropped.

use std::sync::Arc;

use guildhall_realtime::{Audience, CloseReason, HubConfig};

use crate::fixture::*;

fn with_config(config: HubConfig) -> Fixture {
    Fixture::with(config, Arc::new(()))
}

fn publish_numbered(fixture: &Fixture, names: impl IntoIterator<Item = u32>) {
    for name in names {
        fixture.publish(&format!("{name:04}"), Audience::channel(channel(1)));
    }
}

fn names(names: impl IntoIterator<Item = u32>) -> Vec<String> {
    names.into_iter().map(|name| format!("{name:04}")).collect()
}

#[test]
fn a_reader_that_falls_behind_is_closed_and_resumes_without_a_gap() {
    let fixture = with_config(HubConfig { outbox_bytes_cap: 40, resume_buffer_events: 2, ..HubConfig::default() });
    let mut ann = fixture.connect(1, 1, &[1]);
    let mut quick = fixture.connect(2, 2, &[1]);
    publish_numbered(&fixture, 0..10);
    assert_eq!(fixture.hub.connection_count(), 2);
    assert_eq!(quick.read().unwrap(), names(0..10));
    publish_numbered(&fixture, 10..11);
    assert_eq!(ann.read(), Err(CloseReason::SlowReader));
    assert!(CloseReason::SlowReader.is_resumable());
    assert_eq!(fixture.hub.connection_count(), 1);
    // Events that waited when it was closed do not count towards the resume buffer.
    publish_numbered(&fixture, 11..13);
    let (id, next_seq) = ann.drop_socket();
    let mut ann = fixture.resume(1, 1, id, next_seq);
    assert!(ann.resumed);
    assert_eq!(ann.read().unwrap(), names(0..13));
    assert_eq!(quick.read().unwrap(), names(10..13));
}

#[test]
fn unread_replies_count_towards_the_outbox_limit() {
    let fixture = with_config(HubConfig { outbox_bytes_cap: 10, ..HubConfig::default() });
    let mut ann = fixture.connect(1, 1, &[1]);
    ann.handle.reply("0123456789");
    assert_eq!(fixture.hub.connection_count(), 1);
    ann.handle.reply("0");
    assert_eq!(ann.read(), Err(CloseReason::SlowReader));
    assert_eq!(fixture.hub.connection_count(), 0);
}

#[test]
fn a_detached_connection_is_kept_up_to_a_number_of_events_or_bytes() {
    for config in
        [HubConfig { resume_buffer_events: 5, ..HubConfig::default() }, HubConfig { resume_buffer_bytes: 20, ..HubConfig::default() }]
    {
        let fixture = with_config(config);
        let (id, next_seq) = fixture.connect(1, 1, &[1]).drop_socket();
        publish_numbered(&fixture, 0..5);
        let mut ann = fixture.resume(1, 1, id, next_seq);
        assert_eq!(ann.read().unwrap(), names(0..5));
        let (id, next_seq) = ann.drop_socket();
        publish_numbered(&fixture, 5..11);
        assert_eq!(fixture.hub.stats().detached_connections, 0, "a connection that cannot be resumed is not kept");
        assert!(!fixture.resume(1, 1, id, next_seq).resumed);
    }
}

#[test]
fn written_events_are_kept_up_to_a_number_of_events_or_bytes() {
    for config in
        [HubConfig { resume_buffer_events: 5, ..HubConfig::default() }, HubConfig { resume_buffer_bytes: 20, ..HubConfig::default() }]
    {
        for (from_seq, resumable) in [(5, false), (6, true), (9, true), (11, true), (12, false)] {
            let fixture = with_config(config.clone());
            let mut ann = fixture.connect(1, 1, &[1]);
            for n in 0..10 {
                publish_numbered(&fixture, [n]);
                ann.read().unwrap();
            }
            // Reading again confirms that the last batch was written.
            assert_eq!(ann.read().unwrap(), [""; 0]);
            let (id, _) = ann.drop_socket();
            let mut ann = fixture.resume(1, 1, id, from_seq);
            assert_eq!(ann.resumed, resumable, "from {from_seq}");
            if resumable {
                assert_eq!(ann.read().unwrap(), names(from_seq as u32 - 1..10));
            }
        }
    }
}

#[test]
fn a_batch_in_flight_is_kept_completely() {
    let fixture = with_config(HubConfig { resume_buffer_events: 2, ..HubConfig::default() });
    let mut ann = fixture.connect(1, 1, &[1]);
    publish_numbered(&fixture, 0..50);
    ann.read().unwrap();
    publish_numbered(&fixture, 50..60);
    // The batch of fifty was never confirmed: the socket may have failed at its first event.
    let (id, _) = ann.drop_socket();
    assert_eq!(fixture.resume(1, 1, id, 1).read().unwrap(), names(0..60));
}

#[test]
fn waiting_events_do_not_displace_written_events() {
    let fixture = with_config(HubConfig { resume_buffer_events: 3, outbox_bytes_cap: 40, ..HubConfig::default() });
    let mut ann = fixture.connect(1, 1, &[1]);
    publish_numbered(&fixture, 0..3);
    ann.read().unwrap();
    ann.read().unwrap();
    // Written to the socket, but not received by the slow reader.
    publish_numbered(&fixture, 3..14);
    assert_eq!(ann.read(), Err(CloseReason::SlowReader));
    let mut ann = fixture.resume(1, 1, ann.handle.id(), 1);
    // Replayed events count as waiting again.
    publish_numbered(&fixture, 14..15);
    assert_eq!(ann.read(), Err(CloseReason::SlowReader));
    let mut ann = fixture.resume(1, 1, ann.handle.id(), 1);
    assert_eq!(ann.read().unwrap(), names(0..15));
}

#[test]
fn written_events_are_dropped_after_the_retention_period() {
    let fixture = with_config(HubConfig { written_retention_ms: 1000, ..HubConfig::default() });
    let mut clients: Vec<_> = (1..=7).map(|n| fixture.connect(n, n, &[1])).collect();
    fixture.hub.sweep();
    publish_numbered(&fixture, 0..3);
    for client in &mut clients {
        client.read().unwrap();
        client.read().unwrap();
    }
    let resumes_from = |n: u8, id, seq| {
        let mut client = fixture.resume(n, n, id, seq);
        client.resumed.then(|| client.read().unwrap().len())
    };
    for _ in 0..10 {
        fixture.clock.advance_ms(90);
        fixture.hub.sweep();
    }
    let (id, _) = clients.remove(0).drop_socket();
    assert_eq!(resumes_from(1, id, 1), Some(3), "kept within the retention period");
    for _ in 0..130 {
        fixture.clock.advance_ms(9);
        fixture.hub.sweep();
    }
    let (id, _) = clients.remove(0).drop_socket();
    assert_eq!(resumes_from(2, id, 1), None, "dropped after twice the period");
    let (id, _) = clients.remove(0).drop_socket();
    assert_eq!(resumes_from(3, id, 4), Some(0), "the connection itself is kept");
}

#[test]
fn the_number_of_detached_connections_per_user_is_limited() {
    let fixture = with_config(HubConfig { detached_per_user_cap: 2, ..HubConfig::default() });
    let live = fixture.connect(1, 1, &[1]);
    let mut detached = Vec::new();
    for _ in 0..5 {
        detached.push(fixture.connect(1, 1, &[1]).drop_socket());
        fixture.clock.advance_ms(1);
    }
    assert_eq!(fixture.hub.stats().detached_connections, 2);
    // The latest first: a rejected resume adds another detached connection.
    let resumed: Vec<bool> = detached.into_iter().rev().map(|(id, seq)| fixture.resume(1, 1, id, seq).resumed).collect();
    assert_eq!(resumed, [true, true, false, false, false]);
    assert_eq!(fixture.hub.connection_count(), 1);
    drop(live);
}
