//! What happens between a person's first connection and the list of their memberships.

use guildhall_realtime::{Audience, CloseReason, HubConfig, HubMessage, Memberships};

use crate::world::*;

#[test]
fn events_in_between_are_held_back_in_order() {
    let world = World::new();
    let (mut ann, load) = world.begin(1, 1, None);
    world.say("channel", Audience::channel(channel(1)));
    world.say("other", Audience::channel(channel(2)));
    world.say("her", Audience::user(user(1)));
    world.say("everyone but her", Audience::everyone().omit_user(user(1)));
    world.say("everyone", Audience::everyone());
    world.say("socket", Audience::connection(ann.handle.id()));
    world.say("team", Audience::team(team(1)));
    assert_eq!(ann.read().unwrap().len(), 1, "the hello does not wait");
    load.unwrap().activate(Memberships { channels: vec![channel(1)], teams: vec![team(1)] });
    assert_eq!(ann.read().unwrap(), ["channel", "her", "everyone", "socket", "team"]);
    world.say("from now on", Audience::channel(channel(1)));
    assert_eq!(ann.read().unwrap(), ["from now on"]);
}

#[test]
fn a_change_in_between_wins_over_the_list() {
    let world = World::new();
    let (mut ann, load) = world.begin(1, 1, None);
    ann.read().unwrap();
    let said = |name: &str| [1, 2, 3].map(|c| deliver(&format!("{name} {c}"), Audience::channel(channel(c))));
    world.hub.apply(said("before").into());
    world.hub.apply(vec![leave(1, 1), join(1, 2), join(1, 3), leave(1, 3), join(9, 1), leave(9, 2)]);
    world.hub.apply(said("after").into());
    // As read before any of it, except that the third channel shows.
    load.unwrap().activate(in_channels(&[1, 3]));
    assert_eq!(ann.read().unwrap(), ["before 1", "after 2"]);
    world.hub.apply(said("then").into());
    assert_eq!(ann.read().unwrap(), ["then 2"]);
}

#[test]
fn what_was_joined_in_between_is_seen_from_there_on() {
    let world = World::new();
    let (mut ann, load) = world.begin(1, 1, None);
    ann.read().unwrap();
    world.say("before", Audience::channel(channel(1)));
    world.hub.apply(vec![join(1, 1), deliver("welcome", Audience::channel(channel(1)))]);
    world.hub.apply(vec![HubMessage::JoinTeam { user: user(1), team: team(1) }]);
    world.say("team", Audience::team(team(1)));
    world.hub.apply(vec![HubMessage::LeaveTeam { user: user(1), team: team(1) }]);
    world.say("team", Audience::team(team(1)));
    load.unwrap().activate(Memberships { channels: vec![channel(1), channel(1)], teams: vec![team(1)] });
    assert_eq!(ann.read().unwrap(), ["welcome", "team"]);
    world.say("once", Audience::channel(channel(1)));
    world.say("team", Audience::team(team(1)));
    assert_eq!(ann.read().unwrap(), ["once"]);
}

#[test]
fn two_connections_at_once_each_get_theirs_whoever_loads_first() {
    for first in [0, 1] {
        let world = World::new();
        let (mut phone, phone_load) = world.begin(1, 1, None);
        world.say("a", Audience::channel(channel(1)));
        let (mut laptop, laptop_load) = world.begin(1, 2, None);
        world.say("b", Audience::channel(channel(1)));
        phone.read().unwrap();
        laptop.read().unwrap();
        let mut loads = vec![phone_load.unwrap(), laptop_load.unwrap()];
        loads.remove(first).activate(in_channels(&[1]));
        assert_eq!(phone.read().unwrap(), ["a", "b"]);
        assert_eq!(laptop.read().unwrap(), ["b"]);
        // The second list is not needed, and may be older than what is known by now.
        world.hub.apply(vec![leave(1, 1)]);
        loads.remove(0).activate(in_channels(&[1, 2]));
        world.say("c", Audience::channel(channel(1)));
        world.say("d", Audience::channel(channel(2)));
        assert_eq!(phone.read().unwrap(), [""; 0]);
    }
}

