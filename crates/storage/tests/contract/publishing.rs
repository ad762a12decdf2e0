//! Events are published in commit order, before the commit is answered, also if the caller has gone.

use std::panic;
use std::sync::Arc;
use std::sync::mpsc;

use guildhall_model::codes::context;
use guildhall_model::id::{ChannelId, UserId};
use guildhall_model::{Event, EventSink};
use guildhall_storage::testing::{self, TestDatabase};
use guildhall_storage::{Batch, Statement, Step, on_every_database, params};
use parking_lot::Mutex;

const TABLE: &str = "CREATE TABLE counters (name VARCHAR(64) NOT NULL PRIMARY KEY, value BIGINT NOT NULL)";
static STEPS: &[Step] = &[Step { version: 1, name: "counters", sqlite: TABLE, postgres: TABLE, mysql: TABLE }];

/// An event that carries a number.
pub fn event(number: u64) -> Event {
    let channel_id = ChannelId::from_bytes(u128::from(number).to_be_bytes());
    Event::Typing { channel_id, user_id: UserId::from_bytes([0; 16]), parent_id: None }
}

fn number(event: &Event) -> u64 {
    let Event::Typing { channel_id, .. } = event else { panic!("{event:?}") };
    u128::from_be_bytes(*channel_id.bytes()) as u64
}

/// The numbers of the published events.
#[derive(Default)]
pub struct Recorder(Mutex<Vec<u64>>);

impl Recorder {
    pub fn of(db: &guildhall_storage::Database) -> Arc<Self> {
        let recorder = Arc::new(Self::default());
        db.publish_to(Arc::clone(&recorder) as Arc<dyn EventSink>);
        recorder
    }

    pub fn numbers(&self) -> Vec<u64> {
        self.0.lock().clone()
    }
}

impl EventSink for Recorder {
    fn publish(&self, events: Vec<Event>) {
        self.0.lock().extend(events.iter().map(number));
    }
}

/// Signals each event, then blocks until the test releases it.
struct Gate {
    arrived: tokio::sync::mpsc::Sender<()>,
    open: Mutex<mpsc::Receiver<()>>,
}

impl EventSink for Gate {
    fn publish(&self, _: Vec<Event>) {
        self.arrived.blocking_send(()).unwrap();
        self.open.lock().recv().unwrap();
    }
}

async fn counter(db: &TestDatabase) {
    testing::migrate_to(db, STEPS).await.unwrap();
    db.commit(Statement::raw("INSERT INTO counters (name, value) VALUES ('a', 0)", params![])).await.unwrap();
}

/// Increments the counter if it is `value`, and publishes the new value.
fn step(value: u64) -> Batch {
    let sql = "UPDATE counters SET value = value + 1 WHERE name = 'a' AND value = ?";
    let mut batch = Batch::from(Statement::raw(sql, params![value as i64]).expect_rows(1));
    batch.publish(vec![event(value + 1)]);
    batch
}

fn increment() -> Statement {
    Statement::raw("UPDATE counters SET value = value + 1 WHERE name = 'a'", params![]).expect_rows(1)
}

fn numbered(number: u64) -> Batch {
    let mut batch = Batch::from(increment());
    batch.publish(vec![event(number)]);
    batch
}

/// Submits a batch and stops waiting for it at once.
async fn submit(db: &TestDatabase, batch: Batch) {
    let mut commit = Box::pin(db.commit(batch));
    let _ = futures::poll!(&mut commit);
}

