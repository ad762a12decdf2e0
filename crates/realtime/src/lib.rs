//! Moves opaque frames to audiences: the hub, its connections and who is online. Knows no HTTP, no names and no SQL.
//!
//! # How it is used
//! 1. Take `hub.checkpoint()`, then look the session up. A session that ends in between is not let in.
//! 2. `hub.connect(request, hello)` gives an `Outbox` for the writing end of the socket, a `ConnectionHandle` for the
//!    reading end and, for the first connection of a person, a `MembershipLoad`: read the memberships from the
//!    database now (not before) and hand them over with `activate`.
//! 3. The writing end asks `outbox.next_batch` again and again, writing each batch before it asks for the next;
//!    whatever error it returns closes the socket. Dropping the outbox says that the socket is gone.
//! 4. Whoever changes something publishes `HubMessage`s to the `Bus` after the change is on disk.
//!
//! # What is guaranteed
//! * There is one order of messages per hub. A list is applied in its order, and all connections see the events that
//!   they share in the same order. "Join, then deliver" reaches who joined; "deliver, then leave" reaches who leaves.
//! * A connection numbers its events from 0 (the hello) without gaps. Answers to actions have no number.
//! * A resume hands over exactly what follows the number asked for, those events included that came while there was no
//!   socket; or it is refused, and the client gets a new connection and must fetch what it missed. It takes the same
//!   person and the same session.
//! * Events are delivered from the moment `connect` registers the connection. While memberships are being loaded all
//!   messages are remembered, and gone through in order when the list is there: a change that was published wins over
//!   what the list says.
//! * A closed session receives nothing more, not even what waits already, and cannot be resumed.
//! * A reader may fall behind by `outbox_bytes_cap`, a client without a socket by the resume buffer. Beyond that the
//!   first is closed (and can resume), the second forgotten. Nothing else drops an event.
//!
//! # Locks
//! * `state`: all tables of the hub, one lock. Fanning an event out to 100 people holds it for some microseconds; what
//!   it covers are pushes in memory, never a socket, a waker or foreign code.
//! * `inbox`: messages to apply. A publisher puts its list in and applies it if the hub is free; if not, whoever holds
//!   the hub does, so publishing never waits for another's fan-out. Whoever lets `state` go looks once more.
//! * One lock a connection, for its queue: held by the hub to push and by the socket side to take.
//! * The presence sink is called by one thread at a time, without any of these.
//!
//! Within a room, an event costs a member a push behind a lock that nobody else wants, and one wake-up for all that has
//! come since the socket side last took anything. The frame is shared; nothing is allocated for a delivery but room in
//! the queue.
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
mod outbox;
mod presence;
mod revocations;
mod rooms;
mod state;

pub use audience::{Audience, Scope, UserSet};
pub use bus::{Bus, HubMessage, MemoryBus};
pub use config::HubConfig;
pub use frame::Frame;
pub use hub::{ConnectError, ConnectRequest, Connected, Hub, HubStats, MembershipLoad, Memberships};
pub use outbox::{CloseReason, ConnectionHandle, Outbox, Outgoing};
pub use presence::PresenceSink;
pub use revocations::Checkpoint;
