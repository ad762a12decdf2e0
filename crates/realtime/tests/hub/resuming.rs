//! Resuming a connection: exactly the missing events, or a new connection.

use guildhall_realtime::{Audience, CloseReason, HubConfig, HubMessage};

use crate::fixture::*;

fn publish_all(fixture: &Fixture, names: &[&str]) {
    for name in names {
        fixture.publish(name, Audience::channel(channel(1)));
    }
}

#[test]
fn a_resumed_client_gets_the_events_published_meanwhile() {
    let fixture = Fixture::new();
    let mut ann = fixture.connect(1, 1, &[1]);
    publish_all(&fixture, &["a", "b"]);
    assert_eq!(ann.read().unwrap(), ["a", "b"]);
    publish_all(&fixture, &["c"]);
    let (id, next_seq) = ann.drop_socket();
    publish_all(&fixture, &["d"]);
    fixture.hub.apply(vec![leave(1, 1), deliver("not for her", Audience::channel(channel(1))), join(1, 1)]);
    publish_all(&fixture, &["e"]);

    let mut ann = fixture.resume(1, 1, id, next_seq);
    assert!(ann.resumed);
    assert_eq!(ann.handle.id(), id);
    assert_eq!(ann.read().unwrap(), ["c", "d", "e"]);
    publish_all(&fixture, &["f"]);
    assert_eq!(ann.read().unwrap(), ["f"]);
}

#[test]
fn events_sent_but_not_received_are_sent_again() {
    let fixture = Fixture::new();
    let mut ann = fixture.connect(1, 1, &[1]);
    publish_all(&fixture, &["a", "b", "c"]);
    ann.read().unwrap();
    let (id, _) = ann.drop_socket();
    let mut ann = fixture.resume(1, 1, id, 2);
    assert_eq!(ann.read().unwrap(), ["b", "c"]);
    let (id, next_seq) = ann.drop_socket();
    assert!(!fixture.resume(1, 1, id, 1).resumed, "the client had confirmed this event");
    assert_eq!(next_seq, 4);
}

#[test]
fn the_same_sequence_number_can_be_resumed_again() {
    let fixture = Fixture::new();
    let ann = fixture.connect(1, 1, &[1]);
    let (id, next_seq) = ann.drop_socket();
    publish_all(&fixture, &["a", "b"]);
    for _ in 0..3 {
        let mut ann = fixture.resume(1, 1, id, next_seq);
        assert_eq!(ann.read().unwrap(), ["a", "b"]);
    }
}

#[test]
fn a_resume_replaces_a_socket_that_is_still_open() {
    let fixture = Fixture::new();
    let mut old = fixture.connect(1, 1, &[1]);
    publish_all(&fixture, &["a"]);
    old.handle.reply("late");
    let mut new = fixture.resume(1, 1, old.handle.id(), 1);
    assert_eq!(old.read(), Err(CloseReason::Replaced));
    old.handle.reply("to nobody");
    drop(old);
    assert_eq!(new.read().unwrap(), ["a"]);
    publish_all(&fixture, &["b"]);
    assert_eq!(new.read().unwrap(), ["b"]);
    assert_eq!(fixture.hub.connection_count(), 1);
}

#[test]
fn a_resume_requires_the_same_user_and_session() {
    let fixture = Fixture::new();
    let mut ann = fixture.connect(1, 1, &[1]);
    let id = ann.handle.id();
    for (u, s) in [(2, 2), (1, 2), (2, 1)] {
        let other = fixture.resume(u, s, id, 1);
        assert!(!other.resumed);
        assert_ne!(other.handle.id(), id);
    }
    publish_all(&fixture, &["a"]);
    assert_eq!(ann.read().unwrap(), ["a"], "the connection is not affected");
}

#[test]
fn an_invalid_sequence_number_is_rejected_and_the_connection_is_discarded() {
    let fixture = Fixture::new();
    for next_seq in [-1, i64::MIN, 3, i64::MAX] {
        let mut ann = fixture.connect(1, 1, &[1]);
        publish_all(&fixture, &["a"]);
        ann.read().unwrap();
        publish_all(&fixture, &["never sent"]);
        let (id, _) = ann.drop_socket();
        let mut again = fixture.resume(1, 1, id, next_seq);
        assert!(!again.resumed);
        assert_ne!(again.handle.id(), id);
        assert_eq!(again.read().unwrap().len(), 1, "only a hello");
        assert!(!fixture.resume(1, 1, id, 2).resumed);
        fixture.hub.apply(vec![HubMessage::CloseUser(user(1))]);
    }
}

#[test]
fn replies_are_not_replayed() {
    let fixture = Fixture::new();
    let ann = fixture.connect(1, 1, &[1]);
    ann.handle.reply("gone with its socket");
    let (id, next_seq) = ann.drop_socket();
    publish_all(&fixture, &["a"]);
    assert_eq!(fixture.resume(1, 1, id, next_seq).read().unwrap(), ["a"]);
}

#[test]
fn a_connection_expires_after_the_resume_window() {
    let fixture = Fixture::with(HubConfig { resume_window_ms: 1000, ..HubConfig::default() }, std::sync::Arc::new(()));
    let (early, early_seq) = fixture.connect(1, 1, &[1]).drop_socket();
    fixture.clock.advance_ms(999);
    let (id, next_seq) = fixture.resume(1, 1, early, early_seq).drop_socket();
    fixture.clock.advance_ms(999);
    let client = fixture.resume(1, 1, id, next_seq);
    assert!(client.resumed, "a resume restarts the window");
    let (id, next_seq) = client.drop_socket();
    assert_eq!(fixture.hub.stats().detached_connections, 1);
    fixture.clock.advance_ms(1000);
    fixture.hub.sweep();
    assert_eq!(fixture.hub.stats().detached_connections, 0);
    let (client, load) = fixture.connect_without_load(1, 1, Some((id, next_seq)));
    assert!(!client.resumed);
    assert!(load.is_some(), "the memberships were discarded with the connection");
}

#[test]
fn without_a_resume_window_no_connection_is_kept() {
    let fixture = Fixture::with(HubConfig { resume_window_ms: 0, ..HubConfig::default() }, std::sync::Arc::new(()));
    let (id, next_seq) = fixture.connect(1, 1, &[1]).drop_socket();
    assert!(!fixture.resume(1, 1, id, next_seq).resumed);
}

#[test]
fn connection_ids_are_random_and_unique() {
    let fixture = Fixture::new();
    let mut seen = std::collections::HashSet::new();
    for n in 0..200 {
        let client = fixture.connect(n, n, &[]);
        assert!(seen.insert(client.handle.id()));
    }
    let first_bytes: std::collections::HashSet<u8> = seen.iter().map(|id| id.bytes()[0]).collect();
    assert!(first_bytes.len() > 50, "not ordered by time");
}
