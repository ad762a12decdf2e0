//! Clients: they connect, load memberships, read slowly or not at all, lose sockets and events, and resume.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use guildhall_model::id::ConnectionId;
use guildhall_realtime::{
    CloseReason, ConnectError, ConnectRequest, ConnectResponse, ConnectionHandle, Frame, Hub, MembershipLoad, Memberships, OutboundMessage,
    Outbox,
};
use guildhall_simulation::task::{JoinHandle, spawn, yield_now};
use guildhall_simulation::time::sleep;
use rand::Rng;
use rand::rngs::SmallRng;

use crate::message::{END, channel, number_in, session, user};
use crate::scenario::FRAME_BYTES_MAX;
use crate::world::{ConnectionRecord, Load, World};

pub struct Client {
    world: Arc<World>,
    hub: Hub,
    rng: SmallRng,
    user: u8,
    session: u32,
    /// The connection to resume, and the first event that is missing.
    resume: Option<(ConnectionId, i64)>,
    breaks_left: u32,
    /// The former socket, which the server may still think open.
    old: Option<Outbox>,
    loads: Vec<JoinHandle<()>>,
}

/// One socket of a connection.
struct Socket {
    outbox: Outbox,
    handle: ConnectionHandle,
    connection: usize,
    next_seq: i64,
    /// The number of the next reply, and of the next that is received.
    replies: (u32, u32),
    is_first_batch: bool,
}

enum Next {
    Reconnect,
    Done,
}

impl Client {
    pub fn new(world: Arc<World>, hub: Hub, user: u8, rng: SmallRng) -> Self {
        let (session, breaks_left) = (world.log_in(user), world.scenario.breaks_per_client);
        Self { world, hub, rng, user, session, resume: None, breaks_left, old: None, loads: Vec::new() }
    }

    /// Until the last event was received.
    pub async fn run(mut self) {
        while let Next::Reconnect = self.connect_and_read().await {
            self.pause().await;
        }
        drop(self.old.take());
        for load in self.loads {
            load.await.unwrap();
        }
    }

    async fn pause(&mut self) {
        match self.rng.random_range(0..6) {
            0 => sleep(Duration::from_millis(self.rng.random_range(1..20))).await,
            // At times longer than the tight resume window.
            1 if self.rng.random_ratio(1, 8) => sleep(Duration::from_millis(200)).await,
            _ => {
                for _ in 0..self.rng.random_range(0..3) {
                    yield_now().await;
                }
            }
        }
    }

    async fn connect_and_read(&mut self) -> Next {
        let checkpoint = self.hub.checkpoint();
        if self.rng.random() {
            yield_now().await;
        }
        if !self.world.is_valid(self.session) {
            (self.session, self.resume) = (self.world.log_in(self.user), None);
            return Next::Reconnect;
        }
        // The session may end meanwhile.
        for _ in 0..self.rng.random_range(0..4) {
            yield_now().await;
        }
        let resume = self.resume;
        let (begun, has_shut_down) = (self.world.messages_done(), self.world.state.lock().has_shut_down);
        let request = ConnectRequest { user: user(self.user), session: session(self.session), is_guest: false, checkpoint, resume };
        let response = match self.hub.connect(&request, |_| Frame::new("hello;", "")) {
            Ok(response) => response,
            Err(ConnectError::ShuttingDown) => {
                assert!(self.world.state.lock().is_shut_down);
                return Next::Done;
            }
            Err(ConnectError::SessionEnded) => {
                (self.session, self.resume) = (self.world.log_in(self.user), None);
                return Next::Reconnect;
            }
        };
        assert!(!has_shut_down, "a connection after the shutdown");
        let mut socket = self.accept(response, resume, begun);
        self.check_old_socket(resume.is_some()).await;
        let id = socket.handle.id();
        let registered_at = self.world.trace.position_of(&id.to_string());
        // A connection that was registered after the last event does not get it.
        if self.world.end().is_some_and(|end| registered_at > end) {
            return Next::Done;
        }
        self.read(&mut socket).await.unwrap_or_else(|how| {
            let next_seq = socket.next_seq - i64::from(how.lost);
            // Who has not got the hello does not know the connection.
            self.resume = (next_seq > 0 && how.can_resume).then_some((id, next_seq));
            self.world.log.line(format_args!("connection {} loses its socket, next {next_seq}", socket.connection));
            if how.keeps_socket {
                self.old = Some(socket.outbox);
            }
            Next::Reconnect
        })
    }

