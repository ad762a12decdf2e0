//! What the oracle must notice, each in a record that is otherwise in order.

use std::sync::Arc;

use super::{ChannelIndex, ConnectionId, Ledger, Position, ReaderId, Record, SeenPost, Verdict, check};

const CHANNEL: ChannelIndex = ChannelIndex(0);
const ANN: ReaderId = ReaderId(0);
const BEN: ReaderId = ReaderId(1);

/// Builds a record; messages are named by letters, and their posts have the same names.
#[derive(Default)]
struct Story(Vec<Record>);

fn post(message: &str) -> SeenPost {
    SeenPost { id: format!("id of {message}").into(), message: message.into() }
}

impl Story {
    fn sent(mut self, message: &str) -> Self {
        self.0.push(Record::Sent { channel: CHANNEL, message: message.into() });
        self
    }

    fn acknowledged(mut self, message: &str) -> Self {
        self.0.push(Record::Acknowledged { post: post(message) });
        self
    }

    /// Messages that are sent and acknowledged one after the other.
    fn posted(self, messages: &str) -> Self {
        messages.split(' ').fold(self, |story, message| story.sent(message).acknowledged(message))
    }

    fn connected(mut self, reader: ReaderId, connection: usize) -> Self {
        self.0.push(Record::Connected { reader, connection: ConnectionId(connection) });
        self
    }

    fn received(mut self, reader: ReaderId, connection: usize, messages: &str) -> Self {
        let received = |message| Record::Received { reader, connection: ConnectionId(connection), channel: CHANNEL, post: post(message) };
        self.0.extend(messages.split(' ').map(received));
        self
    }

    fn removed(mut self, reader: ReaderId) -> Self {
        self.0.extend([Record::Removing { reader, channel: CHANNEL }, Record::Removed { reader, channel: CHANNEL }]);
        self
    }

    fn adding(mut self, reader: ReaderId) -> Self {
        self.0.push(Record::Adding { reader, channel: CHANNEL });
        self
    }

    fn added(mut self, reader: ReaderId) -> Self {
        self = self.adding(reader);
        self.0.push(Record::Added { reader, channel: CHANNEL });
        self
    }

    fn page(mut self, reader: ReaderId, messages: &str) -> Self {
        let requested = Position(self.0.len());
        self.0.push(Record::Page { reader, channel: CHANNEL, requested, posts: messages.split(' ').map(post).collect() });
        self
    }

    fn whole(mut self, reader: ReaderId, messages: &str) -> Self {
        let requested = Position(self.0.len());
        self.0.push(Record::Whole { reader, channel: CHANNEL, requested, posts: messages.split(' ').map(post).collect() });
        self
    }

    fn verdict(&self) -> Verdict {
        check(&self.0)
    }
}

/// How many are lost, doubled, reordered and read after a removal.
fn counts(verdict: &Verdict) -> [usize; 4] {
    [verdict.lost.len(), verdict.doubled.len(), verdict.reordered.len(), verdict.read_after_removal.len()]
}

#[test]
fn what_was_promised_and_kept() {
    let story = Story::default().connected(ANN, 1).posted("a b").received(ANN, 1, "a b").page(BEN, "a b").posted("c");
    let story = story.removed(BEN).posted("d").added(BEN).posted("e").received(ANN, 1, "c d e");
    let verdict = story.whole(ANN, "a b c d e").whole(BEN, "a b c d e").verdict();
    assert!(verdict.is_kept(), "{verdict:?}");
    assert_eq!(verdict.acknowledged, 5);
}

#[test]
fn a_message_of_unknown_outcome_may_be_there_or_not() {
    let story = Story::default().posted("a").sent("b");
    assert!(story.whole(ANN, "a").verdict().is_kept());
    let story = Story::default().posted("a").sent("b");
    assert!(story.whole(ANN, "a b").verdict().is_kept());
}

#[test]
fn a_message_that_a_reader_does_not_find_is_lost() {
    let verdict = Story::default().posted("a b c").whole(ANN, "a b c").whole(BEN, "a c").verdict();
    assert_eq!(counts(&verdict), [1, 0, 0, 0], "{verdict:?}");
    assert_eq!(verdict.lost["b"], "ReaderId(1) did not find b by REST");
}

#[test]
fn a_message_that_a_later_fault_took_is_lost() {
    let verdict = Story::default().posted("a b").whole(ANN, "a b").posted("c").whole(ANN, "a c").verdict();
    assert_eq!(counts(&verdict), [1, 0, 0, 0], "{verdict:?}");
}

#[test]
fn a_gap_between_events_is_a_loss() {
    let verdict = Story::default().connected(ANN, 1).posted("a b c").received(ANN, 1, "a c").verdict();
    assert_eq!(counts(&verdict), [1, 0, 0, 0], "{verdict:?}");
}

#[test]
fn what_was_sent_before_the_connection_or_ends_with_it_is_no_gap() {
    let story = Story::default().posted("a").connected(ANN, 1).posted("b c").received(ANN, 1, "b");
    assert!(story.connected(ANN, 2).posted("d").received(ANN, 2, "d").verdict().is_kept());
}

#[test]
fn a_gap_after_an_addition_is_a_loss() {
    let story = Story::default().connected(BEN, 1).posted("a").received(BEN, 1, "a").removed(BEN).posted("b").added(BEN);
    let verdict = story.posted("c d").received(BEN, 1, "d").verdict();
    assert_eq!(verdict.lost.keys().map(|message| &**message).collect::<Vec<_>>(), ["c"]);
}

