//! What each connection received against the model, and against the removals themselves.

use std::collections::HashMap;

use guildhall_realtime::CloseReason;

use super::model::Model;
use crate::message::{Message, Target};
use crate::world::{Shared, World};

pub fn judge(world: &World) {
    let transitions = world.trace.transitions();
    let mut state = world.state.lock();
    let mut model = Model::new(&state, world);
    transitions.iter().for_each(|transition| model.apply(transition));
    model.finish();
    let expected = model.into_expected();
    for (number, connection) in state.connections.iter().enumerate() {
        let expected = &expected[number];
        let is_prefix = connection.received.len() <= expected.len() && connection.received == expected[..connection.received.len()];
        assert!(is_prefix, "connection {number} received {:?}\ninstead of {expected:?}", connection.received);
    }
    no_event_after_a_removal(&state, world);
    state.figures.connections = state.connections.len() as u64;
    let is_ended = |reason: &&CloseReason| **reason == CloseReason::SessionEnded;
    state.figures.ended_sessions = state.connections.iter().flat_map(|connection| &connection.closed).filter(is_ended).count() as u64;
}

/// Nobody who was connected at a removal receives a later event of the channel, unless a later join is published.
fn no_event_after_a_removal(state: &Shared, world: &World) {
    // A join that was committed, but not published, may be loaded.
    if state.figures.unknown_commits > 0 {
        return;
    }
    let positions: HashMap<i64, usize> =
        state.messages.iter().enumerate().filter_map(|(at, message)| Some((number_of(message)?, at))).collect();
    for connection in &state.connections {
        let registered_at = world.trace.position_of(&connection.id.to_string());
        for (left_at, message) in state.messages.iter().enumerate().skip(registered_at) {
            let &Message::Leave { user, channel } = message else { continue };
            let joins_again = state.messages[left_at..].contains(&Message::Join { user, channel });
            if user != connection.user || joins_again {
                continue;
            }
            for number in connection.received.iter().flatten() {
                let at = positions[number];
                let Message::Deliver { target, .. } = state.messages[at] else { continue };
                assert!(at < left_at || target != Target::Channel(channel), "user {user} receives {number} after the removal at {left_at}");
            }
        }
    }
}

fn number_of(message: &Message) -> Option<i64> {
    match message {
        Message::Deliver { number, .. } => Some(*number),
        _ => None,
    }
}