    fn accept(&mut self, response: ConnectResponse, resume: Option<(ConnectionId, i64)>, begun: usize) -> Socket {
        let ConnectResponse { outbox, handle, load, resumed } = response;
        let world = &self.world;
        let registered_between = (begun, world.messages_begun());
        let mut state = world.state.lock();
        let connection = if resumed {
            assert_eq!(resume.map(|(id, _)| id), Some(handle.id()));
            state.figures.resumed += 1;
            state.numbers[&handle.id()]
        } else {
            let number = state.connections.len();
            state.numbers.insert(handle.id(), number);
            state.connections.push(ConnectionRecord {
                id: handle.id(),
                user: self.user,
                session: self.session,
                had_to_load: load.is_some(),
                registered_between,
                received: Vec::new(),
                closed: Vec::new(),
            });
            state.figures.not_resumed += u64::from(resume.is_some());
            number
        };
        drop(state);
        let next_seq = resume.filter(|_| resumed).map_or(0, |(_, next_seq)| next_seq);
        world.log.line(format_args!("user {} has connection {connection}, resumed: {resumed}, next {next_seq}", self.user));
        let rng = world.scenario.rng(self.rng.random());
        self.loads.extend(load.map(|load| spawn(load_memberships(Arc::clone(world), self.user, vec![load], rng))));
        Socket { outbox, handle, connection, next_seq, replies: (0, 0), is_first_batch: true }
    }

    /// A socket whose connection was resumed elsewhere, or could not be, is closed.
    async fn check_old_socket(&mut self, was_resumed: bool) {
        if let Some(mut old) = self.old.take()
            && was_resumed
        {
            let closed = old.next_batch(&mut Vec::new()).await;
            assert!(closed.is_err(), "the former socket is still open");
            self.world.figures(|figures| figures.replaced += 1);
        }
    }

    async fn read(&mut self, socket: &mut Socket) -> Result<Next, Break> {
        loop {
            match self.rng.random_range(0..8) {
                0 => socket.reply(),
                1 => self.pause().await,
                _ => {}
            }
            let mut batch = Vec::new();
            if let Err(reason) = socket.outbox.next_batch(&mut batch).await {
                return self.handle_close(socket, reason);
            }
            assert!(!batch.is_empty(), "a batch without messages");
            let events = socket.receive(&self.world, batch);
            if events.contains(&Some(END)) {
                return Ok(Next::Done);
            }
            if self.breaks_left > 0 && self.rng.random_ratio(1, 3) {
                self.breaks_left -= 1;
                self.world.figures(|figures| figures.broken += 1);
                let lost = self.rng.random_range(0..=events.len() as u32);
                return Err(Break { lost, can_resume: self.rng.random_ratio(9, 10), keeps_socket: self.rng.random_ratio(1, 3) });
            }
        }
    }

    fn handle_close(&mut self, socket: &Socket, reason: CloseReason) -> Result<Next, Break> {
        self.world.log.line(format_args!("connection {} is closed: {reason:?}", socket.connection));
        self.world.state.lock().connections[socket.connection].closed.push(reason);
        match reason {
            CloseReason::Shutdown => Ok(Next::Done),
            CloseReason::SlowReader => {
                self.world.figures(|figures| figures.slow_readers += 1);
                Err(Break { lost: 0, can_resume: true, keeps_socket: false })
            }
            // A resume is in vain then, but must do no harm.
            _ => Err(Break { lost: 0, can_resume: self.rng.random(), keeps_socket: false }),
        }
    }
}