#[test]
fn a_message_that_is_stored_twice_is_doubled() {
    let twice = |story: Story| story.whole(ANN, "a a").verdict();
    let mut story = Story::default().posted("a");
    assert_eq!(counts(&twice(story)), [0, 1, 0, 0]);
    story = Story::default().sent("a");
    assert_eq!(counts(&twice(story)), [0, 1, 0, 0], "without an acknowledgement, too");
}

#[test]
fn two_ids_for_one_message_are_doubled() {
    let mut story = Story::default().posted("a");
    let other = SeenPost { id: "other".into(), ..post("a") };
    story.0.push(Record::Acknowledged { post: other.clone() });
    assert_eq!(counts(&story.verdict()), [0, 1, 0, 0]);

    let mut story = Story::default().posted("a");
    let requested = Position(story.0.len());
    story.0.push(Record::Whole { reader: ANN, channel: CHANNEL, requested, posts: vec![other] });
    assert_eq!(counts(&story.verdict()), [0, 1, 0, 0]);
}

#[test]
fn an_event_that_is_received_twice_is_doubled() {
    let story = Story::default().connected(ANN, 1).posted("a b").received(ANN, 1, "a a b");
    assert_eq!(counts(&story.verdict()), [0, 1, 0, 0]);
    let story = Story::default().connected(ANN, 1).posted("a").received(ANN, 1, "a").connected(ANN, 2);
    assert!(story.received(ANN, 2, "a").verdict().is_kept(), "another connection may receive it again");
}

#[test]
fn readers_with_different_orders() {
    let verdict = Story::default().posted("a b c").whole(ANN, "a b c").whole(BEN, "b a c").verdict();
    assert_eq!(counts(&verdict), [0, 0, 1, 0], "{verdict:?}");
    let verdict = Story::default().posted("a b c").page(BEN, "b a").whole(ANN, "a b c").verdict();
    assert_eq!(counts(&verdict), [0, 0, 1, 0], "{verdict:?}");
    let verdict = Story::default().connected(BEN, 1).posted("a b c").received(BEN, 1, "b a c").whole(ANN, "a b c").verdict();
    assert_eq!(counts(&verdict), [0, 0, 1, 0], "{verdict:?}");
}

#[test]
fn after_the_clock_went_back_there_is_an_order_of_its_own() {
    let story = |received: &str| {
        let mut story = Story::default().connected(ANN, 1).posted("a b").sent("c");
        story.0.push(Record::ClockWentBack);
        let story = story.acknowledged("c").posted("d e").received(ANN, 1, received);
        story.whole(ANN, "d e a b c").whole(BEN, "d e a b c").verdict()
    };
    assert!(story("a b c d e").is_kept());
    assert!(story("a b d c e").is_kept(), "c was under way");
    assert_eq!(counts(&story("a b c e d")), [0, 0, 1, 0]);
    assert_eq!(counts(&story("b a c d e")), [0, 0, 1, 0]);
}

#[test]
fn events_after_a_removal() {
    let removed = || Story::default().connected(BEN, 1).posted("a").removed(BEN).posted("b");
    let verdict = removed().received(BEN, 1, "b").verdict();
    assert_eq!(counts(&verdict), [0, 0, 0, 1], "{verdict:?}");
    assert!(removed().received(BEN, 1, "a").verdict().is_kept(), "sent before the removal, and read late from the socket");
    assert!(removed().adding(BEN).received(BEN, 1, "b").verdict().is_kept(), "the addition may be done already");
}

#[test]
fn reading_by_rest_after_a_removal() {
    let verdict = Story::default().posted("a").removed(BEN).posted("b").page(BEN, "a b").verdict();
    assert_eq!(counts(&verdict), [0, 0, 0, 1], "{verdict:?}");
    let verdict = Story::default().posted("a").removed(BEN).page(BEN, "a").verdict();
    assert_eq!(counts(&verdict), [0, 0, 0, 1], "the channel is private: not even older messages");

    let mut story = Story::default().posted("a");
    let requested = Position(story.0.len());
    story = story.removed(BEN);
    story.0.push(Record::Page { reader: BEN, channel: CHANNEL, requested, posts: vec![post("a")] });
    assert!(story.verdict().is_kept(), "requested before the removal was acknowledged");
    assert!(Story::default().posted("a").removed(BEN).added(BEN).page(BEN, "a").verdict().is_kept());
}

#[test]
fn files_without_their_content() {
    let files = |is_intact| {
        let file: Arc<str> = "plan".into();
        check(&[Record::Uploaded { file: Arc::clone(&file) }, Record::Downloaded { file, is_intact }])
    };
    assert_eq!((files(true).lost.len(), files(true).files), (0, 1));
    assert_eq!(files(false).lost.len(), 1);
}

#[test]
fn verdicts_of_rounds_are_added() {
    let mut sum = Story::default().posted("a b").whole(ANN, "a").verdict();
    sum += Story::default().posted("c d e").whole(ANN, "c c d e").verdict();
    assert_eq!((sum.acknowledged, counts(&sum)), (5, [1, 1, 0, 0]));
    assert_eq!(sum.broken().count(), 2);
}

#[test]
fn acknowledgements_during_a_fault() {
    let ledger = Ledger::new();
    let sent = |message: &str| ledger.write(Record::Sent { channel: CHANNEL, message: message.into() });
    let acknowledged = |message| ledger.write(Record::Acknowledged { post: post(message) });
    sent("a");
    let begin = ledger.position();
    acknowledged("a");
    sent("b");
    assert_eq!(ledger.sent_and_acknowledged_since(begin), 0, "a was under way");
    acknowledged("b");
    acknowledged("b");
    assert_eq!(ledger.sent_and_acknowledged_since(begin), 1);
    assert_eq!(*ledger.acknowledged().borrow(), 3);
}
