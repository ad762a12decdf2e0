//! One run of one seed: starts the tasks, waits for all of them, then lets the oracles judge.

use std::ops::AddAssign;
use std::sync::Arc;
use std::time::Duration;

use guildhall_model::EventSink;
use guildhall_realtime::{Hub, MemoryBus};
use guildhall_simulation::task::{spawn, yield_now};
use guildhall_simulation::time;
use guildhall_storage::simulation::{SimulatedDatabase, SimulatedServer};
use parking_lot::Mutex;
use rand::Rng;
use shuttle::{Config, FailurePersistence, MaxSteps, Runner};

use crate::client::{Client, load_memberships};
use crate::faults::RandomFaults;
use crate::log::Log;
use crate::message::{CHANNELS, END, USERS, event, user};
use crate::oracle;
use crate::scenario::Scenario;
use crate::scheduler::SeededScheduler;
use crate::server::{Presence, Publisher, SimulatedClock};
use crate::submitter::submit_all;
use crate::trace::Trace;
use crate::world::{Shared, World, membership_row};

/// More than any run needs: one that takes more has hung. Without the clock, those who wait for nothing else are a deadlock.
const STEPS_MAX: usize = 400_000;
const TICKS_MAX: u32 = 20_000;
const STACK_BYTES: usize = 256 * 1024;

/// What occurred in a run, or in many.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Figures {
    pub events: u64,
    pub deliveries: u64,
    pub connections: u64,
    pub broken: u64,
    pub resumed: u64,
    pub not_resumed: u64,
    pub replaced: u64,
    pub slow_readers: u64,
    pub full_buffers: u64,
    pub failed_loads: u64,
    pub reloads: u64,
    pub ended_sessions: u64,
    pub removals: u64,
    pub unknown_commits: u64,
    pub shutdowns: u64,
    pub early_closes: u64,
}

impl Figures {
    fn all(&mut self) -> [&mut u64; 16] {
        [
            &mut self.events,
            &mut self.deliveries,
            &mut self.connections,
            &mut self.broken,
            &mut self.resumed,
            &mut self.not_resumed,
            &mut self.replaced,
            &mut self.slow_readers,
            &mut self.full_buffers,
            &mut self.failed_loads,
            &mut self.reloads,
            &mut self.ended_sessions,
            &mut self.removals,
            &mut self.unknown_commits,
            &mut self.shutdowns,
            &mut self.early_closes,
        ]
    }

    /// A simulation in which something never occurs does not test it.
    pub fn assert_all_occurred(mut self) {
        let text = format!("{self:?}");
        assert!(self.all().iter().all(|figure| **figure > 0), "something never occurred: {text}");
    }
}

impl AddAssign for Figures {
    fn add_assign(&mut self, mut other: Self) {
        self.all().into_iter().zip(other.all()).for_each(|(sum, other)| *sum += *other);
    }
}

pub struct Finished {
    pub log: String,
    pub figures: Figures,
}

/// Panics where a promise is broken, and prints the end of the log.
pub fn run(seed: u64, keeps_schedule: bool) -> Finished {
    let scenario = Scenario::of(seed);
    let log = Arc::new(Log::new(keeps_schedule));
    log.line(format_args!("{scenario:?}"));
    let finished = Arc::new(Mutex::new(None));
    {
        // The pool's timeouts ask for a runtime of tokio; its clock stands still.
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let _entered = runtime.enter();
        let trace = Trace::begin();
        let (log, finished) = (Arc::clone(&log), Arc::clone(&finished));
        let explains = Explain(Arc::clone(&log));
        let scheduler = SeededScheduler::new(seed, scenario.strategy, Arc::clone(&log));
        Runner::new(scheduler, config()).run(move || {
            let server = Arc::new(SimulatedServer::new(Box::new(RandomFaults::of(&scenario, &log))));
            let (scenario, log, trace) = (scenario.clone(), Arc::clone(&log), trace.clone());
            let world = Arc::new(World { scenario, server, log, trace, state: Mutex::new(Shared::default()) });
            shuttle::future::block_on(simulate(Arc::clone(&world)));
            oracle::judge(&world);
            *finished.lock() = Some(world.state.lock().figures);
        });
        drop(explains);
    }
    let figures = finished.lock().take();
    Finished { log: log.take(), figures: figures.unwrap() }
}

fn config() -> Config {
    let mut config = Config::new();
    config.stack_size = STACK_BYTES;
    config.failure_persistence = FailurePersistence::None;
    config.max_steps = MaxSteps::FailAfter(STEPS_MAX);
    config.silence_warnings = true;
    config
}

/// Prints the end of the log of a run that failed.
struct Explain(Arc<Log>);

impl Drop for Explain {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.print_end();
        }
    }
}

