//! Events and changes published between a user's first connection and the activation of the memberships.

use guildhall_realtime::{Audience, CloseReason, HubConfig, HubMessage, Memberships};

use crate::fixture::*;

#[test]
fn events_during_a_load_are_held_back_in_order() {
    let fixture = Fixture::new();
    let (mut ann, load) = fixture.connect_without_load(1, 1, None);
    fixture.publish("channel", Audience::channel(channel(1)));
    fixture.publish("other", Audience::channel(channel(2)));
    fixture.publish("her", Audience::user(user(1)));
    fixture.publish("everyone but her", Audience::everyone().omit_user(user(1)));
    fixture.publish("everyone", Audience::everyone());
    fixture.publish("socket", Audience::connection(ann.handle.id()));
    fixture.publish("team", Audience::team(team(1)));
    assert_eq!(ann.read().unwrap().len(), 1, "the hello is sent during the load");
    load.unwrap().activate(Memberships { channels: vec![channel(1)], teams: vec![team(1)] });
    assert_eq!(ann.read().unwrap(), ["channel", "her", "everyone", "socket", "team"]);
    fixture.publish("from now on", Audience::channel(channel(1)));
    assert_eq!(ann.read().unwrap(), ["from now on"]);
}

#[test]
fn a_change_during_a_load_takes_precedence_over_the_list() {
    let fixture = Fixture::new();
    let (mut ann, load) = fixture.connect_without_load(1, 1, None);
    ann.read().unwrap();
    let events = |name: &str| [1, 2, 3].map(|c| deliver(&format!("{name} {c}"), Audience::channel(channel(c))));
    fixture.hub.apply(events("before").into());
    fixture.hub.apply(vec![leave(1, 1), join(1, 2), join(1, 3), leave(1, 3), join(9, 1), leave(9, 2)]);
    fixture.hub.apply(events("after").into());
    // The list of before all changes, except for the third channel.
    load.unwrap().activate(in_channels(&[1, 3]));
    assert_eq!(ann.read().unwrap(), ["before 1", "after 2"]);
    fixture.hub.apply(events("then").into());
    assert_eq!(ann.read().unwrap(), ["then 2"]);
}

#[test]
fn a_room_joined_during_a_load_delivers_from_the_join_on() {
    let fixture = Fixture::new();
    let (mut ann, load) = fixture.connect_without_load(1, 1, None);
    ann.read().unwrap();
    fixture.publish("before", Audience::channel(channel(1)));
    fixture.hub.apply(vec![join(1, 1), deliver("welcome", Audience::channel(channel(1)))]);
    fixture.hub.apply(vec![HubMessage::JoinTeam { user: user(1), team: team(1) }]);
    fixture.publish("team", Audience::team(team(1)));
    fixture.hub.apply(vec![HubMessage::LeaveTeam { user: user(1), team: team(1) }]);
    fixture.publish("team", Audience::team(team(1)));
    load.unwrap().activate(Memberships { channels: vec![channel(1), channel(1)], teams: vec![team(1)] });
    assert_eq!(ann.read().unwrap(), ["welcome", "team"]);
    fixture.publish("once", Audience::channel(channel(1)));
    fixture.publish("team", Audience::team(team(1)));
    assert_eq!(ann.read().unwrap(), ["once"]);
}

#[test]
fn two_loading_connections_get_their_own_events_in_any_order_of_activation() {
    for first in [0, 1] {
        let fixture = Fixture::new();
        let (mut phone, phone_load) = fixture.connect_without_load(1, 1, None);
        fixture.publish("a", Audience::channel(channel(1)));
        let (mut laptop, laptop_load) = fixture.connect_without_load(1, 2, None);
        fixture.publish("b", Audience::channel(channel(1)));
        phone.read().unwrap();
        laptop.read().unwrap();
        let mut loads = vec![phone_load.unwrap(), laptop_load.unwrap()];
        loads.remove(first).activate(in_channels(&[1]));
        assert_eq!(phone.read().unwrap(), ["a", "b"]);
        assert_eq!(laptop.read().unwrap(), ["b"]);
        // The second list is ignored, since it may be older than the current memberships.
        fixture.hub.apply(vec![leave(1, 1)]);
        loads.remove(0).activate(in_channels(&[1, 2]));
        fixture.publish("c", Audience::channel(channel(1)));
        fixture.publish("d", Audience::channel(channel(2)));
        assert_eq!(phone.read().unwrap(), [""; 0]);
    }
}

