//! A hub with a manual clock, clients that check the sequence numbers, and short functions for ids.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use guildhall_model::Millis;
use guildhall_model::id::{ChannelId, ConnectionId, SessionId, TeamId, UserId};
use guildhall_model::time::ManualClock;
use guildhall_realtime::{
    Audience, CloseReason, ConnectError, ConnectRequest, ConnectResponse, ConnectionHandle, Frame, Hub, HubConfig, HubMessage,
    MembershipLoad, Memberships, OutboundMessage, Outbox, PresenceSink,
};

pub fn user(n: u8) -> UserId {
    UserId::from_bytes([n; 16])
}
pub fn session(n: u8) -> SessionId {
    SessionId::from_bytes([n; 16])
}
pub fn channel(n: u8) -> ChannelId {
    ChannelId::from_bytes([n; 16])
}
pub fn team(n: u8) -> TeamId {
    TeamId::from_bytes([n; 16])
}

pub fn frame(name: &str) -> Frame {
    Frame::new(name.to_owned(), "")
}
pub fn deliver(name: &str, audience: Audience) -> HubMessage {
    HubMessage::Deliver { frame: frame(name), audience }
}
pub fn join(u: u8, c: u8) -> HubMessage {
    HubMessage::JoinChannel { user: user(u), channel: channel(c) }
}
pub fn leave(u: u8, c: u8) -> HubMessage {
    HubMessage::LeaveChannel { user: user(u), channel: channel(c) }
}
pub fn in_channels(channels: &[u8]) -> Memberships {
    Memberships { channels: channels.iter().copied().map(channel).collect(), teams: Vec::new() }
}

/// The user that is a guest in every test.
pub const GUEST: u8 = 2;

pub struct Fixture {
    pub hub: Hub,
    pub clock: Arc<ManualClock>,
}

impl Fixture {
    pub fn new() -> Self {
        Self::with(HubConfig::default(), Arc::new(()))
    }

    pub fn with(config: HubConfig, presence: Arc<dyn PresenceSink>) -> Self {
        let clock = Arc::new(ManualClock::at(Millis(1_000_000)));
        Self { hub: Hub::new(config, clock.clone(), presence), clock }
    }

    /// Connects a client without loading the memberships.
    pub fn connect_without_load(&self, u: u8, s: u8, resume: Option<(ConnectionId, i64)>) -> (Client, Option<MembershipLoad>) {
        let connected = self.try_connect(u, s, resume).unwrap();
        let ConnectResponse { outbox, handle, load, resumed } = connected;
        (Client { outbox, handle, resumed, next_seq: resume.filter(|_| resumed).map_or(0, |(_, seq)| seq) }, load)
    }

    pub fn try_connect(&self, u: u8, s: u8, resume: Option<(ConnectionId, i64)>) -> Result<ConnectResponse, ConnectError> {
        let request =
            ConnectRequest { user: user(u), session: session(s), is_guest: u == GUEST, checkpoint: self.hub.checkpoint(), resume };
        self.hub.connect(&request, |id| frame(&format!("hello {id}")))
    }

    /// Connects a client with these channels and reads its hello.
    pub fn connect(&self, u: u8, s: u8, channels: &[u8]) -> Client {
        let (mut client, load) = self.connect_without_load(u, s, None);
        if let Some(load) = load {
            load.activate(in_channels(channels));
        }
        assert_eq!(client.read(), Ok(vec![format!("hello {}", client.handle.id())]));
        client
    }

    pub fn resume(&self, u: u8, s: u8, id: ConnectionId, next_seq: i64) -> Client {
        let (client, load) = self.connect_without_load(u, s, Some((id, next_seq)));
        if let Some(load) = load {
            load.activate(Memberships::default());
        }
        client
    }

    pub fn publish(&self, name: &str, audience: Audience) {
        self.hub.apply(vec![deliver(name, audience)]);
    }
}

pub struct Client {
    pub outbox: Outbox,
    pub handle: ConnectionHandle,
    pub resumed: bool,
    pub next_seq: i64,
}

impl Client {
    /// The names of all waiting events, and the replies in parentheses. Checks the sequence numbers.
    pub fn read(&mut self) -> Result<Vec<String>, CloseReason> {
        let mut batch = Vec::new();
        if let Poll::Ready(result) = self.outbox.poll_batch(&mut Context::from_waker(Waker::noop()), &mut batch) {
            result?;
        }
        Ok(batch
            .into_iter()
            .map(|outgoing| match outgoing {
                OutboundMessage::Event { seq, frame } => {
                    assert_eq!(seq, self.next_seq, "sequence numbers increase by one");
                    self.next_seq += 1;
                    name(&frame)
                }
                reply @ OutboundMessage::Reply(_) => format!("({})", String::from_utf8_lossy(&reply.into_bytes())),
            })
            .collect())
    }

    /// Closes the socket; returns the connection id and the next sequence number for a resume.
    pub fn drop_socket(self) -> (ConnectionId, i64) {
        (self.handle.id(), self.next_seq)
    }
}

pub fn name(frame: &Frame) -> String {
    String::from_utf8(frame.prefix().to_vec()).unwrap()
}

#[derive(Default)]
pub struct CountingWaker(pub AtomicUsize);

impl CountingWaker {
    pub fn wakes(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Wake for CountingWaker {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}
