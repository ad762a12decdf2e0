//! One connection's numbered events: those waiting for the socket, and those kept in case they did not arrive.

use std::collections::VecDeque;
use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use guildhall_model::Millis;
use guildhall_model::id::{ConnectionId, SessionId, UserId};
use parking_lot::Mutex;

use crate::config::HubConfig;
use crate::frame::Frame;
use crate::outbox::{CloseReason, Outgoing};

/// Which of a connection's sockets, counted up, is meant: one that was left has no say any more.
pub(crate) type Generation = u32;

#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) id: ConnectionId,
    pub(crate) user: UserId,
    pub(crate) session: SessionId,
    queue: Mutex<Queue>,
}

/// The log holds, front to back, `written` events of the last batch but one and before, then up to `taken` those of
/// the batch that the socket has in hand, then those that wait. Sending is moving marks, so a resume only moves them
/// back: what it replays cannot differ from what was sent. There is one of these for every idle client, and fanning out
/// is mostly waiting for their memory: small numbers, and boxes for what is rare.
#[derive(Debug)]
struct Queue {
    log: VecDeque<Frame>,
    /// Number of the log's first event.
    first_seq: i64,
    written: u32,
    /// How many of these had been written when they were last looked at for their age.
    aged: u32,
    taken: u32,
    written_bytes: u32,
    in_hand_bytes: u32,
    waiting_bytes: u32,
    replies: Option<Box<Replies>>,
    waker: Option<Waker>,
    generation: Generation,
    link: Link,
}

#[derive(Debug, Default)]
struct Replies(Vec<Reply>);

#[derive(Debug)]
struct Reply {
    before_seq: i64,
    bytes: Bytes,
}

#[derive(Debug)]
enum Link {
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

/// What became of an event that was pushed.
pub(crate) enum Pushed {
    Quietly,
    Wake(Waker),
    /// It waits, and with it more than a reader may leave waiting.
    TooSlow,
    /// It had no room: what comes now could never be replayed without a gap.
    Outgrown,
    /// Nobody is there.
    Closed,
}

/// What became of an answer to an action.
pub(crate) enum Replied {
    Quietly,
    Wake(Waker),
    TooSlow,
    Closed,
}

pub(crate) struct Resumed {
    pub(crate) generation: Generation,
    pub(crate) was_live: bool,
    pub(crate) waker: Option<Waker>,
}

pub(crate) struct Unlinked {
    pub(crate) was_live: bool,
    pub(crate) waker: Option<Waker>,
}

impl Connection {
    pub(crate) fn new(id: ConnectionId, user: UserId, session: SessionId, hello: Frame) -> Self {
        let mut queue = Queue {
            log: VecDeque::new(),
            first_seq: 0,
            written: 0,
            aged: 0,
            taken: 0,
            written_bytes: 0,
            in_hand_bytes: 0,
            waiting_bytes: 0,
            replies: None,
            waker: None,
            generation: 0,
            link: Link::Live,
        };
        queue.append(hello);
        Self { id, user, session, queue: Mutex::new(queue) }
    }

    /// Asks for the memory that `push` is about to need.
    pub(crate) fn prefetch(&self) {
        std::hint::black_box(self.queue.is_locked());
    }

    pub(crate) fn push(&self, frame: &Frame, config: &HubConfig) -> Pushed {
        let mut queue = self.queue.lock();
        match &mut queue.link {
            Link::Live => {}
            Link::Closed(_) => return Pushed::Closed,
            Link::Detached(detached) => {
                let events_left = detached.events_left.checked_sub(1);
                let bytes_left = detached.bytes_left.checked_sub(frame.shared_len() as u32);
                let (Some(events_left), Some(bytes_left)) = (events_left, bytes_left) else { return Pushed::Outgrown };
                (detached.events_left, detached.bytes_left) = (events_left, bytes_left);
                queue.append(frame.clone());
                return Pushed::Quietly;
            }
        }
        queue.append(frame.clone());
        queue.trim(config);
        if queue.waiting_bytes > config.outbox_bytes_cap {
            return Pushed::TooSlow;
        }
        queue.waker.take().map_or(Pushed::Quietly, Pushed::Wake)
    }

