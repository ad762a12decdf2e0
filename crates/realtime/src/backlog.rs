//! The messages published while memberships were being loaded, to be replayed after the load.

use std::collections::{BTreeMap, VecDeque};

use crate::message::HubMessage;

/// A position in the order of messages, counted while any load is pending.
pub(crate) type Position = u64;

/// The messages since the start of the oldest pending load; empty without one.
#[derive(Debug)]
pub(crate) struct Backlog {
    first: Position,
    messages: VecDeque<HubMessage>,
    loads: BTreeMap<Position, usize>,
    messages_cap: usize,
}

impl Backlog {
    pub(crate) fn new(messages_cap: usize) -> Self {
        Self { first: 0, messages: VecDeque::new(), loads: BTreeMap::new(), messages_cap }
    }

    pub(crate) fn begin_load(&mut self) -> Position {
        let start = self.first + self.messages.len() as u64;
        *self.loads.entry(start).or_default() += 1;
        start
    }

    pub(crate) fn end_load(&mut self, start: Position) {
        if let Some(loads) = self.loads.get_mut(&start) {
            *loads -= 1;
            if *loads == 0 {
                self.loads.remove(&start);
            }
        }
        let Some((&oldest, _)) = self.loads.first_key_value() else {
            self.first += self.messages.len() as u64;
            self.messages = VecDeque::new();
            return;
        };
        while self.first < oldest && self.messages.pop_front().is_some() {
            self.first += 1;
        }
    }

    pub(crate) fn record(&mut self, message: HubMessage) {
        if self.loads.is_empty() {
            return;
        }
        if self.messages.len() >= self.messages_cap && self.messages.pop_front().is_some() {
            self.first += 1;
        }
        self.messages.push_back(message);
    }

    pub(crate) fn len(&self) -> usize {
        self.messages.len()
    }

    /// Whether no message since `start` was dropped for `messages_cap`.
    pub(crate) fn is_complete_since(&self, start: Position) -> bool {
        start >= self.first
    }

    pub(crate) fn messages_since(&self, start: Position) -> impl Iterator<Item = (Position, &HubMessage)> + Clone {
        let skipped = usize::try_from(start.saturating_sub(self.first)).unwrap_or(usize::MAX);
        let from = self.first.max(start);
        (from..).zip(self.messages.iter().skip(skipped))
    }
}

#[cfg(test)]
mod tests {
    use guildhall_model::id::SessionId;

    use super::*;

    fn message(n: u8) -> HubMessage {
        HubMessage::CloseSession(SessionId::from_bytes([n; 16]))
    }

    fn collect_since(backlog: &Backlog, start: Position) -> Vec<HubMessage> {
        backlog.messages_since(start).map(|(_, message)| message.clone()).collect()
    }

    #[test]
    fn each_load_gets_the_messages_since_its_start_and_older_ones_are_dropped() {
        let mut backlog = Backlog::new(10);
        backlog.record(message(0));
        let a = backlog.begin_load();
        backlog.record(message(1));
        let b = backlog.begin_load();
        backlog.record(message(2));
        assert_eq!(collect_since(&backlog, a), [message(1), message(2)]);
        assert_eq!(collect_since(&backlog, b), [message(2)]);
        backlog.end_load(a);
        assert_eq!(backlog.len(), 1);
        assert_eq!(collect_since(&backlog, b), [message(2)]);
        backlog.end_load(b);
        assert_eq!(backlog.len(), 0);
        let c = backlog.begin_load();
        assert!(collect_since(&backlog, c).is_empty());
    }

    #[test]
    fn a_load_that_outlasts_the_backlog_is_detected() {
        let mut backlog = Backlog::new(2);
        let a = backlog.begin_load();
        for n in 0..2 {
            backlog.record(message(n));
        }
        assert!(backlog.is_complete_since(a));
        backlog.record(message(2));
        assert!(!backlog.is_complete_since(a));
        let b = backlog.begin_load();
        backlog.end_load(a);
        assert!(backlog.is_complete_since(b));
        assert!(collect_since(&backlog, b).is_empty());
    }
}
