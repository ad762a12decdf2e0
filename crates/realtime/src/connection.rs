//! One connection's numbered events: those queued for the socket, and those kept for a resume.

use std::collections::VecDeque;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use guildhall_model::Millis;
use guildhall_model::id::{ConnectionId, SessionId, UserId};

use crate::config::HubConfig;
use crate::frame::Frame;
use crate::outbound::{CloseReason, OutboundMessage};
use crate::sync::Mutex;

/// Counts a connection's sockets; calls from a socket of an earlier generation have no effect.
pub(crate) type Generation = u32;

#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) id: ConnectionId,
    pub(crate) user: UserId,
    pub(crate) session: SessionId,
    queue: Mutex<Queue>,
}

/// The log holds, front to back: `written` events of confirmed batches, then up to `taken` the events of the batch in
/// flight, then the waiting ones. Sending only moves these marks forward and a resume moves them back, so a replay
/// equals what was sent. Every idle client has one, and fan-out is bound by memory latency: hence small integers, and
/// boxes for rare parts.
#[derive(Debug)]
struct Queue {
    log: VecDeque<Frame>,
    /// Sequence number of the log's first event.
    first_seq: i64,
    written: u32,
    /// The value of `written` at the last retention sweep, less the events dropped since.
    written_at_last_sweep: u32,
    taken: u32,
    written_bytes: u32,
    in_flight_bytes: u32,
    waiting_bytes: u32,
    replies: Option<Box<Replies>>,
    waker: Option<Waker>,
    generation: Generation,
    socket: SocketState,
}

#[derive(Debug, Default)]
struct Replies(Vec<Reply>);

#[derive(Debug)]
struct Reply {
    before_seq: i64,
    bytes: Bytes,
}

#[derive(Debug)]
enum SocketState {
    Live,
    Detached(Box<Detached>),
    Closed(CloseReason),
}

#[derive(Debug)]
struct Detached {
    since: Millis,
    events_left: u32,
    bytes_left: u32,
}

/// The result of pushing an event.
pub(crate) enum PushResult {
    Queued,
    Wake(Waker),
    /// Queued, but the waiting bytes exceed `outbox_bytes_cap`.
    SlowReader,
    /// Not queued: the resume buffer is full, so a resume would have a gap.
    ResumeBufferFull,
    Closed,
}

/// The result of queueing a reply to an action.
pub(crate) enum ReplyResult {
    Queued,
    Wake(Waker),
    /// Queued, but the waiting bytes exceed `outbox_bytes_cap`.
    SlowReader,
    Closed,
}

pub(crate) struct ResumeResult {
    pub(crate) generation: Generation,
    pub(crate) was_live: bool,
    pub(crate) waker: Option<Waker>,
}

/// What the caller has to account for and wake after a connection lost its socket.
pub(crate) struct DetachResult {
    pub(crate) was_live: bool,
    pub(crate) waker: Option<Waker>,
}

impl Connection {
    pub(crate) fn new(id: ConnectionId, user: UserId, session: SessionId, hello: Frame) -> Self {
        let mut queue = Queue {
            log: VecDeque::new(),
            first_seq: 0,
            written: 0,
            written_at_last_sweep: 0,
            taken: 0,
            written_bytes: 0,
            in_flight_bytes: 0,
            waiting_bytes: 0,
            replies: None,
            waker: None,
            generation: 0,
            socket: SocketState::Live,
        };
        queue.append(hello);
        Self { id, user, session, queue: Mutex::new(queue) }
    }

    /// Loads the cache line of the lock that `push` is about to take.
    pub(crate) fn prefetch(&self) {
        std::hint::black_box(self.queue.is_locked());
    }

    pub(crate) fn push(&self, frame: &Frame, config: &HubConfig) -> PushResult {
        let mut queue = self.queue.lock();
        match &mut queue.socket {
            SocketState::Live => {}
            SocketState::Closed(_) => return PushResult::Closed,
            SocketState::Detached(detached) => {
                let events_left = detached.events_left.checked_sub(1);
                let bytes_left = detached.bytes_left.checked_sub(frame.shared_len() as u32);
                let (Some(events_left), Some(bytes_left)) = (events_left, bytes_left) else { return PushResult::ResumeBufferFull };
                (detached.events_left, detached.bytes_left) = (events_left, bytes_left);
                queue.append(frame.clone());
                return PushResult::Queued;
            }
        }
        queue.append(frame.clone());
        queue.trim(config);
        if queue.waiting_bytes > config.outbox_bytes_cap {
            return PushResult::SlowReader;
        }
        queue.waker.take().map_or(PushResult::Queued, PushResult::Wake)
    }

