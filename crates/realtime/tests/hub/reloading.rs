//! Memberships that are loaded again for open connections, because they were found to differ from the database.

use guildhall_model::id::membership_digest;
use guildhall_realtime::{Audience, CloseReason, Memberships};

use crate::fixture::*;

#[test]
fn the_digest_follows_joins_and_leaves() {
    let fixture = Fixture::new();
    let digest = || fixture.hub.memberships_digest(user(1));
    let of = |channels: &[u8]| Some(channels.iter().map(|n| membership_digest(&channel(*n))).sum::<i64>());
    let (_ann, load) = fixture.connect_without_load(1, 1, None);
    assert_eq!(digest(), None, "while the memberships are loaded");
    load.unwrap().activate(in_channels(&[1, 2, 2]));
    assert_eq!(digest(), of(&[1, 2]));
    fixture.hub.apply(vec![join(1, 3), join(1, 3), leave(1, 1), leave(1, 9)]);
    assert_eq!(digest(), of(&[2, 3]));
    let states = fixture.hub.connections();
    assert_eq!(
        states.iter().map(|state| (state.user, state.session, state.memberships_digest)).collect::<Vec<_>>(),
        [(user(1), session(1), of(&[2, 3]))]
    );
    let loads = fixture.hub.reload_memberships(user(1));
    assert_eq!(loads.len(), 1);
    loads.into_iter().for_each(|load| load.activate(Memberships { channels: vec![channel(4)], teams: vec![team(5)] }));
    assert_eq!(digest(), Some(membership_digest(&channel(4)) + membership_digest(&team(5))));
    assert_eq!(fixture.hub.memberships_digest(user(7)), None);
    assert!(fixture.hub.reload_memberships(user(7)).is_empty());
}

#[test]
fn events_during_a_reload_are_delivered_once_to_all_connections_of_the_user() {
    let fixture = Fixture::new();
    let (mut first, mut second, mut other) = (fixture.connect(1, 1, &[1, 2]), fixture.connect(1, 2, &[]), fixture.connect(3, 3, &[1]));
    fixture.publish("before", Audience::channel(channel(1)));
    let mut loads = fixture.hub.reload_memberships(user(1));
    assert_eq!(loads.len(), 2);
    assert!(fixture.hub.reload_memberships(user(1)).is_empty(), "they wait already");
    for c in [1, 2, 3] {
        fixture.publish(&format!("during {c}"), Audience::channel(channel(c)));
    }
    fixture.hub.apply(vec![join(1, 4), leave(1, 2)]);
    for c in [2, 4] {
        fixture.publish(&format!("then {c}"), Audience::channel(channel(c)));
    }
    assert_eq!(first.read().unwrap(), ["before"], "the others are held back");
    // Channel 1 was lost; channel 3 is new.
    loads.pop().unwrap().activate(in_channels(&[2, 3]));
    drop(loads);
    for client in [&mut first, &mut second] {
        let events = client.read().unwrap();
        let since = events.iter().position(|name| name.starts_with("during")).unwrap();
        assert_eq!(events[since..], ["during 2", "during 3", "then 4"]);
    }
    fixture.publish("after 1", Audience::channel(channel(1)));
    fixture.publish("after 3", Audience::channel(channel(3)));
    assert_eq!(first.read().unwrap(), ["after 3"]);
    assert_eq!(second.read().unwrap(), ["after 3"]);
    assert_eq!(other.read().unwrap(), ["before", "during 1", "after 1"]);
}

#[test]
fn a_reload_that_fails_closes_the_connections() {
    let fixture = Fixture::new();
    let (mut first, mut second) = (fixture.connect(1, 1, &[1]), fixture.connect(1, 2, &[1]));
    drop(fixture.hub.reload_memberships(user(1)));
    assert_eq!(first.read(), Err(CloseReason::MembershipsUnavailable));
    assert_eq!(second.read(), Err(CloseReason::MembershipsUnavailable));
    assert_eq!(fixture.hub.stats().backlog_messages, 0);
    let mut again = fixture.connect(1, 3, &[1]);
    fixture.publish("again", Audience::channel(channel(1)));
    assert_eq!(again.read().unwrap(), ["again"]);
}

#[test]
fn a_list_that_was_read_before_a_reload_is_not_used_for_it() {
    let fixture = Fixture::new();
    let (mut slow, slow_load) = fixture.connect_without_load(1, 1, None);
    let (mut fast, fast_load) = fixture.connect_without_load(1, 2, None);
    let (slow_load, read_early) = (slow_load.unwrap(), in_channels(&[1]));
    fast_load.unwrap().activate(in_channels(&[1]));
    fixture.hub.apply(vec![leave(1, 1)]);
    let loads = fixture.hub.reload_memberships(user(1));
    // The list of before the removal arrives only now.
    slow_load.activate(read_early);
    fixture.publish("after the removal", Audience::channel(channel(1)));
    loads.into_iter().for_each(|load| load.activate(in_channels(&[])));
    fixture.publish("then", Audience::channel(channel(1)));
    for client in [&mut slow, &mut fast] {
        assert_eq!(client.read().unwrap().len(), 1, "the hello");
    }
}

#[test]
fn a_load_that_is_abandoned_late_does_not_end_a_reload() {
    let fixture = Fixture::new();
    let (mut slow, slow_load) = fixture.connect_without_load(1, 1, None);
    let (_fast, fast_load) = fixture.connect_without_load(1, 2, None);
    fast_load.unwrap().activate(in_channels(&[1]));
    let loads = fixture.hub.reload_memberships(user(1));
    drop(slow_load);
    fixture.publish("during", Audience::channel(channel(1)));
    loads.into_iter().for_each(|load| load.activate(in_channels(&[1])));
    assert_eq!(slow.read().unwrap()[1..], ["during"]);
}

#[test]
fn a_connection_that_closes_during_a_reload_does_not_close_the_others() {
    let fixture = Fixture::new();
    let (mut stays, leaves) = (fixture.connect(1, 1, &[1]), fixture.connect(1, 2, &[1]));
    let loads = fixture.hub.reload_memberships(user(1));
    drop(leaves);
    loads.into_iter().rev().for_each(|load| load.activate(in_channels(&[1])));
    fixture.publish("then", Audience::channel(channel(1)));
    assert_eq!(stays.read().unwrap(), ["then"]);
}
