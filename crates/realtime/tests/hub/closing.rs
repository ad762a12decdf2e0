//! Sessions that end, people who are put out, and the server that stops.

use std::sync::Arc;
use std::task::{Context, Waker};

use guildhall_realtime::{Audience, CloseReason, ConnectError, ConnectRequest, HubMessage};

use crate::world::*;

#[test]
fn an_ended_session_closes_at_once_and_cannot_resume() {
    let world = World::new();
    let mut ann = world.connect(1, 1, &[1]);
    let away = world.connect(1, 1, &[1]).drop_socket();
    let mut other_session = world.connect(1, 2, &[1]);
    world.say("waits", Audience::channel(channel(1)));
    let counted = Arc::new(CountedWaker::default());
    let waker = Waker::from(counted.clone());
    ann.read().unwrap();
    assert!(ann.outbox.poll_batch(&mut Context::from_waker(&waker), &mut Vec::new()).is_pending());

    world.hub.apply(vec![deliver("too late", Audience::everyone()), HubMessage::CloseSession(session(1))]);
    assert_eq!(counted.wakes(), 1);
    assert_eq!(ann.read(), Err(CloseReason::SessionEnded), "nothing that waits is sent any more");
    assert_eq!(ann.read(), Err(CloseReason::SessionEnded));
    ann.handle.reply("to nobody");
    let (id, next_seq) = ann.drop_socket();
    assert!(!world.resume(1, 1, id, next_seq).resumed);
    assert!(!world.resume(1, 1, away.0, away.1).resumed);
    assert_eq!(other_session.read().unwrap(), ["waits", "too late"]);
}

#[test]
fn a_person_is_closed_with_all_sessions() {
    let world = World::new();
    let mut clients = [world.connect(1, 1, &[1]), world.connect(1, 2, &[1])];
    let mut ben = world.connect(2, 3, &[1]);
    world.hub.apply(vec![HubMessage::CloseUser(user(1)), HubMessage::CloseUser(user(7))]);
    for client in &mut clients {
        assert_eq!(client.read(), Err(CloseReason::SessionEnded));
    }
    world.say("a", Audience::channel(channel(1)));
    assert_eq!(ben.read().unwrap(), ["a"]);
    assert_eq!(world.hub.online_count(), 1);
}

#[test]
fn a_session_that_ended_after_it_was_looked_up_is_not_let_in() {
    let world = World::new();
    let (id, next_seq) = world.connect(1, 1, &[1]).drop_socket();
    let checkpoint = world.hub.checkpoint();
    let request = |u, s, resume| ConnectRequest { user: user(u), session: session(s), is_guest: false, checkpoint, resume };
    let connect = |request| world.hub.connect(&request, |_| frame("hello")).map(|_| ());
    world.hub.apply(vec![HubMessage::CloseSession(session(1)), HubMessage::CloseUser(user(2))]);
    assert_eq!(connect(request(1, 1, None)), Err(ConnectError::SessionEnded));
    assert_eq!(connect(request(1, 1, Some((id, next_seq)))), Err(ConnectError::SessionEnded));
    assert_eq!(connect(request(2, 5, None)), Err(ConnectError::SessionEnded));
    assert_eq!(connect(request(1, 3, None)), Ok(()));
    assert!(world.try_connect(2, 6, None).is_ok(), "a later login is another matter");
}

#[test]
fn a_stop_closes_everything_and_lets_nobody_in() {
    let world = World::new();
    let mut ann = world.connect(1, 1, &[1]);
    let (mut ben, load) = world.begin(2, 2, None);
    let (id, next_seq) = world.connect(3, 3, &[1]).drop_socket();
    world.hub.shutdown();
    assert_eq!(ann.read(), Err(CloseReason::Shutdown));
    assert_eq!(ben.read(), Err(CloseReason::Shutdown));
    drop(load);
    assert_eq!(world.try_connect(4, 4, None).map(|_| ()), Err(ConnectError::ShuttingDown));
    assert_eq!(world.try_connect(3, 3, Some((id, next_seq))).map(|_| ()), Err(ConnectError::ShuttingDown));
    world.say("to nobody", Audience::everyone());
    let stats = world.hub.stats();
    assert_eq!((stats.online_users, stats.live_connections, stats.detached_connections), (0, 0, 0));
}