    pub(crate) fn reply(&self, generation: Generation, bytes: Bytes, config: &HubConfig) -> ReplyResult {
        let mut queue = self.queue.lock();
        if queue.generation != generation || !matches!(queue.socket, SocketState::Live) {
            return ReplyResult::Closed;
        }
        queue.waiting_bytes = queue.waiting_bytes.saturating_add(bytes.len() as u32);
        let before_seq = queue.next_seq();
        queue.replies.get_or_insert_default().0.push(Reply { before_seq, bytes });
        if queue.waiting_bytes > config.outbox_bytes_cap {
            return ReplyResult::SlowReader;
        }
        queue.waker.take().map_or(ReplyResult::Queued, ReplyResult::Wake)
    }

    /// Takes all waiting messages. Confirms that the previous batch was written.
    pub(crate) fn poll_batch(
        &self,
        generation: Generation,
        config: &HubConfig,
        cx: &Context<'_>,
        batch: &mut Vec<OutboundMessage>,
    ) -> Poll<Result<(), CloseReason>> {
        let mut queue = self.queue.lock();
        if queue.generation != generation {
            return Poll::Ready(Err(CloseReason::Replaced));
        }
        match queue.socket {
            SocketState::Closed(reason) => return Poll::Ready(Err(reason)),
            // A closed socket increments the generation, so this one is open and gets the reason.
            SocketState::Detached(_) => return Poll::Ready(Err(CloseReason::SlowReader)),
            SocketState::Live => {}
        }
        queue.confirm_batch(config);
        if queue.take_batch(batch) {
            return Poll::Ready(Ok(()));
        }
        if !queue.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            queue.waker = Some(cx.waker().clone());
        }
        Poll::Pending
    }

    /// Attaches a new socket, which is sent the events from `next_seq` on; `None` if any of them is no longer kept.
    pub(crate) fn resume(&self, next_seq: i64) -> Option<ResumeResult> {
        let mut queue = self.queue.lock();
        let was_live = match queue.socket {
            SocketState::Closed(_) => return None,
            SocketState::Detached(_) => false,
            SocketState::Live => true,
        };
        let received = u32::try_from(next_seq.checked_sub(queue.first_seq)?).ok()?;
        if received > queue.taken {
            return None;
        }
        queue.rewind(received);
        queue.socket = SocketState::Live;
        queue.generation = queue.generation.wrapping_add(1);
        Some(ResumeResult { generation: queue.generation, was_live, waker: queue.waker.take() })
    }

    /// Detaches the socket: queued replies are dropped, events are kept for a resume.
    pub(crate) fn detach(&self, now: Millis, config: &HubConfig) -> DetachResult {
        let mut queue = self.queue.lock();
        let was_live = matches!(queue.socket, SocketState::Live);
        if was_live {
            queue.socket = SocketState::Detached(Box::new(Detached {
                since: now,
                events_left: config.resume_buffer_events,
                bytes_left: config.resume_buffer_bytes,
            }));
            queue.replies = None;
        }
        DetachResult { was_live, waker: queue.waker.take() }
    }

    /// The socket of this generation was closed by its side; `false` if it was detached or replaced already.
    pub(crate) fn retire_generation(&self, generation: Generation) -> bool {
        let mut queue = self.queue.lock();
        let is_current = queue.generation == generation;
        if is_current {
            queue.generation = queue.generation.wrapping_add(1);
            queue.waker = None;
        }
        is_current && matches!(queue.socket, SocketState::Live)
    }

    pub(crate) fn close(&self, reason: CloseReason) -> DetachResult {
        let mut queue = self.queue.lock();
        let was_live = matches!(queue.socket, SocketState::Live);
        if !matches!(queue.socket, SocketState::Closed(_)) {
            queue.socket = SocketState::Closed(reason);
            queue.log = VecDeque::new();
            queue.replies = None;
        }
        DetachResult { was_live, waker: queue.waker.take() }
    }

    /// Called once per retention period: drops events that were written to a live socket before the previous call.
    pub(crate) fn expire_written(&self) {
        let mut queue = self.queue.lock();
        if matches!(queue.socket, SocketState::Live) {
            queue.expire_written();
        }
    }

    pub(crate) fn is_current(&self, generation: Generation) -> bool {
        let queue = self.queue.lock();
        queue.generation == generation && matches!(queue.socket, SocketState::Live)
    }

    pub(crate) fn detached_since(&self) -> Option<Millis> {
        match &self.queue.lock().socket {
            SocketState::Detached(detached) => Some(detached.since),
            SocketState::Live | SocketState::Closed(_) => None,
        }
    }
}

