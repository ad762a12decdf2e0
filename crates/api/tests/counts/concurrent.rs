//! Counts equal a recount also after people acted at the same time. Only what is stored is compared, when everybody has ended.

use std::sync::Arc;

use guildhall_testkit::{Dialect, TestServer, TestUser};
use parking_lot::Mutex;
use serde_json::{Value, json};

const PEOPLE: usize = 6;
/// Steps of each person.
const STEPS: usize = 250;
/// Named in one place, because a test that fails is repeated with the same choices.
const SEED: u64 = 11;

/// Choices that are the same in each run; only how people interleave differs.
struct Choices(u64);

impl Choices {
    /// A number below `count`.
    fn below(&mut self, count: usize) -> usize {
        // Knuth's linear congruential generator.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % count
    }

    fn pick<T: Clone>(&mut self, among: &[T]) -> Option<T> {
        if among.is_empty() { None } else { Some(among[self.below(among.len())].clone()) }
    }
}

struct World {
    people: Vec<TestUser>,
    team: String,
    channel: String,
    /// Author and id of each post that may still be there, and its thread.
    posts: Mutex<Vec<(usize, String, String)>>,
}

impl World {
    async fn new(server: &TestServer) -> Self {
        let mut people = Vec::new();
        for name in ["ann", "bob", "carol", "dave", "eve", "zoe"] {
            people.push(server.create_user(name).await);
        }
        let team = people[0].create_team("builders").await;
        let channel = people[0].create_channel(&team, "dev", "O").await;
        for person in &people[1..] {
            people[0].add_to_team(&team, person).await;
            people[0].add_to_channel(&channel, person).await;
        }
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        Self { people, team: text(&team["id"]), channel: text(&channel["id"]), posts: Mutex::default() }
    }

    fn message(&self, choices: &mut Choices) -> String {
        let named = choices.below(PEOPLE + 2);
        let name = self.people.get(named).map_or("nobody", |person| person.username.as_str());
        format!("news for @{name}{}", if choices.below(10) == 0 { " and @channel" } else { "" })
    }

    async fn post(&self, who: usize, root: &str, message: &str) {
        let body = json!({"channel_id": self.channel, "root_id": root, "message": message});
        let created = self.people[who].post("/posts", body).await;
        if created.status == 201 {
            let id = created.ok()["id"].as_str().unwrap().to_owned();
            let thread = if root.is_empty() { id.clone() } else { root.to_owned() };
            self.posts.lock().push((who, id, thread));
        } else {
            assert!(created.status < 500, "{}: {}", created.request, created.status);
        }
    }

    async fn step(&self, who: usize, choices: &mut Choices) {
        let person = &self.people[who];
        let posts = self.posts.lock().clone();
        let own: Vec<_> = posts.iter().filter(|(author, ..)| *author == who).cloned().collect();
        let kind = choices.below(20);
        let (any, own) = (choices.pick(&posts), choices.pick(&own));
        let message = self.message(choices);
        let members = format!("/channels/{}/members", self.channel);
        let outcome = match (kind, any, own) {
            (0..=5, ..) => return self.post(who, "", &message).await,
            (6..=8, Some((.., thread)), _) => return self.post(who, &thread, &message).await,
            (9..=10, _, Some((_, id, _))) => person.put(&format!("/posts/{id}/patch"), json!({"message": message})).await,
            (11..=13, _, Some((_, id, _))) => {
                self.posts.lock().retain(|(_, other, thread)| *other != id && *thread != id);
                person.delete(&format!("/posts/{id}")).await
            }
            (14, Some((_, id, _)), _) => {
                let path = format!("/users/me/posts/{id}/set_unread");
                person.post(&path, json!({"collapsed_threads_supported": false})).await
            }
            (15, Some((.., thread)), _) => {
                let path = format!("/users/me/teams/{}/threads/{thread}/read/4000000000000", self.team);
                person.put(&path, json!({})).await
            }
            (16, Some((_, id, thread)), _) if id != thread => {
                let path = format!("/users/me/teams/{}/threads/{thread}/set_unread/{id}", self.team);
                person.post(&path, json!({})).await
            }
            // The last one comes and goes.
            (17, ..) if who == PEOPLE - 1 => {
                person.delete(&format!("{members}/me")).await;
                person.post(&members, json!({"user_id": person.id})).await
            }
            (18, ..) => person.put(&format!("/users/me/teams/{}/threads/read", self.team), json!({})).await,
            _ => {
                let body = json!({"channel_id": self.channel, "collapsed_threads_supported": kind.is_multiple_of(2)});
                person.post("/channels/members/me/view", body).await
            }
        };
        assert!(outcome.status < 500, "{}: {}", outcome.request, outcome.status);
    }
}

