//! Audiences, order, batches and answers.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use guildhall_model::id::ConnectionId;
use guildhall_realtime::{Audience, Bus, CloseReason, HubMessage, Memberships, MemoryBus};

use crate::world::*;

#[test]
fn each_audience_reaches_its_own() {
    let world = World::new();
    let mut ann = world.connect(1, 1, &[1]);
    let (mut ben, load) = world.begin(2, 2, None);
    load.unwrap().activate(Memberships { channels: vec![channel(1), channel(2)], teams: vec![team(1)] });
    ben.read().unwrap();
    let mut eve = world.connect(3, 3, &[]);

    world.say("all", Audience::everyone());
    world.say("one", Audience::channel(channel(1)));
    world.say("two", Audience::channel(channel(2)));
    world.say("team", Audience::team(team(1)));
    world.say("people", Audience::users([user(1), user(3), user(9)]));
    world.say("person", Audience::user(user(3)));
    world.say("socket", Audience::connection(ann.handle.id()));
    world.say("nobody", Audience::channel(channel(9)));
    world.say("nothing", Audience::connection(ConnectionId::from_bytes([0; 16])));

    assert_eq!(ann.read().unwrap(), ["all", "one", "people", "socket"]);
    assert_eq!(ben.read().unwrap(), ["all", "one", "two", "team"]);
    assert_eq!(eve.read().unwrap(), ["all", "people", "person"]);
}

#[test]
fn people_and_connections_are_left_out() {
    let world = World::new();
    let mut phone = world.connect(1, 1, &[1]);
    let mut laptop = world.connect(1, 2, &[]);
    let mut ben = world.connect(2, 3, &[1]);

    world.say("not ann", Audience::channel(channel(1)).omit_user(user(1)));
    world.say("not her phone", Audience::channel(channel(1)).omit_connection(phone.handle.id()));
    world.say("not her laptop", Audience::user(user(1)).omit_connection(laptop.handle.id()));
    world.say("neither", Audience::everyone().omit_users([user(1), user(2)]));
    world.say("not this one after all", Audience::connection(phone.handle.id()).omit_connection(phone.handle.id()));

    assert_eq!(phone.read().unwrap(), ["not her laptop"]);
    assert_eq!(laptop.read().unwrap(), ["not her phone"]);
    assert_eq!(ben.read().unwrap(), ["not ann", "not her phone"]);
}

#[test]
fn a_restriction_never_widens_a_scope() {
    let world = World::new();
    // Large enough that going through the few named is the shorter way.
    let mut members: Vec<_> = (1..40).map(|n| world.connect(n, n, &[1])).collect();
    let mut stranger = world.connect(50, 50, &[2]);

    world.say("few", Audience::channel(channel(1)).only_users([user(1), user(2), user(50), user(99)]).omit_user(user(2)));
    world.say("many", Audience::channel(channel(1)).only_users((3..60).map(user)));
    world.say("any", Audience::everyone().only_users([user(1), user(50)]));
    world.say("none", Audience::channel(channel(1)).only_users([]));

    assert_eq!(members[0].read().unwrap(), ["few", "any"]);
    assert_eq!(members[1].read().unwrap(), [""; 0]);
    for member in &mut members[2..] {
        assert_eq!(member.read().unwrap(), ["many"]);
    }
    assert_eq!(stranger.read().unwrap(), ["any"]);
}

#[test]
fn teams_are_restricted_like_channels() {
    let world = World::new();
    let mut members: Vec<_> = (1..20)
        .map(|n| {
            let (client, load) = world.begin(n, n, None);
            load.unwrap().activate(Memberships { channels: vec![], teams: vec![team(1)] });
            client
        })
        .collect();
    let mut stranger = world.connect(50, 50, &[]);
    world.say("one", Audience::team(team(1)).only_users([user(1), user(50)]));
    world.say("most", Audience::team(team(1)).only_users((2..60).map(user)));
    world.hub.apply(vec![
        HubMessage::LeaveTeam { user: user(1), team: team(1) },
        deliver("left", Audience::team(team(1)).only_users([user(1)])),
        HubMessage::JoinTeam { user: user(50), team: team(1) },
        deliver("joined", Audience::team(team(1)).only_users([user(50)])),
    ]);
    assert_eq!(members[0].read().unwrap()[1..], ["one"]);
    assert_eq!(members[1].read().unwrap()[1..], ["most"]);
    assert_eq!(stranger.read().unwrap(), ["joined"]);
}

#[test]
fn guests_hear_of_people_in_their_channels_only() {
    let world = World::new();
    let mut ann = world.connect(1, 1, &[]);
    let mut guest = world.connect(GUEST, GUEST, &[1]);
    let (mut loading, load) = world.begin(GUEST, 50, None);
    assert!(load.is_none());
    let near = |n: &[u8]| Audience::everyone().guests_in(n.iter().copied().map(channel).collect());
    world.say("colleague", near(&[7, 1]));
    world.say("stranger", near(&[7]));
    world.say("nobody", near(&[]));
    assert_eq!(ann.read().unwrap(), ["colleague", "stranger", "nobody"]);
    assert_eq!(guest.read().unwrap(), ["colleague"]);
    assert_eq!(loading.read().unwrap()[1..], ["colleague"]);
}

