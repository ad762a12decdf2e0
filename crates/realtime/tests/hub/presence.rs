//! Who is online, and who is told.

use std::sync::{Arc, OnceLock};

use guildhall_model::id::UserId;
use guildhall_realtime::{Audience, Hub, HubConfig, HubMessage, PresenceSink};
use parking_lot::Mutex;

use crate::world::*;

#[derive(Default)]
struct Diary {
    entries: Mutex<Vec<String>>,
    hub: OnceLock<Hub>,
}

impl Diary {
    fn write(&self, what: &str, who: UserId) {
        // The hub can be asked and told from here.
        if let Some(hub) = self.hub.get() {
            hub.apply(vec![deliver(what, Audience::everyone().omit_user(who))]);
            assert_eq!(hub.is_online(who), what == "online");
        }
        self.entries.lock().push(format!("{what} {}", who.bytes()[0]));
    }

    fn read(&self) -> Vec<String> {
        std::mem::take(&mut self.entries.lock())
    }
}

impl PresenceSink for Diary {
    fn online(&self, user: UserId) {
        self.write("online", user);
    }
    fn offline(&self, user: UserId) {
        self.write("offline", user);
    }
}

#[test]
fn the_first_connection_opens_and_the_last_one_closes() {
    let diary = Arc::new(Diary::default());
    let world = World::with(HubConfig::default(), diary.clone());
    let phone = world.connect(1, 1, &[]);
    let laptop = world.connect(1, 2, &[]);
    assert_eq!(diary.read(), ["online 1"]);
    assert_eq!((world.hub.online_count(), world.hub.connection_count()), (1, 2));
    let (id, next_seq) = phone.drop_socket();
    assert_eq!(diary.read(), [""; 0]);
    drop(laptop);
    assert_eq!(diary.read(), ["offline 1"]);
    assert!(!world.hub.is_online(user(1)), "a connection without a socket is nobody's presence");
    let phone = world.resume(1, 1, id, next_seq);
    assert_eq!(diary.read(), ["online 1"]);
    let replacing = world.resume(1, 1, id, next_seq);
    drop(phone);
    assert_eq!(diary.read(), [""; 0]);
    drop(replacing);
    assert_eq!(diary.read(), ["offline 1"]);
    assert_eq!((world.hub.online_count(), world.hub.connection_count()), (0, 0));
}

#[test]
fn ends_of_every_kind_count() {
    let diary = Arc::new(Diary::default());
    let world = World::with(HubConfig { outbox_bytes_cap: 10, ..HubConfig::default() }, diary.clone());
    let clients: Vec<_> = (1..=4).map(|n| world.connect(n, n, &[])).collect();
    let loading = world.begin(5, 5, None);
    diary.read();
    assert_eq!(world.hub.online_among(&[user(4), user(9), user(1)]), [user(4), user(1)]);
    world.hub.apply(vec![HubMessage::CloseSession(session(1)), HubMessage::CloseUser(user(2))]);
    assert_eq!(diary.read(), ["offline 1", "offline 2"]);
    world.say("more than ten bytes", Audience::user(user(3)));
    assert_eq!(diary.read(), ["offline 3"]);
    drop(loading.1);
    assert_eq!(diary.read(), ["offline 5"]);
    world.hub.shutdown();
    assert_eq!(diary.read(), ["offline 4"]);
    drop(clients);
    assert_eq!(diary.read(), [""; 0]);
    assert_eq!((world.hub.online_count(), world.hub.connection_count()), (0, 0));
}

#[test]
fn the_sink_may_use_the_hub() {
    let diary = Arc::new(Diary::default());
    let world = World::with(HubConfig::default(), diary.clone());
    diary.hub.set(world.hub.clone()).unwrap();
    let mut ann = world.connect(1, 1, &[]);
    let ben = world.connect(2, 2, &[]);
    drop(ben);
    assert_eq!(ann.read().unwrap(), ["online", "offline"]);
    assert_eq!(diary.read(), ["online 1", "online 2", "offline 2"]);
}