macro_rules! living {
    ($condition:expr) => {
        concat!(
            "(SELECT COUNT(*) FROM posts p WHERE p.channel_id = m.channel_id AND p.delete_at = 0 AND p.original_id IS NULL AND ",
            $condition,
            ")"
        )
    };
}
/// The queries that count what differs from a recount; `mentions` is the condition that the post `p` mentions the member `m`.
macro_rules! differences {
    ($mentions:literal) => {
        [
            concat!(
                "SELECT COUNT(*) FROM (SELECT c.id AS channel_id, c.total_msg_count, c.total_msg_count_root FROM channels c) m \
                 WHERE total_msg_count <> ",
                living!("p.kind NOT LIKE 'system!_%' ESCAPE '!'"),
                " OR total_msg_count_root <> ",
                living!("p.root_id IS NULL AND p.kind NOT LIKE 'system!_%' ESCAPE '!'")
            ),
            concat!(
                "SELECT COUNT(*) FROM channel_members m JOIN channels c ON c.id = m.channel_id WHERE c.total_msg_count - m.msg_count <> ",
                living!(
                    "p.kind NOT LIKE 'system!_%' ESCAPE '!' AND p.create_at > m.last_viewed_at \
                     AND NOT (p.user_id = m.user_id AND p.create_at > m.marked_unread_at)"
                )
            ),
            concat!(
                "SELECT COUNT(*) FROM channel_members m JOIN channels c ON c.id = m.channel_id \
                 WHERE c.total_msg_count_root - m.msg_count_root <> ",
                living!(
                    "p.kind NOT LIKE 'system!_%' ESCAPE '!' AND p.create_at > m.last_viewed_at AND p.root_id IS NULL \
                     AND NOT (p.user_id = m.user_id AND p.create_at > m.marked_unread_at)"
                )
            ),
            concat!(
                "SELECT COUNT(*) FROM channel_members m WHERE m.mention_count <> ",
                living!(concat!("p.create_at > m.last_viewed_at AND ", $mentions)),
                " OR m.mention_count_root <> ",
                living!(concat!("p.create_at > m.last_viewed_at AND p.root_id IS NULL AND ", $mentions))
            ),
            concat!(
                "SELECT COUNT(*) FROM thread_members m WHERE m.unread_mentions <> (SELECT COUNT(*) FROM posts p \
                 WHERE p.root_id = m.thread_id AND p.delete_at = 0 AND p.create_at > m.last_viewed_at AND ",
                $mentions,
                ")"
            ),
            "SELECT COUNT(*) FROM threads t WHERE t.reply_count <> (SELECT COUNT(*) FROM posts p WHERE p.root_id = t.thread_id \
             AND p.delete_at = 0 AND p.original_id IS NULL)",
        ]
    };
}

const WHAT: [&str; 6] = ["messages", "read messages", "read roots", "mentions", "mentions in threads", "replies"];

async fn act_concurrently(dialect: Dialect) {
    let Some(server) = TestServer::start_on_dialect(dialect).await else { return };
    server.create_user("root").await;
    let world = Arc::new(World::new(&server).await);
    let mut tasks = tokio::task::JoinSet::new();
    for who in 0..PEOPLE {
        let world = Arc::clone(&world);
        tasks.spawn(async move {
            let mut choices = Choices(SEED + who as u64);
            for _ in 0..STEPS {
                world.step(who, &mut choices).await;
            }
        });
    }
    tasks.join_all().await;
    let queries = match dialect {
        Dialect::Postgres => differences!("POSITION(m.user_id IN p.mentioned) > 0"),
        Dialect::Sqlite | Dialect::Mysql => differences!("INSTR(p.mentioned, m.user_id) > 0"),
    };
    let mut differing = Vec::new();
    for (what, query) in WHAT.into_iter().zip(queries) {
        differing.push((what, server.count(query).await));
    }
    assert!(differing.iter().all(|(_, rows)| *rows == 0), "rows that differ from a recount: {differing:?}");
    assert!(world.posts.lock().len() > PEOPLE, "most steps failed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn counts_equal_a_recount_after_concurrent_steps_on_sqlite() {
    act_concurrently(Dialect::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn counts_equal_a_recount_after_concurrent_steps_on_postgres() {
    act_concurrently(Dialect::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn counts_equal_a_recount_after_concurrent_steps_on_mysql() {
    act_concurrently(Dialect::Mysql).await;
}
