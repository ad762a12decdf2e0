//! Tasks that commit batches and publish events, as requests do. Some callers do not wait for the answer.

use std::sync::Arc;
use std::time::Duration;

use futures::{FutureExt, poll};
use guildhall_model::id::ChannelId;
use guildhall_simulation::task::yield_now;
use guildhall_simulation::time::sleep;
use guildhall_storage::Batch;
use guildhall_storage::simulation::{SimulatedDatabase, Step};
use rand::Rng;
use rand::rngs::SmallRng;

use crate::message::{CHANNELS, Message, Target, USERS, event};
use crate::scenario::FRAME_BYTES_MAX;
use crate::world::{World, channel_row, membership_row, session_row};

pub async fn submit_all(world: Arc<World>, database: Arc<SimulatedDatabase>, mut rng: SmallRng) {
    for _ in 0..world.scenario.operations_per_submitter {
        if rng.random_ratio(1, 5) {
            publish_unstored(&world, &database, &mut rng).await;
        } else {
            commit(&world, &database, &mut rng).await;
        }
        match rng.random_range(0..4) {
            0 => sleep(Duration::from_millis(rng.random_range(1..30))).await,
            1 => yield_now().await,
            _ => {}
        }
    }
}

fn random_bytes(rng: &mut SmallRng) -> usize {
    rng.random_range(0..=FRAME_BYTES_MAX)
}

async fn publish_unstored(world: &World, database: &SimulatedDatabase, rng: &mut SmallRng) {
    let target = match rng.random_range(0..3) {
        0 => Target::Everyone,
        1 => Target::User(rng.random_range(0..USERS)),
        _ => Target::Channel(rng.random_range(0..CHANNELS)),
    };
    let bytes = random_bytes(rng);
    let number = world.add_operation(false, |number| vec![Message::Deliver { number, target, bytes }]);
    let mut publishing = Box::pin(database.publish(vec![event(number)]));
    if rng.random_ratio(1, 6) {
        // The client disconnects; it may be published all the same.
        let _ = poll!(&mut publishing);
        return;
    }
    publishing.await;
    // After the database was closed, nothing is published.
    if !world.scenario.closes_database_early {
        world.confirm(number);
    }
}

async fn commit(world: &World, database: &SimulatedDatabase, rng: &mut SmallRng) {
    let batch = random_batch(world, rng);
    let Some(batch) = batch else { return };
    let Planned { number, batch } = batch;
    let Ok(pending) = database.submit(batch) else { return };
    let mut answer = Box::pin(pending.wait());
    if rng.random_ratio(1, 5) {
        // The client disconnects: committed and published all the same.
        let _ = answer.as_mut().now_or_never();
        return;
    }
    let outcome = answer.await;
    world.log.line(format_args!("operation {number}: {}", if outcome.is_ok() { "committed" } else { "failed" }));
    if outcome.is_ok() {
        world.confirm(number);
    }
}

struct Planned {
    number: i64,
    batch: Batch,
}

fn random_batch(world: &World, rng: &mut SmallRng) -> Option<Planned> {
    let (user, channel, bytes) = (rng.random_range(0..USERS), rng.random_range(0..CHANNELS), random_bytes(rng));
    let mut steps = Vec::new();
    let mut step = |row: i64, expected: Option<i64>, value: i64| steps.push((row, expected, value));
    let touches_channel = rng.random::<bool>();
    let kind = rng.random_range(0..20);
    let is_member = world.server.value(membership_row(user, channel)) == 1;
    // What is tried mostly succeeds.
    let joins = is_member == rng.random_ratio(1, 10);
    let messages: Box<dyn FnOnce(i64) -> Vec<Message>> = match kind {
        0..=9 => {
            step(channel_row(channel), None, 1);
            Box::new(move |number| vec![Message::Deliver { number, target: Target::Channel(channel), bytes }])
        }
        10..=17 => {
            step(membership_row(user, channel), Some(i64::from(!joins)), i64::from(joins));
            let deliver = move |number| Message::Deliver { number, target: Target::Channel(channel), bytes };
            if joins {
                Box::new(move |number| vec![Message::Join { user, channel }, deliver(number)])
            } else {
                Box::new(move |number| vec![deliver(number), Message::Leave { user, channel }])
            }
        }
        18 => {
            let sessions = world.state.lock().sessions.len() as u32;
            if sessions == 0 {
                return None;
            }
            let session = rng.random_range(1..=sessions);
            step(session_row(session), Some(1), 0);
            Box::new(move |_| vec![Message::CloseSession(session)])
        }
        _ => {
            let sessions = world.state.lock().sessions.clone();
            let owned = (1..).zip(sessions).filter(|(_, owner)| *owner == user);
            owned.for_each(|(session, _)| step(session_row(session), None, 0));
            Box::new(move |_| vec![Message::CloseUser(user)])
        }
    };
    if touches_channel && kind >= 10 {
        step(channel_row(channel), None, 1);
    }
    if steps.is_empty() {
        return None;
    }
    // Rows are locked in one order, as the services do.
    steps.sort_unstable_by_key(|(row, ..)| *row);
    let number = world.add_operation(true, messages);
    let statements = steps.into_iter().map(|(row, expected, value)| Step { batch: number, row, expected, value }.statement());
    let mut batch: Batch = statements.collect();
    batch.publish(vec![event(number)]);
    let lane = ChannelId::from_bytes([rng.random_range(0..4); 16]);
    Some(Planned { number, batch: batch.in_lane_of(&lane) })
}