    pub(crate) fn reply(&self, generation: Generation, bytes: Bytes, config: &HubConfig) -> Replied {
        let mut queue = self.queue.lock();
        if queue.generation != generation || !matches!(queue.link, Link::Live) {
            return Replied::Closed;
        }
        queue.waiting_bytes = queue.waiting_bytes.saturating_add(bytes.len() as u32);
        let before_seq = queue.next_seq();
        queue.replies.get_or_insert_default().0.push(Reply { before_seq, bytes });
        if queue.waiting_bytes > config.outbox_bytes_cap {
            return Replied::TooSlow;
        }
        queue.waker.take().map_or(Replied::Quietly, Replied::Wake)
    }

    /// Hands over everything that waits. The batch handed over before counts as written from here on.
    pub(crate) fn poll_batch(
        &self,
        generation: Generation,
        config: &HubConfig,
        cx: &Context<'_>,
        batch: &mut Vec<Outgoing>,
    ) -> Poll<Result<(), CloseReason>> {
        let mut queue = self.queue.lock();
        if queue.generation != generation {
            return Poll::Ready(Err(CloseReason::Replaced));
        }
        match queue.link {
            Link::Closed(reason) => return Poll::Ready(Err(reason)),
            // A socket that is gone counts the generation up, so this one is still there to be told.
            Link::Detached(_) => return Poll::Ready(Err(CloseReason::SlowReader)),
            Link::Live => {}
        }
        queue.settle_batch(config);
        if queue.take(batch) {
            return Poll::Ready(Ok(()));
        }
        if !queue.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            queue.waker = Some(cx.waker().clone());
        }
        Poll::Pending
    }

    /// Gives the connection to a new socket, which is sent what follows `next_seq`; `None` where there is a gap.
    pub(crate) fn resume(&self, next_seq: i64) -> Option<Resumed> {
        let mut queue = self.queue.lock();
        let was_live = match queue.link {
            Link::Closed(_) => return None,
            Link::Detached(_) => false,
            Link::Live => true,
        };
        let received = u32::try_from(next_seq.checked_sub(queue.first_seq)?).ok()?;
        if received > queue.taken {
            return None;
        }
        queue.rewind(received);
        queue.link = Link::Live;
        queue.generation = queue.generation.wrapping_add(1);
        Some(Resumed { generation: queue.generation, was_live, waker: queue.waker.take() })
    }

    /// The socket is gone: what it left unanswered is dropped, events are gathered for a resume.
    pub(crate) fn detach(&self, now: Millis, config: &HubConfig) -> Unlinked {
        let mut queue = self.queue.lock();
        let was_live = matches!(queue.link, Link::Live);
        if was_live {
            queue.link = Link::Detached(Box::new(Detached {
                since: now,
                events_left: config.resume_buffer_events,
                bytes_left: config.resume_buffer_bytes,
            }));
            queue.replies = None;
        }
        Unlinked { was_live, waker: queue.waker.take() }
    }

    /// The socket of this generation has gone by itself; `false` where that is no news.
    pub(crate) fn retire(&self, generation: Generation) -> bool {
        let mut queue = self.queue.lock();
        let current = queue.generation == generation;
        if current {
            queue.generation = queue.generation.wrapping_add(1);
            queue.waker = None;
        }
        current && matches!(queue.link, Link::Live)
    }

    pub(crate) fn close(&self, reason: CloseReason) -> Unlinked {
        let mut queue = self.queue.lock();
        let was_live = matches!(queue.link, Link::Live);
        if !matches!(queue.link, Link::Closed(_)) {
            queue.link = Link::Closed(reason);
            queue.log = VecDeque::new();
            queue.replies = None;
        }
        Unlinked { was_live, waker: queue.waker.take() }
    }

