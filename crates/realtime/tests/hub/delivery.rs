//! Audiences, order, batches and replies.

use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use guildhall_model::id::ConnectionId;
use guildhall_realtime::{Audience, Bus, CloseReason, HubMessage, Memberships, MemoryBus};

use crate::fixture::*;

#[test]
fn each_audience_reaches_its_recipients_only() {
    let fixture = Fixture::new();
    let mut ann = fixture.connect(1, 1, &[1]);
    let (mut ben, load) = fixture.connect_without_load(2, 2, None);
    load.unwrap().activate(Memberships { channels: vec![channel(1), channel(2)], teams: vec![team(1)] });
    ben.read().unwrap();
    let mut eve = fixture.connect(3, 3, &[]);

    fixture.publish("all", Audience::everyone());
    fixture.publish("one", Audience::channel(channel(1)));
    fixture.publish("two", Audience::channel(channel(2)));
    fixture.publish("team", Audience::team(team(1)));
    fixture.publish("people", Audience::users([user(1), user(3), user(9)]));
    fixture.publish("person", Audience::user(user(3)));
    fixture.publish("socket", Audience::connection(ann.handle.id()));
    fixture.publish("nobody", Audience::channel(channel(9)));
    fixture.publish("nothing", Audience::connection(ConnectionId::from_bytes([0; 16])));

    assert_eq!(ann.read().unwrap(), ["all", "one", "people", "socket"]);
    assert_eq!(ben.read().unwrap(), ["all", "one", "two", "team"]);
    assert_eq!(eve.read().unwrap(), ["all", "people", "person"]);
}

#[test]
fn omitted_users_and_connections_receive_nothing() {
    let fixture = Fixture::new();
    let mut phone = fixture.connect(1, 1, &[1]);
    let mut laptop = fixture.connect(1, 2, &[]);
    let mut ben = fixture.connect(2, 3, &[1]);

    fixture.publish("not ann", Audience::channel(channel(1)).omit_user(user(1)));
    fixture.publish("not her phone", Audience::channel(channel(1)).omit_connection(phone.handle.id()));
    fixture.publish("not her laptop", Audience::user(user(1)).omit_connection(laptop.handle.id()));
    fixture.publish("neither", Audience::everyone().omit_users([user(1), user(2)]));
    fixture.publish("not this one after all", Audience::connection(phone.handle.id()).omit_connection(phone.handle.id()));

    assert_eq!(phone.read().unwrap(), ["not her laptop"]);
    assert_eq!(laptop.read().unwrap(), ["not her phone"]);
    assert_eq!(ben.read().unwrap(), ["not ann", "not her phone"]);
}

#[test]
fn a_restriction_never_widens_a_scope() {
    let fixture = Fixture::new();
    // Large enough that the hub iterates over the restriction instead of the members.
    let mut members: Vec<_> = (1..40).map(|n| fixture.connect(n, n, &[1])).collect();
    let mut stranger = fixture.connect(50, 50, &[2]);

    fixture.publish("few", Audience::channel(channel(1)).only_users([user(1), user(2), user(50), user(99)]).omit_user(user(2)));
    fixture.publish("many", Audience::channel(channel(1)).only_users((3..60).map(user)));
    fixture.publish("any", Audience::everyone().only_users([user(1), user(50)]));
    fixture.publish("none", Audience::channel(channel(1)).only_users([]));

    assert_eq!(members[0].read().unwrap(), ["few", "any"]);
    assert_eq!(members[1].read().unwrap(), [""; 0]);
    for member in &mut members[2..] {
        assert_eq!(member.read().unwrap(), ["many"]);
    }
    assert_eq!(stranger.read().unwrap(), ["any"]);
}