#[test]
fn a_load_that_fails_closes_its_connection_only() {
    let fixture = Fixture::new();
    let (mut phone, phone_load) = fixture.connect_without_load(1, 1, None);
    let (mut laptop, laptop_load) = fixture.connect_without_load(1, 2, None);
    laptop.read().unwrap();
    drop(phone_load);
    assert_eq!(phone.read(), Err(CloseReason::MembershipsUnavailable));
    fixture.publish("a", Audience::channel(channel(1)));
    laptop_load.unwrap().activate(in_channels(&[1]));
    assert_eq!(laptop.read().unwrap(), ["a"]);

    let (mut tablet, load) = fixture.connect_without_load(2, 3, None);
    let (_other, other_load) = fixture.connect_without_load(2, 4, None);
    tablet.read().unwrap();
    load.unwrap().activate(in_channels(&[]));
    drop(other_load);
    fixture.publish("no harm done", Audience::user(user(2)));
    assert_eq!(tablet.read().unwrap(), ["no harm done"]);
}

#[test]
fn a_socket_that_closes_during_its_load_leaves_no_state() {
    let fixture = Fixture::new();
    let (ann, load) = fixture.connect_without_load(1, 1, None);
    let (id, _) = ann.drop_socket();
    assert_eq!(fixture.hub.stats().detached_connections, 0);
    load.unwrap().activate(in_channels(&[1]));
    assert_eq!(fixture.hub.online_count(), 0);
    let (mut ann, load) = fixture.connect_without_load(1, 1, Some((id, 1)));
    assert!(!ann.resumed);
    load.unwrap().activate(in_channels(&[2]));
    fixture.publish("a", Audience::channel(channel(1)));
    fixture.publish("b", Audience::channel(channel(2)));
    assert_eq!(ann.read().unwrap()[1..], ["b"]);
}

#[test]
fn a_session_revoked_during_a_load_is_closed() {
    let fixture = Fixture::new();
    let (mut ann, load) = fixture.connect_without_load(1, 1, None);
    fixture.hub.apply(vec![HubMessage::CloseSession(session(1))]);
    assert_eq!(ann.read(), Err(CloseReason::SessionEnded));
    load.unwrap().activate(in_channels(&[1]));
    assert_eq!(ann.read(), Err(CloseReason::SessionEnded));
    assert_eq!(fixture.hub.online_count(), 0);
}

#[test]
fn a_load_that_outlasts_the_backlog_closes_its_connection() {
    let fixture = Fixture::with(HubConfig { load_backlog_messages: 3, ..HubConfig::default() }, std::sync::Arc::new(()));
    let (mut slow, slow_load) = fixture.connect_without_load(1, 1, None);
    slow.read().unwrap();
    for n in 0..3 {
        fixture.publish(&n.to_string(), Audience::channel(channel(1)));
    }
    let (mut quick, quick_load) = fixture.connect_without_load(1, 2, None);
    quick.read().unwrap();
    fixture.publish("3", Audience::channel(channel(1)));
    quick_load.unwrap().activate(in_channels(&[1]));
    assert_eq!(quick.read().unwrap(), ["3"]);
    assert_eq!(slow.read(), Err(CloseReason::MembershipsUnavailable));
    slow_load.unwrap().activate(in_channels(&[1, 2]));
    fixture.publish("other", Audience::channel(channel(2)));
    fixture.publish("4", Audience::channel(channel(1)));
    assert_eq!(quick.read().unwrap(), ["4"]);
}

#[test]
fn a_connection_without_loaded_memberships_cannot_be_resumed() {
    let fixture = Fixture::new();
    let (mut ann, load) = fixture.connect_without_load(1, 1, None);
    ann.read().unwrap();
    let (mut again, second_load) = fixture.connect_without_load(1, 1, Some((ann.handle.id(), 1)));
    assert!(!again.resumed);
    assert_eq!(ann.read(), Err(CloseReason::Replaced));
    load.unwrap().activate(in_channels(&[9]));
    second_load.unwrap().activate(in_channels(&[1]));
    fixture.publish("a", Audience::channel(channel(1)));
    fixture.publish("b", Audience::channel(channel(9)));
    assert_eq!(again.read().unwrap()[1..], ["a"]);
}

#[test]
fn the_backlog_is_empty_without_a_pending_load() {
    let fixture = Fixture::new();
    let publish = || fixture.publish("a", Audience::everyone());
    publish();
    assert_eq!(fixture.hub.stats().backlog_messages, 0);
    let ends: [fn(&Fixture, Client, guildhall_realtime::MembershipLoad); 4] = [
        |_, _, load| load.activate(Memberships::default()),
        |_, _, load| drop(load),
        |_, client, _| drop(client),
        |fixture, _, _| fixture.hub.apply(vec![HubMessage::CloseUser(user(1))]),
    ];
    for end in ends {
        let (client, load) = fixture.connect_without_load(1, 1, None);
        publish();
        assert_eq!(fixture.hub.stats().backlog_messages, 1);
        end(&fixture, client, load.unwrap());
        assert_eq!(fixture.hub.stats().backlog_messages, 0);
        fixture.hub.apply(vec![HubMessage::CloseUser(user(1))]);
    }
}
