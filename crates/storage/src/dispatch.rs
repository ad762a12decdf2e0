//! Publishes the events of committed batches in commit order, then answers the callers of the commits.
//!
//! A writer takes a [`Ticket`] immediately before it sends COMMIT; groups are published in the order of their tickets.
//! A batch that depends on another one's rows was executed after the database had processed the other's COMMIT, so its
//! ticket is the later one, in whichever order the two writers publish.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

use guildhall_model::codes::storage;
use guildhall_model::{Event, EventSink, Result};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tracing::Span;

use crate::sync::thread::{self, JoinHandle};
use crate::sync::{Condvar, Mutex, task};
use crate::traces;

/// Groups that may wait for the sink before writers wait too.
const GROUPS_MAX: usize = 64;

/// The events of one batch, and the answer that is sent after they are published.
pub(crate) struct Delivery {
    pub events: Vec<Event>,
    /// What caused them, in traces.
    pub span: Span,
    pub answer: oneshot::Sender<Result<()>>,
}

impl Delivery {
    /// Tells that earlier events may be missing; completed when that is published.
    pub fn events_lost() -> (Self, oneshot::Receiver<Result<()>>) {
        let (answer, published) = oneshot::channel();
        (Self { events: vec![Event::EventsLost], span: Span::none(), answer }, published)
    }
}

/// Room for one group in the queue; released when the group has been published.
pub(crate) struct Slot {
    _permit: Option<OwnedSemaphorePermit>,
}

/// A group's place in the commit order. Dropped without [`Ticket::publish`], it is void and does not delay later groups.
pub(crate) struct Ticket {
    queue: Arc<Queue>,
    number: u64,
    is_resolved: bool,
}

/// The handle that writers share. The thread ends when the last handle is dropped, or by [`Dispatcher::close`].
pub(crate) struct Dispatcher {
    queue: Arc<Queue>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

struct Queue {
    sink: OnceLock<Arc<dyn EventSink>>,
    slots: Arc<Semaphore>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// In the order of their tickets.
    groups: VecDeque<Group>,
    /// The ticket of the first of them.
    first_ticket: u64,
    is_closing: bool,
    has_ended: bool,
}

enum Group {
    /// Its COMMIT is not answered yet.
    Committing,
    Committed(Vec<Delivery>, Slot),
    Void,
}

impl Dispatcher {
    /// Starts the thread. Sinks run in the context of the caller's tokio runtime.
    pub fn start() -> Result<Arc<Self>> {
        let queue = Arc::new(Queue {
            sink: OnceLock::new(),
            slots: Arc::new(Semaphore::new(GROUPS_MAX)),
            state: Mutex::default(),
            changed: Condvar::new(),
        });
        let runtime = Handle::try_current().ok();
        let queue_of_thread = Arc::clone(&queue);
        let run = move || {
            let _runtime = runtime.as_ref().map(Handle::enter);
            queue_of_thread.run();
        };
        let thread = thread::Builder::new().name("dispatch".into()).spawn(run);
        let thread = thread.map_err(|error| storage::OPEN_FAILED.with("reason", error))?;
        Ok(Arc::new(Self { queue, thread: Mutex::new(Some(thread)) }))
    }

    /// Sets the sink; later calls are ignored.
    pub fn set_sink(&self, sink: Arc<dyn EventSink>) {
        if self.queue.sink.set(sink).is_err() {
            tracing::error!("events have a sink already; the second one is ignored");
        }
    }

    /// Waits until the queue has room. To be called before row locks are held.
    pub async fn reserve(&self) -> Slot {
        Slot { _permit: Arc::clone(&self.queue.slots).acquire_owned().await.ok() }
    }

    /// [`Dispatcher::reserve`] for threads outside the runtime.
    pub fn reserve_blocking(&self) -> Slot {
        futures::executor::block_on(self.reserve())
    }

