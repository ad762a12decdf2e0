//! The parts whose locks need an argument, each alone and with few tasks, so that most of their interleavings are tried. What
//! loses a wake-up is a deadlock, which fails.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use guildhall_model::{Event, EventSink};
use guildhall_realtime::{
    Audience, ConnectError, ConnectRequest, ConnectResponse, Frame, Hub, HubConfig, HubMessage, Memberships, OutboundMessage, Outbox,
};
use guildhall_simulation::thread;
use guildhall_storage::OpenOptions;
use guildhall_storage::simulation::{CommitFault, Faults, SimulatedDatabase, SimulatedServer};
use parking_lot::Mutex;
use shuttle::future::block_on;
use shuttle::scheduler::DfsScheduler;
use shuttle::{Config, Runner};

use crate::log::Log;
use crate::message::{event, frame, number_in, number_of, session, user};
use crate::scheduler::{SeededScheduler, Strategy};
use crate::server::{Presence, SimulatedClock};
use crate::trace::install;

const SEEDS: u64 = 1_500;

/// Runs a test in the order of many seeds; a failure names its own.
fn explore(test: impl Fn() + Send + Sync + Copy + 'static) {
    install();
    for seed in 0..SEEDS {
        let strategy = if seed % 2 == 0 { Strategy::Uniform } else { Strategy::Priorities };
        let _explains = Explain(seed);
        let mut config = Config::new();
        config.silence_warnings = true;
        Runner::new(SeededScheduler::new(seed, strategy, Arc::new(Log::new(false))), config).run(test);
    }
}

struct Explain(u64);

impl Drop for Explain {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("the seed {} of {SEEDS} fails", self.0);
        }
    }
}

fn hub(presence: Arc<Presence>) -> Hub {
    Hub::new(HubConfig::default(), Arc::new(SimulatedClock), presence)
}

fn request(hub: &Hub, n: u8) -> ConnectRequest {
    ConnectRequest { user: user(n), session: session(n.into()), is_guest: false, checkpoint: hub.checkpoint(), resume: None }
}

/// A connection of user 1.
fn connect(hub: &Hub) -> ConnectResponse {
    connect_user(hub, 1)
}

fn connect_user(hub: &Hub, n: u8) -> ConnectResponse {
    let mut response = hub.connect(&request(hub, n), |_| Frame::new("hello;", "")).unwrap();
    if let Some(load) = response.load.take() {
        load.activate(Memberships::default());
    }
    response
}

fn publish(hub: &Hub, number: i64) {
    hub.apply(vec![HubMessage::Deliver { frame: frame(number, 0), audience: Audience::user(user(1)) }]);
}

/// Waits until so many events were received, and returns their numbers without the hello.
fn read(outbox: &mut Outbox, count: usize) -> Vec<i64> {
    let mut numbers = Vec::new();
    while numbers.len() < count {
        let mut batch = Vec::new();
        block_on(outbox.next_batch(&mut batch)).unwrap();
        numbers.extend(batch.iter().filter_map(|message| match message {
            OutboundMessage::Event { seq: 1.., frame } => Some(number_in(frame)),
            OutboundMessage::Event { .. } | OutboundMessage::Reply(_) => None,
        }));
    }
    numbers
}

/// The queue of a connection: replies are queued while their reader begins to wait. Every interleaving.
#[test]
fn a_reader_that_begins_to_wait_misses_no_wake_up() {
    install();
    let mut config = Config::new();
    config.silence_warnings = true;
    let runs = Runner::new(DfsScheduler::new(None, false), config).run(|| {
        let hub = hub(Arc::default());
        let ConnectResponse { mut outbox, handle, .. } = connect(&hub);
        assert!(poll(&mut outbox).is_ready(), "the hello");
        let writer = thread::spawn(move || (0..2).for_each(|_| handle.reply("reply")));
        let mut batch = Vec::new();
        while batch.len() < 2 {
            block_on(outbox.next_batch(&mut batch)).unwrap();
        }
        writer.join().unwrap();
        std::mem::forget(outbox);
    });
    assert!(runs > 10, "{runs} interleavings");
}

fn poll(outbox: &mut Outbox) -> Poll<usize> {
    let mut batch = Vec::new();
    let polled = outbox.poll_batch(&mut Context::from_waker(Waker::noop()), &mut batch);
    polled.map(|result| result.map(|()| batch.len()).unwrap())
}

/// The inbox of the hub: a publisher that finds the state in use leaves its messages to the thread that has it.
#[test]
fn what_is_published_while_the_hub_is_in_use_is_applied() {
    explore(|| {
        let hub = hub(Arc::default());
        let mut outbox = connect(&hub).outbox;
        let publishers = [1, 2].map(|number| {
            let hub = hub.clone();
            thread::spawn(move || publish(&hub, number))
        });
        let asks = {
            let hub = hub.clone();
            thread::spawn(move || hub.stats())
        };
        let mut numbers = read(&mut outbox, 2);
        numbers.sort_unstable();
        assert_eq!(numbers, [1, 2]);
        publishers.into_iter().for_each(|publisher| publisher.join().unwrap());
        asks.join().unwrap();
    });
}

/// The queue of presence: changes in their order, one call at a time, and none is left.
#[test]
fn presence_changes_are_passed_in_their_order_by_one_thread_at_a_time() {
    explore(|| {
        let presence = Arc::new(Presence::default());
        let hub = hub(Arc::clone(&presence));
        presence.set_hub(Some(hub.clone()));
        // Two sockets of one user, and one of another.
        let sockets = [1, 1, 2].map(|n| {
            let hub = hub.clone();
            thread::spawn(move || drop(connect_user(&hub, n)))
        });
        sockets.into_iter().for_each(|socket| socket.join().unwrap());
        presence.assert_all_offline();
        presence.set_hub(None);
    });
}