    /// Called in turns: what a live socket was given two turns ago is not kept for a resume any longer.
    pub(crate) fn age(&self) {
        let mut queue = self.queue.lock();
        if matches!(queue.link, Link::Live) {
            queue.age();
        }
    }

    pub(crate) fn is_current(&self, generation: Generation) -> bool {
        let queue = self.queue.lock();
        queue.generation == generation && matches!(queue.link, Link::Live)
    }

    pub(crate) fn detached_since(&self) -> Option<Millis> {
        match &self.queue.lock().link {
            Link::Detached(detached) => Some(detached.since),
            Link::Live | Link::Closed(_) => None,
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

    fn settle_batch(&mut self, config: &HubConfig) {
        self.written = self.taken;
        self.written_bytes = self.written_bytes.saturating_add(std::mem::take(&mut self.in_hand_bytes));
        self.trim(config);
        // A burst leaves room behind that most connections never need again.
        let roomy = config.resume_buffer_events.max(64) as usize;
        if self.log.capacity() > 4 * roomy && self.log.len() <= roomy {
            self.log.shrink_to(roomy);
        }
    }

    /// Forgets what was written longest ago. Written to a socket is not received, so some is kept.
    fn trim(&mut self, config: &HubConfig) {
        while self.written > 0 {
            // Only who has read the hello knows which connection to resume.
            let hello = self.first_seq == 0;
            let over = self.written > config.resume_buffer_events || self.written_bytes > config.resume_buffer_bytes;
            if !hello && !over {
                return;
            }
            self.forget_oldest();
            if hello && self.log.is_empty() {
                // Many never hear of anything else.
                self.log = VecDeque::new();
            }
        }
    }

    fn forget_oldest(&mut self) {
        let Some(oldest) = self.log.pop_front() else { return };
        self.first_seq += 1;
        self.written -= 1;
        self.aged = self.aged.saturating_sub(1);
        self.taken -= 1;
        self.written_bytes = self.written_bytes.saturating_sub(oldest.shared_len() as u32);
    }

    /// Forgets what had been written at the last look already.
    fn age(&mut self) {
        for _ in 0..self.aged {
            self.forget_oldest();
        }
        self.aged = self.written;
        if self.log.is_empty() {
            self.log = VecDeque::new();
        }
    }

    fn take(&mut self, batch: &mut Vec<Outgoing>) -> bool {
        let taken = self.taken as usize;
        if taken == self.log.len() && self.replies.is_none() {
            return false;
        }
        let mut replies = self.replies.take().into_iter().flat_map(|replies| replies.0).peekable();
        batch.reserve(self.log.len() - taken);
        for (seq, frame) in (self.first_seq + taken as i64..).zip(self.log.range(taken..)) {
            while let Some(reply) = replies.next_if(|reply| reply.before_seq <= seq) {
                batch.push(Outgoing::Reply(reply.bytes));
            }
            self.in_hand_bytes = self.in_hand_bytes.saturating_add(frame.shared_len() as u32);
            batch.push(Outgoing::Event { seq, frame: frame.clone() });
        }
        batch.extend(replies.map(|reply| Outgoing::Reply(reply.bytes)));
        self.taken = self.log.len() as u32;
        self.waiting_bytes = 0;
        true
    }

    /// Forgets the first `received` events and lets all others wait again.
    fn rewind(&mut self, received: u32) {
        for frame in self.log.drain(..received as usize) {
            drop(frame);
            self.first_seq += 1;
        }
        self.written = 0;
        self.aged = 0;
        self.taken = 0;
        self.written_bytes = 0;
        self.in_hand_bytes = 0;
        self.waiting_bytes = self.log.iter().fold(0, |sum: u32, frame| sum.saturating_add(frame.shared_len() as u32));
        self.replies = None;
    }
}