impl Queue {
    fn next_seq(&self) -> i64 {
        self.first_seq + self.log.len() as i64
    }

    fn append(&mut self, frame: Frame) {
        self.waiting_bytes = self.waiting_bytes.saturating_add(frame.shared_len() as u32);
        self.log.push_back(frame);
    }

    fn confirm_batch(&mut self, config: &HubConfig) {
        self.written = self.taken;
        self.written_bytes = self.written_bytes.saturating_add(std::mem::take(&mut self.in_flight_bytes));
        self.trim(config);
        // Most connections never again need the capacity that a burst allocated.
        let kept_capacity = config.resume_buffer_events.max(64) as usize;
        if self.log.capacity() > 4 * kept_capacity && self.log.len() <= kept_capacity {
            self.log.shrink_to(kept_capacity);
        }
    }

    /// Drops the oldest written events beyond the limits. Written does not mean received, so the others are kept.
    fn trim(&mut self, config: &HubConfig) {
        while self.written > 0 {
            // A client can only resume after it received the hello, which contains the connection id.
            let is_hello = self.first_seq == 0;
            let is_over_limit = self.written > config.resume_buffer_events || self.written_bytes > config.resume_buffer_bytes;
            if !is_hello && !is_over_limit {
                return;
            }
            self.drop_oldest();
            if is_hello && self.log.is_empty() {
                // Many connections never get another event.
                self.log = VecDeque::new();
            }
        }
    }

    fn drop_oldest(&mut self) {
        let Some(oldest) = self.log.pop_front() else { return };
        self.first_seq += 1;
        self.written -= 1;
        self.written_at_last_sweep = self.written_at_last_sweep.saturating_sub(1);
        self.taken -= 1;
        self.written_bytes = self.written_bytes.saturating_sub(oldest.shared_len() as u32);
    }

    /// Drops the events that were written before the previous call.
    fn expire_written(&mut self) {
        for _ in 0..self.written_at_last_sweep {
            self.drop_oldest();
        }
        self.written_at_last_sweep = self.written;
        if self.log.is_empty() {
            self.log = VecDeque::new();
        }
    }

    fn take_batch(&mut self, batch: &mut Vec<OutboundMessage>) -> bool {
        let taken = self.taken as usize;
        if taken == self.log.len() && self.replies.is_none() {
            return false;
        }
        let mut replies = self.replies.take().into_iter().flat_map(|replies| replies.0).peekable();
        batch.reserve(self.log.len() - taken);
        for (seq, frame) in (self.first_seq + taken as i64..).zip(self.log.range(taken..)) {
            while let Some(reply) = replies.next_if(|reply| reply.before_seq <= seq) {
                batch.push(OutboundMessage::Reply(reply.bytes));
            }
            self.in_flight_bytes = self.in_flight_bytes.saturating_add(frame.shared_len() as u32);
            batch.push(OutboundMessage::Event { seq, frame: frame.clone() });
        }
        batch.extend(replies.map(|reply| OutboundMessage::Reply(reply.bytes)));
        self.taken = self.log.len() as u32;
        self.waiting_bytes = 0;
        true
    }

    /// Drops the first `received` events and marks all others as waiting.
    fn rewind(&mut self, received: u32) {
        for frame in self.log.drain(..received as usize) {
            drop(frame);
            self.first_seq += 1;
        }
        self.written = 0;
        self.written_at_last_sweep = 0;
        self.taken = 0;
        self.written_bytes = 0;
        self.in_flight_bytes = 0;
        self.waiting_bytes = self.log.iter().fold(0, |sum: u32, frame| sum.saturating_add(frame.shared_len() as u32));
        self.replies = None;
    }
}