/// How a socket was lost.
struct Break {
    /// The last events that never arrived.
    lost: u32,
    can_resume: bool,
    keeps_socket: bool,
}

impl Socket {
    fn reply(&mut self) {
        self.handle.reply(format!("{}", self.replies.0));
        self.replies.0 += 1;
    }

    /// Checks the numbers of a batch, and returns its events.
    fn receive(&mut self, world: &World, batch: Vec<OutboundMessage>) -> Vec<Option<i64>> {
        let (mut events, mut bytes) = (Vec::new(), 0);
        for message in batch {
            match message {
                OutboundMessage::Event { seq, frame } => {
                    assert_eq!(seq, self.next_seq, "connection {}: events are numbered without gaps", self.connection);
                    self.next_seq += 1;
                    bytes += frame.shared_len();
                    let operation = if seq == 0 { None } else { Some(number_in(&frame)) };
                    world.receive(self.connection, seq, operation);
                    events.push(operation);
                }
                OutboundMessage::Reply(reply) => {
                    assert_eq!(reply, self.replies.1.to_string(), "replies of this socket alone, in their order");
                    self.replies.1 += 1;
                    bytes += reply.len();
                }
            }
        }
        self.check_bounds(world, bytes);
        events
    }

    /// What waited for the socket is bounded: by its own cap, and by what a resume and a load may add to that.
    fn check_bounds(&mut self, world: &World, bytes: usize) {
        let config = world.scenario.hub_config();
        let (frame_max, cap) = (FRAME_BYTES_MAX + 8, config.outbox_bytes_cap as usize);
        let of_loads = if world.scenario.reloads > 0 || self.is_first_batch { (config.load_backlog_messages + 1) * frame_max } else { 0 };
        let of_resume = if self.is_first_batch { 2 * config.resume_buffer_bytes as usize + cap + frame_max } else { 0 };
        let max = cap + frame_max + of_loads + of_resume;
        assert!(bytes <= max, "connection {}: {bytes} of at most {max} bytes waited", self.connection);
        self.is_first_batch = false;
    }
}

/// Reads the memberships from the database and activates them for connections of one user, or fails.
pub async fn load_memberships(world: Arc<World>, user: u8, loads: Vec<MembershipLoad>, mut rng: SmallRng) {
    for _ in 0..rng.random_range(0..6) {
        yield_now().await;
    }
    let is_failing = rng.random_ratio(1, 15);
    for (number, connection) in loads.iter().map(describe) {
        world.state.lock().loads.insert(number, Load { user, connection, is_failing, channels: BTreeSet::new() });
    }
    if is_failing {
        world.log.line(format_args!("a load of user {user} fails"));
        world.figures(|figures| figures.failed_loads += 1);
        return;
    }
    let channels = world.memberships(user);
    if rng.random_ratio(1, 4) {
        sleep(Duration::from_millis(rng.random_range(1..40))).await;
    }
    for _ in 0..rng.random_range(0..6) {
        yield_now().await;
    }
    let memberships = Memberships { channels: channels.iter().map(|n| channel(*n)).collect(), teams: Vec::new() };
    for load in loads {
        let (number, _) = describe(&load);
        world.log.line(format_args!("load {number} of user {user}: {channels:?}"));
        world.state.lock().loads.get_mut(&number).unwrap().channels.clone_from(&channels);
        load.activate(memberships.clone());
    }
}

/// The number of a load, and the id of its connection.
fn describe(load: &MembershipLoad) -> (u64, String) {
    let text = format!("{load:?}");
    let (connection, number) = text.split_once("), number: ").unwrap();
    let (_, connection) = connection.split_once("ConnectionId(").unwrap();
    (number.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap(), connection.to_owned())
}