on_every_database! {
    async fn the_events_of_a_cancelled_commit_are_published(db: empty) {
        counter(&db).await;
        let recorder = Recorder::of(&db);
        submit(&db, numbered(1)).await;
        db.commit(numbered(2)).await.unwrap();
        assert_eq!(recorder.numbers(), [1, 2]);
    }

    async fn events_are_published_in_commit_order(db: empty) {
        const STEPS_MAX: u64 = 400;
        const TASKS: u64 = 8;
        counter(&db).await;
        let recorder = Recorder::of(&db);
        // Each task retries until it is its turn, on a lane of its own.
        let tasks = (0..TASKS).map(|task| {
            let db = (*db).clone();
            tokio::spawn(async move {
                for value in (task..STEPS_MAX).step_by(TASKS as usize) {
                    while let Err(error) = db.commit(step(value).in_lane_of(&ChannelId::from_bytes([task as u8; 16]))).await {
                        assert!(error.is(context::CONFLICT), "{}", testing::explain(&error));
                    }
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
        assert_eq!(recorder.numbers(), (1..=STEPS_MAX).collect::<Vec<_>>());
    }

    async fn a_failed_batch_publishes_nothing(db: empty) {
        counter(&db).await;
        let recorder = Recorder::of(&db);
        assert!(db.commit(step(5)).await.unwrap_err().is(context::CONFLICT));
        let commits = (0..60).map(|n| {
            let db = (*db).clone();
            let mut batch = numbered(n);
            if n % 3 == 0 {
                batch.push(Statement::raw("UPDATE counters SET value = 0 WHERE name = 'absent'", params![]).expect_rows(1));
            }
            tokio::spawn(async move { (n, db.commit(batch).await) })
        });
        for commit in commits.collect::<Vec<_>>() {
            let (n, outcome) = commit.await.unwrap();
            assert_eq!(outcome.is_err(), n % 3 == 0);
        }
        let mut published = recorder.numbers();
        published.sort_unstable();
        assert_eq!(published, (0..60).filter(|n| n % 3 != 0).collect::<Vec<_>>());
    }

    async fn the_answer_comes_after_publishing(db: empty) {
        counter(&db).await;
        let (arrived, mut arrivals) = tokio::sync::mpsc::channel(1);
        let (open, opened) = mpsc::sync_channel(1);
        db.publish_to(Arc::new(Gate { arrived, open: Mutex::new(opened) }));
        let commit = tokio::spawn({
            let db = (*db).clone();
            async move { db.commit(numbered(1)).await }
        });
        arrivals.recv().await.unwrap();
        // It is on disk already, and batches without events are answered meanwhile.
        db.commit(increment()).await.unwrap();
        assert_eq!(db.one::<i64>("SELECT value FROM counters", params![]).await.unwrap(), 2);
        assert!(!commit.is_finished());
        open.send(()).unwrap();
        commit.await.unwrap().unwrap();
    }

    async fn closing_publishes_what_was_submitted(db: empty) {
        counter(&db).await;
        let recorder = Recorder::of(&db);
        for n in 0..20 {
            submit(&db, numbered(n)).await;
        }
        db.close().await;
        assert_eq!(recorder.numbers(), (0..20).collect::<Vec<_>>());
        db.publish(vec![event(99)]).await;
        assert!(db.commit(numbered(100)).await.unwrap_err().is(context::DATABASE_UNAVAILABLE));
        assert_eq!(recorder.numbers().len(), 20);
    }

    async fn events_without_statements_are_published(db: empty) {
        let recorder = Recorder::of(&db);
        db.publish(vec![event(1), event(2)]).await;
        db.publish(Vec::new()).await;
        let mut batch = Batch::new();
        batch.publish(vec![event(3)]).publish(vec![event(4)]);
        db.commit(batch).await.unwrap();
        assert_eq!(recorder.numbers(), [1, 2, 3, 4]);
        assert_eq!(db.queries(), 0);
    }

    async fn a_sink_that_panics_is_called_again(db: empty) {
        struct Fragile(Recorder);
        impl EventSink for Fragile {
            fn publish(&self, events: Vec<Event>) {
                // Without the message that a panic prints.
                if events.iter().any(|event| number(event) == 1) {
                    panic::resume_unwind(Box::new(()));
                }
                self.0.publish(events);
            }
        }
        counter(&db).await;
        let sink = Arc::new(Fragile(Recorder::default()));
        db.publish_to(Arc::clone(&sink) as Arc<dyn EventSink>);
        for n in 0..3 {
            db.commit(numbered(n)).await.unwrap();
        }
        assert_eq!(sink.0.numbers(), [0, 2]);
    }
}