/// The same queue: a change that arrives when another thread has found it empty, but not left yet.
#[test]
fn no_presence_change_is_left_in_the_queue() {
    explore(|| {
        let presence = Arc::new(Presence::default());
        let hub = hub(Arc::clone(&presence));
        let sockets = [1, 2].map(|n| connect_user(&hub, n).outbox);
        let closing = sockets.map(|outbox| thread::spawn(move || drop(outbox)));
        closing.into_iter().for_each(|thread| thread.join().unwrap());
        presence.assert_all_offline();
    });
}

/// Revocations: a session that ends between its look-up and the connect.
#[test]
fn a_session_that_ends_while_it_connects_receives_nothing_more() {
    explore(|| {
        let hub = hub(Arc::default());
        let is_valid = Arc::new(Mutex::new(true));
        let ending = {
            let (hub, is_valid) = (hub.clone(), Arc::clone(&is_valid));
            thread::spawn(move || {
                *is_valid.lock() = false;
                hub.apply(vec![HubMessage::CloseSession(session(1))]);
                publish(&hub, 1);
            })
        };
        let request = request(&hub, 1);
        thread::yield_now();
        let is_valid = *is_valid.lock();
        let response = is_valid.then(|| hub.connect(&request, |_| Frame::new("hello;", "")));
        ending.join().unwrap();
        match response {
            Some(Ok(ConnectResponse { mut outbox, .. })) => assert!(block_on(outbox.next_batch(&mut Vec::new())).is_err()),
            Some(Err(ConnectError::SessionEnded)) | None => {}
            Some(Err(error)) => panic!("{error}"),
        }
        assert_eq!(hub.online_count(), 0);
    });
}

/// Generations: events are published while a client resumes on a second socket and the first is closed.
#[test]
fn a_resume_gets_each_event_once_while_others_publish() {
    explore(|| {
        let hub = hub(Arc::default());
        let ConnectResponse { mut outbox, handle, .. } = connect(&hub);
        publish(&hub, 1);
        assert_eq!(read(&mut outbox, 1), [1]);
        let publisher = {
            let hub = hub.clone();
            thread::spawn(move || (2..=4).for_each(|number| publish(&hub, number)))
        };
        let request = ConnectRequest { resume: Some((handle.id(), 1)), ..request(&hub, 1) };
        let closing = thread::spawn(move || drop(outbox));
        let mut resumed = hub.connect(&request, |_| Frame::new("hello;", "")).unwrap();
        assert!(resumed.resumed);
        assert_eq!(read(&mut resumed.outbox, 4), [1, 2, 3, 4]);
        closing.join().unwrap();
        publisher.join().unwrap();
        assert_eq!(hub.connection_count(), 1);
    });
}

struct NoFaults;

impl Faults for NoFaults {
    fn pauses(&self) -> u32 {
        0
    }
    fn loses_connection(&self) -> bool {
        false
    }
    fn commit(&self) -> CommitFault {
        CommitFault::None
    }
}

#[derive(Default)]
struct Recorder(Mutex<Vec<i64>>);

impl EventSink for Recorder {
    fn publish(&self, events: Vec<Event>) {
        thread::yield_now();
        self.0.lock().extend(events.iter().map(number_of));
    }
}

/// A database that only publishes.
fn database(recorder: &Arc<Recorder>) -> Arc<SimulatedDatabase> {
    let server = Arc::new(SimulatedServer::new(Box::new(NoFaults)));
    let database = SimulatedDatabase::open(&server, &OpenOptions { writers: 1, ..OpenOptions::default() }).unwrap();
    database.publish_to(Arc::clone(recorder) as Arc<dyn EventSink>);
    Arc::new(database)
}

/// Tickets and answers: who was answered was published. A caller that has gone delays nobody.
#[test]
fn publishers_are_answered_after_their_event_was_published() {
    explore(|| {
        let recorder = Arc::new(Recorder::default());
        let database = database(&recorder);
        let publishers = [1, 2].map(|number| {
            let (database, recorder) = (Arc::clone(&database), Arc::clone(&recorder));
            thread::spawn(move || {
                block_on(database.publish(vec![event(number)]));
                assert!(recorder.0.lock().contains(&number));
            })
        });
        publish_and_leave(&database, 3);
        publishers.into_iter().for_each(|publisher| publisher.join().unwrap());
        block_on(database.close());
        let mut published = recorder.0.lock().clone();
        published.sort_unstable();
        assert_eq!(published, [1, 2, 3]);
    });
}

/// The end of the dispatcher's thread: nobody waits for ever, and nothing is published twice or after it.
#[test]
fn publishers_are_answered_while_the_dispatcher_is_closed() {
    explore(|| {
        let recorder = Arc::new(Recorder::default());
        let database = database(&recorder);
        let publishers = [1, 2].map(|number| {
            let database = Arc::clone(&database);
            thread::spawn(move || block_on(database.publish(vec![event(number)])))
        });
        block_on(database.close());
        let before = recorder.0.lock().clone();
        publishers.into_iter().for_each(|publisher| publisher.join().unwrap());
        let after = recorder.0.lock().clone();
        assert_eq!(before, after, "published after the end");
        assert!(after.is_empty() || after.len() == 1 || after.len() == 2 && after[0] != after[1], "{after:?}");
    });
}

/// The future is dropped after its first poll, when the event has its place.
fn publish_and_leave(database: &SimulatedDatabase, number: i64) {
    let publishing = pin!(database.publish(vec![event(number)]));
    assert!(publishing.poll(&mut Context::from_waker(Waker::noop())).is_pending());
}