#[test]
fn a_list_is_applied_in_its_order() {
    let world = World::new();
    let mut ann = world.connect(1, 1, &[]);
    MemoryBus::new(world.hub.clone()).publish(vec![
        deliver("before", Audience::channel(channel(1))),
        join(1, 1),
        deliver("welcome", Audience::channel(channel(1))),
        join(1, 1),
        deliver("once", Audience::channel(channel(1))),
        leave(1, 1),
        deliver("after", Audience::channel(channel(1))),
        leave(1, 1),
    ]);
    assert_eq!(ann.read().unwrap(), ["welcome", "once"]);
}

#[test]
fn memberships_belong_to_the_person_and_last_as_long_as_any_connection() {
    let world = World::new();
    let phone = world.connect(1, 1, &[1]);
    let (mut laptop, load) = world.begin(1, 2, None);
    assert!(load.is_none(), "nothing to load for a second connection");
    assert_eq!(laptop.read().unwrap().len(), 1);

    world.hub.apply(vec![HubMessage::CloseSession(session(1))]);
    drop(phone);
    world.say("still there", Audience::channel(channel(1)));
    assert_eq!(laptop.read().unwrap(), ["still there"]);

    world.hub.apply(vec![HubMessage::CloseSession(session(2))]);
    let (_tablet, load) = world.begin(1, 3, None);
    assert!(load.is_some(), "the last one took the memberships along");
}

#[test]
fn answers_keep_their_place_and_use_up_no_number() {
    let world = World::new();
    let mut ann = world.connect(1, 1, &[1]);
    world.say("a", Audience::channel(channel(1)));
    ann.handle.reply("1");
    ann.handle.reply("2");
    world.say("b", Audience::channel(channel(1)));
    ann.handle.reply("3");
    assert_eq!(ann.read().unwrap(), ["a", "(1)", "(2)", "b", "(3)"]);
    assert_eq!(ann.next_seq, 3);
    ann.handle.reply("4");
    assert_eq!(ann.read().unwrap(), ["(4)"]);
    assert_eq!(ann.read().unwrap(), [""; 0]);
}

#[test]
fn an_event_is_encoded_with_the_number_it_has_on_its_connection() {
    let world = World::new();
    let mut ann = world.connect(1, 1, &[1]);
    world.say("a ", Audience::everyone());
    let mut ben = world.connect(2, 2, &[1]);
    world.say("b ", Audience::everyone());
    let encoded = |client: &mut Client| {
        let mut batch = Vec::new();
        assert!(client.outbox.poll_batch(&mut Context::from_waker(Waker::noop()), &mut batch).is_ready());
        batch.into_iter().map(|outgoing| String::from_utf8(outgoing.into_bytes().to_vec()).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(encoded(&mut ann), ["a 1", "b 2"]);
    assert_eq!(encoded(&mut ben), ["b 1"]);
}

#[test]
fn a_waiting_reader_is_woken_once_until_it_has_taken_everything() {
    let world = World::new();
    let mut ann = world.connect(1, 1, &[1]);
    let counted = Arc::new(CountedWaker::default());
    let waker = Waker::from(counted.clone());
    let mut poll = || {
        let mut batch = Vec::new();
        ann.outbox.poll_batch(&mut Context::from_waker(&waker), &mut batch).map(|_| batch.len())
    };
    assert_eq!(poll(), Poll::Pending);
    for _ in 0..3 {
        world.say("x", Audience::channel(channel(1)));
    }
    assert_eq!(counted.wakes(), 1);
    assert_eq!(poll(), Poll::Ready(3));
    world.say("while it writes", Audience::channel(channel(1)));
    assert_eq!(counted.wakes(), 1);
    assert_eq!(poll(), Poll::Ready(1));
    assert_eq!(poll(), Poll::Pending);
    world.say("y", Audience::channel(channel(1)));
    assert_eq!(counted.wakes(), 2);
}

#[tokio::test]
async fn a_task_waits_for_its_batch_and_for_its_end() {
    let world = World::new();
    let mut ann = world.connect(1, 1, &[1]);
    let (sizes, mut read) = tokio::sync::mpsc::unbounded_channel();
    let reader = tokio::spawn(async move {
        loop {
            let mut batch = Vec::new();
            if let Err(reason) = ann.outbox.next_batch(&mut batch).await {
                return reason;
            }
            sizes.send(batch.len()).unwrap();
        }
    });
    tokio::task::yield_now().await;
    world.hub.apply(vec![deliver("a", Audience::everyone()), deliver("b", Audience::everyone())]);
    assert_eq!(read.recv().await, Some(2));
    world.hub.shutdown();
    assert_eq!(reader.await.unwrap(), CloseReason::Shutdown);
}
