//! Delivers encoded events to audiences: the hub, its connections and presence. Independent of HTTP, event names and
//! SQL.
//!
//! # Usage
//! 1. Take `hub.checkpoint()`, then look the session up. A session that ends in between is rejected.
//! 2. `hub.connect(request, hello)` returns an `Outbox` for the writing half of the socket, a `ConnectionHandle` for
//!    the reading half and, for a user without loaded memberships, a `MembershipLoad`: read the memberships from the
//!    database after this call (not before) and pass them to `activate`.
//! 3. The writing half calls `outbox.next_batch` in a loop and writes each batch before it asks for the next; any error
//!    closes the socket. Dropping the outbox reports the socket as closed.
//! 4. Changes are published as `HubMessage`s on the `Bus` after they are committed.
//!
//! # Guarantees
//! * There is one order of messages per hub. A list is applied in its order, and all connections receive the events
//!   that they share in the same order. "Join, then deliver" reaches the new member; "deliver, then leave" reaches the
//!   leaving one.
//! * A connection numbers its events from 0 (the hello) without gaps. Replies to actions have no number.
//! * A resume replays exactly the events from the requested number on, including those published while there was no
//!   socket; or it is rejected, and the client gets a new connection and must fetch what it missed. It requires the
//!   same user and the same session.
//! * Events are delivered from the moment `connect` registers the connection. While memberships are being loaded all
//!   messages are kept in a backlog and replayed in order after the load: a published change takes precedence over the
//!   loaded list.
//! * A closed session receives nothing more, not even events already queued, and cannot be resumed.
//! * A reader may fall behind by `outbox_bytes_cap`, a client without a socket by the resume buffer. Beyond that the
//!   first is closed (and can resume), the second discarded. Nothing else drops an event.
//!
//! # Locks
//! * `state`: all tables of the hub, one lock. Fanning an event out to 100 users holds it for some microseconds; it
//!   covers pushes in memory, never a socket, a waker or a callback.
//! * `inbox`: messages to apply. A publisher appends its list and applies it if `state` is free; otherwise the thread
//!   that holds `state` does, so publishing never waits for another fan-out. Every thread checks the inbox again after
//!   it releases `state`.
//! * One lock per connection, for its queue: taken by the hub to push and by the socket side to take a batch.
//! * The presence sink is called by one thread at a time, without any of these.
//!
//! Within a room (a channel or a team), an event costs a push behind an uncontended lock per member, and one wake-up
//! for all events since the socket side last took a batch. The frame is shared; a delivery allocates only space in the
//! queue.
//!
//! Order: `state` before `inbox`, a connection's queue or the presence queue; nothing is locked under those.

mod audience;
mod backlog;
mod bus;
mod config;
mod connection;
mod frame;
mod hub;
mod index;
mod memberships;
mod message;
mod outbound;
mod outbox;
mod presence;
mod revocations;
mod rooms;
mod state;
mod sync;

pub use audience::{Audience, Scope, UserSet};
pub use bus::{Bus, MemoryBus};
pub use config::HubConfig;
pub use frame::Frame;
pub use hub::{AUDIENCE_BOUNDS, ConnectError, ConnectRequest, ConnectResponse, ConnectionState, Hub, HubStats, MembershipLoad};
pub use memberships::Memberships;
pub use message::HubMessage;
pub use outbound::{CloseReason, OutboundMessage};
pub use outbox::{ConnectionHandle, Outbox};
pub use presence::PresenceSink;
pub use revocations::Checkpoint;