#[test]
fn teams_are_restricted_like_channels() {
    let fixture = Fixture::new();
    let mut members: Vec<_> = (1..20)
        .map(|n| {
            let (client, load) = fixture.connect_without_load(n, n, None);
            load.unwrap().activate(Memberships { channels: vec![], teams: vec![team(1)] });
            client
        })
        .collect();
    let mut stranger = fixture.connect(50, 50, &[]);
    fixture.publish("one", Audience::team(team(1)).only_users([user(1), user(50)]));
    fixture.publish("most", Audience::team(team(1)).only_users((2..60).map(user)));
    fixture.hub.apply(vec![
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
fn guests_receive_restricted_events_in_their_channels_only() {
    let fixture = Fixture::new();
    let mut ann = fixture.connect(1, 1, &[]);
    let mut guest = fixture.connect(GUEST, GUEST, &[1]);
    let (mut loading, load) = fixture.connect_without_load(GUEST, 50, None);
    assert!(load.is_none());
    let restricted = |n: &[u8]| Audience::everyone().guests_in(n.iter().copied().map(channel).collect());
    fixture.publish("colleague", restricted(&[7, 1]));
    fixture.publish("stranger", restricted(&[7]));
    fixture.publish("nobody", restricted(&[]));
    assert_eq!(ann.read().unwrap(), ["colleague", "stranger", "nobody"]);
    assert_eq!(guest.read().unwrap(), ["colleague"]);
    assert_eq!(loading.read().unwrap()[1..], ["colleague"]);
}

/// The two variants of an event: with what guests must not learn, and without it.
#[test]
fn each_user_receives_one_variant_of_an_event() {
    let fixture = Fixture::new();
    let mut ann = fixture.connect(1, 1, &[]);
    let mut guest = fixture.connect(GUEST, GUEST, &[1]);
    let (mut loading, load) = fixture.connect_without_load(GUEST, 50, None);
    assert!(load.is_none());
    let variants = |name: &str, channels: &[u8]| {
        let channels: std::sync::Arc<[_]> = channels.iter().copied().map(channel).collect();
        fixture.publish(&format!("{name}, full"), Audience::everyone().guests_in(std::sync::Arc::clone(&channels)));
        fixture.publish(&format!("{name}, hidden"), Audience::everyone().only_guests_outside(channels));
    };
    variants("of a colleague", &[7, 1]);
    variants("of a stranger", &[7]);
    variants("of nobody", &[]);
    assert_eq!(ann.read().unwrap(), ["of a colleague, full", "of a stranger, full", "of nobody, full"]);
    let of_guest = ["of a colleague, full", "of a stranger, hidden", "of nobody, hidden"];
    assert_eq!(guest.read().unwrap(), of_guest);
    assert_eq!(loading.read().unwrap()[1..], of_guest);
}

#[test]
fn a_list_is_applied_in_its_order() {
    let fixture = Fixture::new();
    let mut ann = fixture.connect(1, 1, &[]);
    MemoryBus::new(fixture.hub.clone()).publish(vec![
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
fn connections_of_a_user_share_memberships_until_the_last_one_closes() {
    let fixture = Fixture::new();
    let phone = fixture.connect(1, 1, &[1]);
    let (mut laptop, load) = fixture.connect_without_load(1, 2, None);
    assert!(load.is_none(), "a second connection has nothing to load");
    assert_eq!(laptop.read().unwrap().len(), 1);

    fixture.hub.apply(vec![HubMessage::CloseSession(session(1))]);
    drop(phone);
    fixture.publish("still there", Audience::channel(channel(1)));
    assert_eq!(laptop.read().unwrap(), ["still there"]);

    fixture.hub.apply(vec![HubMessage::CloseSession(session(2))]);
    let (_tablet, load) = fixture.connect_without_load(1, 3, None);
    assert!(load.is_some(), "the memberships were discarded with the last connection");
}

#[test]
fn replies_keep_their_position_and_have_no_sequence_number() {
    let fixture = Fixture::new();
    let mut ann = fixture.connect(1, 1, &[1]);
    fixture.publish("a", Audience::channel(channel(1)));
    ann.handle.reply("1");
    ann.handle.reply("2");
    fixture.publish("b", Audience::channel(channel(1)));
    ann.handle.reply("3");
    assert_eq!(ann.read().unwrap(), ["a", "(1)", "(2)", "b", "(3)"]);
    assert_eq!(ann.next_seq, 3);
    ann.handle.reply("4");
    assert_eq!(ann.read().unwrap(), ["(4)"]);
    assert_eq!(ann.read().unwrap(), [""; 0]);
}

#[test]
fn an_event_is_encoded_with_the_sequence_number_of_its_connection() {
    let fixture = Fixture::new();
    let mut ann = fixture.connect(1, 1, &[1]);
    fixture.publish("a ", Audience::everyone());
    let mut ben = fixture.connect(2, 2, &[1]);
    fixture.publish("b ", Audience::everyone());
    let encoded = |client: &mut Client| {
        let mut batch = Vec::new();
        assert!(client.outbox.poll_batch(&mut Context::from_waker(Waker::noop()), &mut batch).is_ready());
        batch.into_iter().map(|outgoing| String::from_utf8(outgoing.into_bytes().to_vec()).unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(encoded(&mut ann), ["a 1", "b 2"]);
    assert_eq!(encoded(&mut ben), ["b 1"]);
}

#[test]
fn a_waiting_reader_is_woken_once_until_it_takes_a_batch() {
    let fixture = Fixture::new();
    let mut ann = fixture.connect(1, 1, &[1]);
    let counted = Arc::new(CountingWaker::default());
    let waker = Waker::from(counted.clone());
    let mut poll = || {
        let mut batch = Vec::new();
        ann.outbox.poll_batch(&mut Context::from_waker(&waker), &mut batch).map(|_| batch.len())
    };
    assert_eq!(poll(), Poll::Pending);
    for _ in 0..3 {
        fixture.publish("x", Audience::channel(channel(1)));
    }
    assert_eq!(counted.wakes(), 1);
    assert_eq!(poll(), Poll::Ready(3));
    fixture.publish("while it writes", Audience::channel(channel(1)));
    assert_eq!(counted.wakes(), 1);
    assert_eq!(poll(), Poll::Ready(1));
    assert_eq!(poll(), Poll::Pending);
    fixture.publish("y", Audience::channel(channel(1)));
    assert_eq!(counted.wakes(), 2);
}

#[tokio::test]
async fn next_batch_waits_for_events_and_for_the_close_reason() {
    let fixture = Fixture::new();
    let mut ann = fixture.connect(1, 1, &[1]);
    #[expect(clippy::disallowed_methods, reason = "bounded by what the test sends")]
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
    fixture.hub.apply(vec![deliver("a", Audience::everyone()), deliver("b", Audience::everyone())]);
    assert_eq!(read.recv().await, Some(2));
    fixture.hub.shutdown();
    assert_eq!(reader.await.unwrap(), CloseReason::Shutdown);
}
