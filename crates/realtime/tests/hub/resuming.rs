//! Coming back to a connection: exactly what is missing, or a new one.

use guildhall_realtime::{Audience, CloseReason, HubConfig, HubMessage};

use crate::world::*;

fn to_all(world: &World, names: &[&str]) {
    for name in names {
        world.say(name, Audience::channel(channel(1)));
    }
}

#[test]
fn a_client_gets_what_came_while_it_was_away() {
    let world = World::new();
    let mut ann = world.connect(1, 1, &[1]);
    to_all(&world, &["a", "b"]);
    assert_eq!(ann.read().unwrap(), ["a", "b"]);
    to_all(&world, &["c"]);
    let (id, next_seq) = ann.drop_socket();
    to_all(&world, &["d"]);
    world.hub.apply(vec![leave(1, 1), deliver("not for her", Audience::channel(channel(1))), join(1, 1)]);
    to_all(&world, &["e"]);

    let mut ann = world.resume(1, 1, id, next_seq);
    assert!(ann.resumed);
    assert_eq!(ann.handle.id(), id);
    assert_eq!(ann.read().unwrap(), ["c", "d", "e"]);
    to_all(&world, &["f"]);
    assert_eq!(ann.read().unwrap(), ["f"]);
}

#[test]
fn what_was_sent_and_lost_on_the_way_is_sent_again() {
    let world = World::new();
    let mut ann = world.connect(1, 1, &[1]);
    to_all(&world, &["a", "b", "c"]);
    ann.read().unwrap();
    let (id, _) = ann.drop_socket();
    let mut ann = world.resume(1, 1, id, 2);
    assert_eq!(ann.read().unwrap(), ["b", "c"]);
    let (id, next_seq) = ann.drop_socket();
    assert!(!world.resume(1, 1, id, 1).resumed, "it had said that it has this one");
    assert_eq!(next_seq, 4);
}

#[test]
fn the_same_place_can_be_asked_for_again() {
    let world = World::new();
    let ann = world.connect(1, 1, &[1]);
    let (id, next_seq) = ann.drop_socket();
    to_all(&world, &["a", "b"]);
    for _ in 0..3 {
        let mut ann = world.resume(1, 1, id, next_seq);
        assert_eq!(ann.read().unwrap(), ["a", "b"]);
    }
}

#[test]
fn a_new_socket_takes_over_from_one_that_hangs() {
    let world = World::new();
    let mut old = world.connect(1, 1, &[1]);
    to_all(&world, &["a"]);
    old.handle.reply("late");
    let mut new = world.resume(1, 1, old.handle.id(), 1);
    assert_eq!(old.read(), Err(CloseReason::Replaced));
    old.handle.reply("to nobody");
    drop(old);
    assert_eq!(new.read().unwrap(), ["a"]);
    to_all(&world, &["b"]);
    assert_eq!(new.read().unwrap(), ["b"]);
    assert_eq!(world.hub.connection_count(), 1);
}

#[test]
fn it_takes_the_same_person_and_the_same_session() {
    let world = World::new();
    let mut ann = world.connect(1, 1, &[1]);
    let id = ann.handle.id();
    for (u, s) in [(2, 2), (1, 2), (2, 1)] {
        let thief = world.resume(u, s, id, 1);
        assert!(!thief.resumed);
        assert_ne!(thief.handle.id(), id);
    }
    to_all(&world, &["a"]);
    assert_eq!(ann.read().unwrap(), ["a"], "and the owner does not notice");
}

#[test]
fn a_place_that_never_was_is_refused_and_the_old_connection_goes() {
    let world = World::new();
    for next_seq in [-1, i64::MIN, 3, i64::MAX] {
        let mut ann = world.connect(1, 1, &[1]);
        to_all(&world, &["a"]);
        ann.read().unwrap();
        to_all(&world, &["never sent"]);
        let (id, _) = ann.drop_socket();
        let mut again = world.resume(1, 1, id, next_seq);
        assert!(!again.resumed);
        assert_ne!(again.handle.id(), id);
        assert_eq!(again.read().unwrap().len(), 1, "a hello and nothing else");
        assert!(!world.resume(1, 1, id, 2).resumed);
        world.hub.apply(vec![HubMessage::CloseUser(user(1))]);
    }
}

#[test]
fn answers_are_not_replayed() {
    let world = World::new();
    let ann = world.connect(1, 1, &[1]);
    ann.handle.reply("gone with its socket");
    let (id, next_seq) = ann.drop_socket();
    to_all(&world, &["a"]);
    assert_eq!(world.resume(1, 1, id, next_seq).read().unwrap(), ["a"]);
}

#[test]
fn the_window_closes() {
    let world = World::with(HubConfig { resume_window_ms: 1000, ..HubConfig::default() }, std::sync::Arc::new(()));
    let (early, early_seq) = world.connect(1, 1, &[1]).drop_socket();
    world.clock.advance_ms(999);
    let (id, next_seq) = world.resume(1, 1, early, early_seq).drop_socket();
    world.clock.advance_ms(999);
    let client = world.resume(1, 1, id, next_seq);
    assert!(client.resumed, "a return opens the window anew");
    let (id, next_seq) = client.drop_socket();
    assert_eq!(world.hub.stats().detached_connections, 1);
    world.clock.advance_ms(1000);
    world.hub.sweep();
    assert_eq!(world.hub.stats().detached_connections, 0);
    let (client, load) = world.begin(1, 1, Some((id, next_seq)));
    assert!(!client.resumed);
    assert!(load.is_some(), "the memberships went with it");
}

#[test]
fn without_a_window_nothing_is_kept() {
    let world = World::with(HubConfig { resume_window_ms: 0, ..HubConfig::default() }, std::sync::Arc::new(()));
    let (id, next_seq) = world.connect(1, 1, &[1]).drop_socket();
    assert!(!world.resume(1, 1, id, next_seq).resumed);
}

#[test]
fn ids_are_random_and_never_come_back() {
    let world = World::new();
    let mut seen = std::collections::HashSet::new();
    for n in 0..200 {
        let client = world.connect(n, n, &[]);
        assert!(seen.insert(client.handle.id()));
    }
    let first_bytes: std::collections::HashSet<u8> = seen.iter().map(|id| id.bytes()[0]).collect();
    assert!(first_bytes.len() > 50, "not ordered by time");
}