    /// Takes the next position in the commit order. To be called immediately before COMMIT.
    pub fn take_ticket(&self) -> Ticket {
        let mut state = self.queue.state.lock();
        state.groups.push_back(Group::Committing);
        let number = state.first_ticket + state.groups.len() as u64 - 1;
        Ticket { queue: Arc::clone(&self.queue), number, is_resolved: false }
    }

    /// Publishes events of what is not stored, within `span`; returns when the sink has received them.
    pub async fn publish(&self, events: Vec<Event>, span: Span) {
        let slot = self.reserve().await;
        let (answer, published) = oneshot::channel();
        self.take_ticket().publish(vec![Delivery { events, span, answer }], slot);
        // After `close` there is no answer, and no event is published.
        let _ = published.await;
    }

    /// From now on writers do not wait for the sink, so that they can be joined on its thread.
    pub fn lift_limit(&self) {
        self.queue.slots.close();
    }

    /// Publishes what has been committed, and ends the thread. Later events are dropped.
    pub async fn close(&self) {
        self.queue.close();
        let thread = self.thread.lock().take();
        if let Some(thread) = thread {
            let _ = task::spawn_blocking(|| thread.join()).await;
        }
    }
}

impl Drop for Dispatcher {
    /// The thread is not joined: the sink that it runs may be what drops the database.
    fn drop(&mut self) {
        self.queue.close();
    }
}

impl Ticket {
    /// Queues a committed group for publishing.
    pub fn publish(mut self, deliveries: Vec<Delivery>, slot: Slot) {
        self.is_resolved = true;
        self.queue.resolve(self.number, Group::Committed(deliveries, slot));
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if !self.is_resolved {
            self.queue.resolve(self.number, Group::Void);
        }
    }
}

impl Queue {
    fn resolve(&self, ticket: u64, group: Group) {
        let mut state = self.state.lock();
        if state.has_ended {
            // Without an answer, the callers get the error of a closed database.
            state.groups.clear();
            return;
        }
        let index = (ticket - state.first_ticket) as usize;
        state.groups[index] = group;
        if index == 0 {
            self.changed.notify_one();
        }
    }

    fn close(&self) {
        self.state.lock().is_closing = true;
        self.changed.notify_one();
    }

    fn run(&self) {
        let mut ready = Vec::new();
        while self.wait(&mut ready) {
            for (deliveries, slot) in ready.drain(..) {
                deliveries.into_iter().for_each(|delivery| self.deliver(delivery));
                drop(slot);
            }
        }
    }

    /// Waits for groups that are next in the commit order; `false` when there will be no more.
    fn wait(&self, ready: &mut Vec<(Vec<Delivery>, Slot)>) -> bool {
        let mut state = self.state.lock();
        loop {
            while !matches!(state.groups.front(), None | Some(Group::Committing)) {
                if let Some(Group::Committed(deliveries, slot)) = state.groups.pop_front() {
                    ready.push((deliveries, slot));
                }
                state.first_ticket += 1;
            }
            if !ready.is_empty() {
                return true;
            }
            if state.is_closing && state.groups.is_empty() {
                state.has_ended = true;
                return false;
            }
            self.changed.wait(&mut state);
        }
    }

