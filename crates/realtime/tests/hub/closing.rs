//! Revoked sessions, revoked users, and the shutdown.

use std::sync::Arc;
use std::task::{Context, Waker};

use guildhall_realtime::{Audience, CloseReason, ConnectError, ConnectRequest, HubMessage};

use crate::fixture::*;

#[test]
fn an_ended_session_closes_at_once_and_cannot_resume() {
    let fixture = Fixture::new();
    let mut ann = fixture.connect(1, 1, &[1]);
    let detached = fixture.connect(1, 1, &[1]).drop_socket();
    let mut other_session = fixture.connect(1, 2, &[1]);
    fixture.publish("waits", Audience::channel(channel(1)));
    let counted = Arc::new(CountingWaker::default());
    let waker = Waker::from(counted.clone());
    ann.read().unwrap();
    assert!(ann.outbox.poll_batch(&mut Context::from_waker(&waker), &mut Vec::new()).is_pending());

    fixture.hub.apply(vec![deliver("too late", Audience::everyone()), HubMessage::CloseSession(session(1))]);
    assert_eq!(counted.wakes(), 1);
    assert_eq!(ann.read(), Err(CloseReason::SessionEnded), "queued events are not sent any more");
    assert_eq!(ann.read(), Err(CloseReason::SessionEnded));
    ann.handle.reply("to nobody");
    let (id, next_seq) = ann.drop_socket();
    assert!(!fixture.resume(1, 1, id, next_seq).resumed);
    assert!(!fixture.resume(1, 1, detached.0, detached.1).resumed);
    assert_eq!(other_session.read().unwrap(), ["waits", "too late"]);
}

#[test]
fn closing_a_user_closes_all_sessions() {
    let fixture = Fixture::new();
    let mut clients = [fixture.connect(1, 1, &[1]), fixture.connect(1, 2, &[1])];
    let mut ben = fixture.connect(2, 3, &[1]);
    fixture.hub.apply(vec![HubMessage::CloseUser(user(1)), HubMessage::CloseUser(user(7))]);
    for client in &mut clients {
        assert_eq!(client.read(), Err(CloseReason::SessionEnded));
    }
    fixture.publish("a", Audience::channel(channel(1)));
    assert_eq!(ben.read().unwrap(), ["a"]);
    assert_eq!(fixture.hub.online_count(), 1);
}

#[test]
fn after_a_loss_of_events_everybody_connects_anew() {
    let fixture = Fixture::new();
    let mut ann = fixture.connect(1, 1, &[1]);
    let (mut ben, load) = fixture.connect_without_load(2, 2, None);
    let detached = fixture.connect(3, 3, &[1]).drop_socket();
    fixture.hub.apply(vec![deliver("before", Audience::everyone()), HubMessage::CloseAll]);
    assert_eq!(ann.read(), Err(CloseReason::EventsLost));
    assert_eq!(ben.read(), Err(CloseReason::EventsLost));
    drop(load);
    let (id, next_seq) = ann.drop_socket();
    for (user, (id, next_seq)) in [(1, (id, next_seq)), (3, detached)] {
        assert!(!fixture.resume(user, user, id, next_seq).resumed);
    }
    let mut again = fixture.connect(4, 4, &[1]);
    fixture.publish("after", Audience::channel(channel(1)));
    assert_eq!(again.read().unwrap(), ["after"]);
}

#[test]
fn a_session_revoked_after_its_lookup_is_rejected() {
    let fixture = Fixture::new();
    let (id, next_seq) = fixture.connect(1, 1, &[1]).drop_socket();
    let checkpoint = fixture.hub.checkpoint();
    let request = |u, s, resume| ConnectRequest { user: user(u), session: session(s), is_guest: false, checkpoint, resume };
    let connect = |request| fixture.hub.connect(&request, |_| frame("hello")).map(|_| ());
    fixture.hub.apply(vec![HubMessage::CloseSession(session(1)), HubMessage::CloseUser(user(2))]);
    assert_eq!(connect(request(1, 1, None)), Err(ConnectError::SessionEnded));
    assert_eq!(connect(request(1, 1, Some((id, next_seq)))), Err(ConnectError::SessionEnded));
    assert_eq!(connect(request(2, 5, None)), Err(ConnectError::SessionEnded));
    assert_eq!(connect(request(1, 3, None)), Ok(()));
    assert!(fixture.try_connect(2, 6, None).is_ok(), "a later login is accepted");
}

#[test]
fn a_shutdown_closes_all_connections_and_rejects_new_ones() {
    let fixture = Fixture::new();
    let mut ann = fixture.connect(1, 1, &[1]);
    let (mut ben, load) = fixture.connect_without_load(2, 2, None);
    let (id, next_seq) = fixture.connect(3, 3, &[1]).drop_socket();
    fixture.hub.shutdown();
    assert_eq!(ann.read(), Err(CloseReason::Shutdown));
    assert_eq!(ben.read(), Err(CloseReason::Shutdown));
    drop(load);
    assert_eq!(fixture.try_connect(4, 4, None).map(|_| ()), Err(ConnectError::ShuttingDown));
    assert_eq!(fixture.try_connect(3, 3, Some((id, next_seq))).map(|_| ()), Err(ConnectError::ShuttingDown));
    fixture.publish("to nobody", Audience::everyone());
    let stats = fixture.hub.stats();
    assert_eq!((stats.online_users, stats.live_connections, stats.detached_connections), (0, 0, 0));
}
