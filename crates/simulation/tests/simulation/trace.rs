//! The transitions of the hub's state, as it traces them under its lock: the order in which the model repeats them.

use std::cell::RefCell;
use std::fmt::Debug;
use std::sync::{Arc, Once};

use parking_lot::Mutex;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};

/// Connections and users by the texts of their ids, loads by their numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transition {
    /// The next published message is applied.
    Message,
    Registered(String),
    Resumed(String),
    Detached(String),
    Discarded {
        connection: String,
        reason: String,
    },
    /// The memberships of the load's user are set.
    Loaded(u64),
    /// The memberships of the user are to be loaded again.
    Forgotten(String),
}

#[derive(Clone, Default)]
pub struct Trace(Arc<Mutex<Vec<Transition>>>);

thread_local! {
    /// Of the run on this thread.
    static CURRENT: RefCell<Option<Trace>> = const { RefCell::new(None) };
}

/// To be called before anything is traced: which lines are wanted is decided once for the process.
pub fn install() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| tracing::subscriber::set_global_default(Recorder).unwrap());
}

impl Trace {
    /// Collects what is traced on this thread from now on.
    pub fn begin() -> Self {
        install();
        let trace = Self::default();
        CURRENT.set(Some(trace.clone()));
        trace
    }

    pub fn transitions(&self) -> Vec<Transition> {
        self.0.lock().clone()
    }

    /// How many messages the hub had applied when it registered the connection.
    pub fn position_of(&self, connection: &str) -> usize {
        let transitions = self.0.lock();
        let registered = transitions.iter().position(|transition| matches!(transition, Transition::Registered(id) if id == connection));
        transitions.iter().take(registered.unwrap()).filter(|transition| **transition == Transition::Message).count()
    }
}

fn is_of_hub(metadata: &Metadata<'_>) -> bool {
    metadata.target().starts_with("guildhall_realtime")
}

struct Recorder;

impl Subscriber for Recorder {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if is_of_hub(metadata) { Interest::always() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        is_of_hub(metadata)
    }

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let Fields { message, connection, load, user, reason } = fields;
        let transition = match message.as_str() {
            "message" => Transition::Message,
            "registered" => Transition::Registered(connection),
            "resumed" => Transition::Resumed(connection),
            "detached" => Transition::Detached(connection),
            "discarded" => Transition::Discarded { connection, reason },
            "loaded" => Transition::Loaded(load.parse().unwrap()),
            "forgotten" => Transition::Forgotten(user),
            _ => return,
        };
        CURRENT.with_borrow(|trace| {
            if let Some(trace) = trace {
                trace.0.lock().push(transition);
            }
        });
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[derive(Default)]
struct Fields {
    message: String,
    connection: String,
    load: String,
    user: String,
    reason: String,
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let text = format!("{value:?}");
        match field.name() {
            "message" => self.message = text,
            "connection" => self.connection = text,
            "load" => self.load = text,
            "user" => self.user = text,
            "reason" => self.reason = text,
            _ => {}
        }
    }
}
