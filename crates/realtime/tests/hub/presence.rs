//! Online users, and the notifications of the presence sink.

use std::sync::{Arc, OnceLock};

use guildhall_model::id::UserId;
use guildhall_realtime::{Audience, Hub, HubConfig, HubMessage, PresenceSink};
use parking_lot::Mutex;

use crate::fixture::*;

#[derive(Default)]
struct RecordingSink {
    entries: Mutex<Vec<String>>,
    hub: OnceLock<Hub>,
}

impl RecordingSink {
    fn record(&self, status: &str, user: UserId) {
        // The sink may query the hub and publish to it.
        if let Some(hub) = self.hub.get() {
            hub.apply(vec![deliver(status, Audience::everyone().omit_user(user))]);
            assert_eq!(hub.is_online(user), status == "online");
        }
        self.entries.lock().push(format!("{status} {}", user.bytes()[0]));
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.entries.lock())
    }
}

impl PresenceSink for RecordingSink {
    fn user_came_online(&self, user: UserId) {
        self.record("online", user);
    }
    fn user_went_offline(&self, user: UserId) {
        self.record("offline", user);
    }
}

#[test]
fn a_user_is_online_from_the_first_connection_to_the_last() {
    let sink = Arc::new(RecordingSink::default());
    let fixture = Fixture::with(HubConfig::default(), sink.clone());
    let phone = fixture.connect(1, 1, &[]);
    let laptop = fixture.connect(1, 2, &[]);
    assert_eq!(sink.take(), ["online 1"]);
    assert_eq!((fixture.hub.online_count(), fixture.hub.connection_count()), (1, 2));
    let (id, next_seq) = phone.drop_socket();
    assert_eq!(sink.take(), [""; 0]);
    drop(laptop);
    assert_eq!(sink.take(), ["offline 1"]);
    assert!(!fixture.hub.is_online(user(1)), "a connection without a socket does not count as online");
    let phone = fixture.resume(1, 1, id, next_seq);
    assert_eq!(sink.take(), ["online 1"]);
    let replacing = fixture.resume(1, 1, id, next_seq);
    drop(phone);
    assert_eq!(sink.take(), [""; 0]);
    drop(replacing);
    assert_eq!(sink.take(), ["offline 1"]);
    assert_eq!((fixture.hub.online_count(), fixture.hub.connection_count()), (0, 0));
}

#[test]
fn every_close_reason_reports_the_user_offline() {
    let sink = Arc::new(RecordingSink::default());
    let fixture = Fixture::with(HubConfig { outbox_bytes_cap: 10, ..HubConfig::default() }, sink.clone());
    let clients: Vec<_> = (1..=4).map(|n| fixture.connect(n, n, &[])).collect();
    let loading = fixture.connect_without_load(5, 5, None);
    sink.take();
    assert_eq!(fixture.hub.online_among(&[user(4), user(9), user(1)]), [user(4), user(1)]);
    fixture.hub.apply(vec![HubMessage::CloseSession(session(1)), HubMessage::CloseUser(user(2))]);
    assert_eq!(sink.take(), ["offline 1", "offline 2"]);
    fixture.publish("more than ten bytes", Audience::user(user(3)));
    assert_eq!(sink.take(), ["offline 3"]);
    drop(loading.1);
    assert_eq!(sink.take(), ["offline 5"]);
    fixture.hub.shutdown();
    assert_eq!(sink.take(), ["offline 4"]);
    drop(clients);
    assert_eq!(sink.take(), [""; 0]);
    assert_eq!((fixture.hub.online_count(), fixture.hub.connection_count()), (0, 0));
}

#[test]
fn the_sink_may_use_the_hub() {
    let sink = Arc::new(RecordingSink::default());
    let fixture = Fixture::with(HubConfig::default(), sink.clone());
    sink.hub.set(fixture.hub.clone()).unwrap();
    let mut ann = fixture.connect(1, 1, &[]);
    let ben = fixture.connect(2, 2, &[]);
    drop(ben);
    assert_eq!(ann.read().unwrap(), ["online", "offline"]);
    assert_eq!(sink.take(), ["online 1", "online 2", "offline 2"]);
}
