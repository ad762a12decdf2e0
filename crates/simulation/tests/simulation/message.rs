//! What is published in the simulation, and the events and messages of the real code that carry it.

use guildhall_model::Event;
use guildhall_model::id::{ChannelId, SessionId, UserId};
use guildhall_realtime::{Audience, Frame, HubMessage};

pub const USERS: u8 = 3;
pub const CHANNELS: u8 = 3;

/// The number of the event that every client waits for at the end.
pub const END: i64 = 0;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    Everyone,
    User(u8),
    Channel(u8),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Message {
    /// The event with the number of its operation, and how many bytes it has.
    Deliver {
        number: i64,
        target: Target,
        bytes: usize,
    },
    Join {
        user: u8,
        channel: u8,
    },
    Leave {
        user: u8,
        channel: u8,
    },
    CloseSession(u32),
    CloseUser(u8),
}

pub fn user(n: u8) -> UserId {
    UserId::from_bytes([n; 16])
}
pub fn channel(n: u8) -> ChannelId {
    ChannelId::from_bytes([n + 1; 16])
}
pub fn session(n: u32) -> SessionId {
    SessionId::from_bytes(u128::from(n).to_be_bytes())
}

/// The event of the operation with this number.
pub fn event(number: i64) -> Event {
    let channel_id = ChannelId::from_bytes(i128::from(number).to_be_bytes());
    Event::Typing { channel_id, user_id: UserId::from_bytes([0; 16]), parent_id: None }
}

pub fn number_of(event: &Event) -> i64 {
    let Event::Typing { channel_id, .. } = event else { panic!("{event:?}") };
    i64::try_from(i128::from_be_bytes(*channel_id.bytes())).unwrap()
}

pub fn frame(number: i64, bytes: usize) -> Frame {
    Frame::new(format!("{number};{}", "x".repeat(bytes)), "")
}

pub fn number_in(frame: &Frame) -> i64 {
    let text = std::str::from_utf8(frame.prefix()).unwrap();
    text.split_once(';').unwrap().0.parse().unwrap()
}

impl Message {
    pub fn to_hub(self) -> HubMessage {
        match self {
            Self::Deliver { number, target, bytes } => HubMessage::Deliver {
                frame: frame(number, bytes),
                audience: match target {
                    Target::Everyone => Audience::everyone(),
                    Target::User(n) => Audience::user(user(n)),
                    Target::Channel(n) => Audience::channel(channel(n)),
                },
            },
            Self::Join { user: u, channel: c } => HubMessage::JoinChannel { user: user(u), channel: channel(c) },
            Self::Leave { user: u, channel: c } => HubMessage::LeaveChannel { user: user(u), channel: channel(c) },
            Self::CloseSession(s) => HubMessage::CloseSession(session(s)),
            Self::CloseUser(u) => HubMessage::CloseUser(user(u)),
        }
    }
}