async fn simulate(world: Arc<World>) {
    time::reset();
    let scenario = world.scenario.clone();
    let mut rng = scenario.rng(0);
    let presence = Arc::new(Presence::default());
    let hub = Hub::new(scenario.hub_config(), Arc::new(SimulatedClock), Arc::clone(&presence) as _);
    presence.set_hub(Some(hub.clone()));
    for (user, channel) in (0..USERS).flat_map(|user| (0..CHANNELS).map(move |channel| (user, channel))) {
        world.server.set_value(membership_row(user, channel), i64::from(rng.random::<bool>()));
    }
    let database = Arc::new(SimulatedDatabase::open(&world.server, &scenario.database_options()).unwrap());
    let publisher = Arc::new(Publisher { world: Arc::clone(&world), bus: MemoryBus::new(hub.clone()) });
    database.publish_to(Arc::clone(&publisher) as _);

    let is_over = Arc::new(Mutex::new(false));
    let clock = spawn(pass_time(hub.clone(), Arc::clone(&world), Arc::clone(&is_over)));
    let clients = (0..scenario.clients).map(|n| {
        let user = (n % u64::from(USERS)) as u8;
        spawn(Client::new(Arc::clone(&world), hub.clone(), user, scenario.rng(100 + n)).run())
    });
    let clients: Vec<_> = clients.collect();
    let submitters = (0..scenario.submitters).map(|n| spawn(submit_all(Arc::clone(&world), Arc::clone(&database), scenario.rng(200 + n))));
    let mut others: Vec<_> = submitters.collect();
    others.push(spawn(reload(Arc::clone(&world), hub.clone())));
    if scenario.closes_database_early {
        let (database, delay_ms) = (Arc::clone(&database), rng.random_range(1..60));
        others.push(spawn(async move {
            time::sleep(Duration::from_millis(delay_ms)).await;
            database.close().await;
        }));
    }
    if scenario.shuts_hub_down_early {
        let (world, hub, delay_ms) = (Arc::clone(&world), hub.clone(), rng.random_range(1..80));
        others.push(spawn(async move {
            time::sleep(Duration::from_millis(delay_ms)).await;
            world.log.line(format_args!("the hub shuts down"));
            world.state.lock().is_shut_down = true;
            hub.shutdown();
            world.state.lock().has_shut_down = true;
        }));
    }
    for other in others {
        other.await.unwrap();
    }
    // Batches whose callers have gone are committed and published before it returns.
    database.close().await;
    publisher.publish(vec![event(END)]);
    for client in clients {
        client.await.unwrap();
    }
    *is_over.lock() = true;
    clock.await.unwrap();
    finish(&world, &hub, &presence);
}

/// Nothing is kept at the end.
fn finish(world: &World, hub: &Hub, presence: &Presence) {
    let stats = hub.stats();
    assert_eq!((stats.live_connections, stats.online_users, stats.inbox_messages, stats.backlog_messages), (0, 0, 0, 0), "{stats:?}");
    let online: Vec<_> = (0..USERS).filter(|n| hub.is_online(user(*n))).collect();
    assert!(online.is_empty(), "{online:?} are online");
    presence.assert_all_offline();
    presence.set_hub(None);
    time::advance(u64::MAX >> 2);
    hub.sweep();
    assert_eq!(hub.stats().detached_connections, 0);
    world.figures(|figures| {
        figures.full_buffers = stats.full_buffers;
        figures.shutdowns = world.scenario.shuts_hub_down_early.into();
        figures.early_closes = world.scenario.closes_database_early.into();
    });
}

/// Lets time pass and sweeps now and then, until the end.
async fn pass_time(hub: Hub, world: Arc<World>, is_over: Arc<Mutex<bool>>) {
    let mut rng = world.scenario.rng(2);
    for _ in 0..TICKS_MAX {
        if *is_over.lock() {
            return;
        }
        for _ in 0..rng.random_range(1..8) {
            yield_now().await;
        }
        time::advance(rng.random_range(1..6));
        if rng.random_ratio(1, 10) {
            hub.sweep();
            let backlog = hub.stats().backlog_messages;
            assert!(backlog <= world.scenario.hub_config().load_backlog_messages, "the backlog has {backlog} messages");
        }
    }
}

/// Loads memberships again for users with connections, as the periodic check does.
async fn reload(world: Arc<World>, hub: Hub) {
    let mut rng = world.scenario.rng(3);
    for _ in 0..world.scenario.reloads {
        time::sleep(Duration::from_millis(rng.random_range(5..60))).await;
        let n = rng.random_range(0..USERS);
        let loads = hub.reload_memberships(user(n));
        world.figures(|figures| figures.reloads += u64::from(!loads.is_empty()));
        load_memberships(Arc::clone(&world), n, loads, world.scenario.rng(rng.random())).await;
    }
}