#[test]
fn a_load_that_fails_closes_its_connection_only() {
    let world = World::new();
    let (mut phone, phone_load) = world.begin(1, 1, None);
    let (mut laptop, laptop_load) = world.begin(1, 2, None);
    laptop.read().unwrap();
    drop(phone_load);
    assert_eq!(phone.read(), Err(CloseReason::MembershipsUnavailable));
    world.say("a", Audience::channel(channel(1)));
    laptop_load.unwrap().activate(in_channels(&[1]));
    assert_eq!(laptop.read().unwrap(), ["a"]);

    let (mut tablet, load) = world.begin(2, 3, None);
    let (_other, other_load) = world.begin(2, 4, None);
    tablet.read().unwrap();
    load.unwrap().activate(in_channels(&[]));
    drop(other_load);
    world.say("no harm done", Audience::user(user(2)));
    assert_eq!(tablet.read().unwrap(), ["no harm done"]);
}

#[test]
fn a_socket_that_breaks_while_loading_leaves_nothing() {
    let world = World::new();
    let (ann, load) = world.begin(1, 1, None);
    let (id, _) = ann.drop_socket();
    assert_eq!(world.hub.stats().detached_connections, 0);
    load.unwrap().activate(in_channels(&[1]));
    assert_eq!(world.hub.online_count(), 0);
    let (mut ann, load) = world.begin(1, 1, Some((id, 1)));
    assert!(!ann.resumed);
    load.unwrap().activate(in_channels(&[2]));
    world.say("a", Audience::channel(channel(1)));
    world.say("b", Audience::channel(channel(2)));
    assert_eq!(ann.read().unwrap()[1..], ["b"]);
}

#[test]
fn a_session_that_ends_while_loading_is_gone() {
    let world = World::new();
    let (mut ann, load) = world.begin(1, 1, None);
    world.hub.apply(vec![HubMessage::CloseSession(session(1))]);
    assert_eq!(ann.read(), Err(CloseReason::SessionEnded));
    load.unwrap().activate(in_channels(&[1]));
    assert_eq!(ann.read(), Err(CloseReason::SessionEnded));
    assert_eq!(world.hub.online_count(), 0);
}

#[test]
fn a_load_that_takes_too_long_starts_over() {
    let world = World::with(HubConfig { load_backlog_messages: 3, ..HubConfig::default() }, std::sync::Arc::new(()));
    let (mut slow, slow_load) = world.begin(1, 1, None);
    slow.read().unwrap();
    for n in 0..3 {
        world.say(&n.to_string(), Audience::channel(channel(1)));
    }
    let (mut quick, quick_load) = world.begin(1, 2, None);
    quick.read().unwrap();
    world.say("3", Audience::channel(channel(1)));
    quick_load.unwrap().activate(in_channels(&[1]));
    assert_eq!(quick.read().unwrap(), ["3"]);
    assert_eq!(slow.read(), Err(CloseReason::MembershipsUnavailable));
    slow_load.unwrap().activate(in_channels(&[1, 2]));
    world.say("other", Audience::channel(channel(2)));
    world.say("4", Audience::channel(channel(1)));
    assert_eq!(quick.read().unwrap(), ["4"]);
}

#[test]
fn resuming_is_for_connections_whose_memberships_are_known() {
    let world = World::new();
    let (mut ann, load) = world.begin(1, 1, None);
    ann.read().unwrap();
    let (mut again, second_load) = world.begin(1, 1, Some((ann.handle.id(), 1)));
    assert!(!again.resumed);
    assert_eq!(ann.read(), Err(CloseReason::Replaced));
    load.unwrap().activate(in_channels(&[9]));
    second_load.unwrap().activate(in_channels(&[1]));
    world.say("a", Audience::channel(channel(1)));
    world.say("b", Audience::channel(channel(9)));
    assert_eq!(again.read().unwrap()[1..], ["a"]);
}

#[test]
fn nothing_is_remembered_when_nobody_loads() {
    let world = World::new();
    let say = || world.say("a", Audience::everyone());
    say();
    assert_eq!(world.hub.stats().remembered_messages, 0);
    let ends: [fn(&World, Client, guildhall_realtime::MembershipLoad); 4] = [
        |_, _, load| load.activate(Memberships::default()),
        |_, _, load| drop(load),
        |_, client, _| drop(client),
        |world, _, _| world.hub.apply(vec![HubMessage::CloseUser(user(1))]),
    ];
    for end in ends {
        let (client, load) = world.begin(1, 1, None);
        say();
        assert_eq!(world.hub.stats().remembered_messages, 1);
        end(&world, client, load.unwrap());
        assert_eq!(world.hub.stats().remembered_messages, 0);
        world.hub.apply(vec![HubMessage::CloseUser(user(1))]);
    }
}