    fn deliver(&self, Delivery { events, span, answer }: Delivery) {
        let publishing = traces::publish(&span, events.len());
        if let Some(sink) = self.sink.get()
            && catch_unwind(AssertUnwindSafe(|| sink.publish(events))).is_err()
        {
            tracing::error!("the sink of events panicked");
        }
        // The spans end before the caller's, which goes on with the answer.
        drop((publishing, span));
        // The caller may have been cancelled.
        let _ = answer.send(Ok(()));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Weak;

    use guildhall_model::id::{ChannelId, UserId};

    use super::*;
    use crate::{Database, DatabaseUrl, OpenOptions};

    fn event(number: u8) -> Event {
        Event::Typing { channel_id: ChannelId::from_bytes([number; 16]), user_id: UserId::from_bytes([0; 16]), parent_id: None }
    }

    fn deliveries(number: u8) -> (Vec<Delivery>, oneshot::Receiver<Result<()>>) {
        let (answer, answered) = oneshot::channel();
        (vec![Delivery { events: vec![event(number)], span: Span::none(), answer }], answered)
    }

    #[derive(Default)]
    struct Recorder(Mutex<Vec<Event>>);

    impl EventSink for Recorder {
        fn publish(&self, events: Vec<Event>) {
            self.0.lock().extend(events);
        }
    }

    #[tokio::test]
    async fn groups_are_published_in_the_order_of_their_tickets_and_void_ones_are_skipped() {
        let (dispatcher, recorder) = (Dispatcher::start().unwrap(), Arc::new(Recorder::default()));
        dispatcher.set_sink(Arc::clone(&recorder) as Arc<dyn EventSink>);
        let tickets: Vec<_> = (0..4).map(|_| dispatcher.take_ticket()).collect();
        let mut answers = Vec::new();
        for (number, ticket) in (0..4).zip(tickets).rev() {
            let (deliveries, answer) = deliveries(number);
            match number {
                1 => drop(ticket),
                _ => ticket.publish(deliveries, dispatcher.reserve().await),
            }
            answers.push(answer);
        }
        for (number, answer) in [3, 2, 1, 0].into_iter().zip(answers) {
            assert_eq!(answer.await.is_ok(), number != 1);
        }
        assert_eq!(*recorder.0.lock(), [event(0), event(2), event(3)]);
    }

    #[tokio::test]
    async fn writers_wait_for_a_slow_sink() {
        let dispatcher = Dispatcher::start().unwrap();
        let first = dispatcher.take_ticket();
        for _ in 0..GROUPS_MAX {
            dispatcher.take_ticket().publish(Vec::new(), dispatcher.reserve().await);
        }
        let mut next = Box::pin(dispatcher.reserve());
        assert!(futures::poll!(&mut next).is_pending());
        drop(first);
        next.await;
    }

    #[tokio::test]
    async fn the_thread_ends_with_the_last_handle() {
        let recorder = Arc::new(Recorder::default());
        let dispatcher = Dispatcher::start().unwrap();
        dispatcher.set_sink(Arc::clone(&recorder) as Arc<dyn EventSink>);
        let (deliveries, answer) = deliveries(1);
        let (ticket, slot) = (dispatcher.take_ticket(), dispatcher.reserve().await);
        let thread = dispatcher.thread.lock().take().unwrap();
        drop(dispatcher);
        ticket.publish(deliveries, slot);
        tokio::task::spawn_blocking(|| thread.join()).await.unwrap().unwrap();
        answer.await.unwrap().unwrap();
        assert_eq!(Arc::strong_count(&recorder), 1);
    }

    /// Drops the last handle of the database while it is called.
    struct LastHandle(Mutex<Option<Database>>);

    impl EventSink for LastHandle {
        fn publish(&self, _: Vec<Event>) {
            drop(self.0.lock().take());
        }
    }

    #[tokio::test]
    async fn the_sink_may_drop_the_database() {
        let url = DatabaseUrl::parse("sqlite::memory:").unwrap();
        let database = Database::open(&url, OpenOptions::default()).await.unwrap();
        let sink = Arc::new(LastHandle(Mutex::new(None)));
        let ended: Weak<LastHandle> = Arc::downgrade(&sink);
        database.publish_to(Arc::clone(&sink) as Arc<dyn EventSink>);
        let dispatcher = Arc::clone(database.dispatcher());
        let thread = dispatcher.thread.lock().take().unwrap();
        *sink.0.lock() = Some(database);
        drop(sink);
        dispatcher.publish(vec![event(1)], Span::none()).await;
        drop(dispatcher);
        tokio::task::spawn_blocking(|| thread.join()).await.unwrap().unwrap();
        assert!(ended.upgrade().is_none());
    }
}
