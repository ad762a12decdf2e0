//! The server's part of the simulation: the sink that publishes on the bus, presence, and the clock.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use guildhall_model::id::UserId;
use guildhall_model::{Clock, Event, EventSink, Millis};
use guildhall_realtime::{Bus, Hub, MemoryBus, PresenceSink};
use guildhall_simulation::{thread, time};
use parking_lot::{Mutex, RwLock};

use crate::message::{END, Message, Target, number_of};
use crate::world::World;

/// The clock of the hub.
pub struct SimulatedClock;

impl Clock for SimulatedClock {
    fn now(&self) -> Millis {
        Millis(1_000_000 + time::now_ms() as i64)
    }
}

/// Encodes events and publishes them, as the API does.
pub struct Publisher {
    pub world: Arc<World>,
    pub bus: MemoryBus,
}

impl EventSink for Publisher {
    fn publish(&self, events: Vec<Event>) {
        let mut messages = Vec::new();
        // A caller that was answered already would notice.
        thread::yield_now();
        {
            let mut state = self.world.state.lock();
            for number in events.iter().map(number_of) {
                self.world.log.line(format_args!("publish {number}"));
                assert!(!state.published.contains(&number), "{number} is published twice");
                state.published.push(number);
                match state.operations.get(&number) {
                    Some(operation) => messages.extend(operation.messages.clone()),
                    None => messages.push(Message::Deliver { number: END, target: Target::Everyone, bytes: 0 }),
                }
            }
            state.figures.events += events.len() as u64;
            state.messages.extend(&messages);
        }
        self.bus.publish(messages.into_iter().map(Message::to_hub).collect());
        let mut state = self.world.state.lock();
        state.messages_done = state.messages.len();
        state.published_done = state.published.len();
    }
}

/// Asserts that the changes of each user alternate, and that one is passed at a time.
#[derive(Default)]
pub struct Presence {
    online: Mutex<BTreeMap<UserId, bool>>,
    is_called: AtomicBool,
    hub: RwLock<Option<Hub>>,
}

impl Presence {
    /// The hub that is asked in each call.
    pub fn set_hub(&self, hub: Option<Hub>) {
        *self.hub.write() = hub;
    }

    pub fn assert_all_offline(&self) {
        assert!(self.online.lock().values().all(|is_online| !is_online), "{:?}", self.online.lock());
    }

    fn change(&self, user: UserId, is_online: bool) {
        assert!(!self.is_called.swap(true, Ordering::SeqCst), "two changes are passed at a time");
        let before = self.online.lock().insert(user, is_online).unwrap_or(false);
        assert_ne!(before, is_online, "{user} changes to what it was");
        let hub = self.hub.read().clone();
        if let Some(hub) = hub {
            hub.is_online(user);
            thread::yield_now();
        }
        self.is_called.store(false, Ordering::SeqCst);
    }
}

impl PresenceSink for Presence {
    fn user_came_online(&self, user: UserId) {
        self.change(user, true);
    }
    fn user_went_offline(&self, user: UserId) {
        self.change(user, false);
    }
}
