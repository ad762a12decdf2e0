//! Generated histories of files: after every step, what is counted equals a recount.

use guildhall_services::files::SweepLimits;
use guildhall_testkit::{Dialect, TestServer, TestUser};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use super::{differences, id};

const STEPS: usize = 40;

/// Numbers are indexes that wrap around.
#[derive(Debug, Clone, Copy)]
enum Step {
    Upload {
        who: usize,
        channel: usize,
        size: usize,
    },
    Begin {
        who: usize,
        channel: usize,
        size: usize,
    },
    Finish {
        upload: usize,
    },
    Cancel {
        upload: usize,
    },
    /// A post, or a reply, with up to three of the author's files.
    Post {
        who: usize,
        channel: usize,
        root: Option<usize>,
    },
    RemoveFile {
        post: usize,
    },
    AddFiles {
        post: usize,
    },
    Delete {
        post: usize,
    },
    /// Uploads of the person to the channel end.
    Leave {
        who: usize,
        channel: usize,
    },
    Archive {
        channel: usize,
    },
    Restore {
        channel: usize,
    },
    Move,
    /// Files without a post, deleted ones and abandoned uploads go, where they are old enough.
    Sweep {
        all: bool,
    },
}

fn step() -> impl Strategy<Value = Step> {
    let (who, channel, post, size) = (0_usize..3, 0_usize..3, 0_usize..64, 0_usize..50);
    prop_oneof![
        6 => (who.clone(), channel.clone(), size.clone()).prop_map(|(who, channel, size)| Step::Upload { who, channel, size }),
        3 => (who.clone(), channel.clone(), size).prop_map(|(who, channel, size)| Step::Begin { who, channel, size: size + 1 }),
        2 => post.clone().prop_map(|upload| Step::Finish { upload }),
        1 => post.clone().prop_map(|upload| Step::Cancel { upload }),
        6 => (who.clone(), channel.clone(), prop::option::of(post.clone()))
            .prop_map(|(who, channel, root)| Step::Post { who, channel, root }),
        3 => post.clone().prop_map(|post| Step::RemoveFile { post }),
        1 => post.clone().prop_map(|post| Step::AddFiles { post }),
        4 => post.prop_map(|post| Step::Delete { post }),
        1 => (who, channel.clone()).prop_map(|(who, channel)| Step::Leave { who, channel }),
        1 => channel.clone().prop_map(|channel| Step::Archive { channel }),
        2 => channel.prop_map(|channel| Step::Restore { channel }),
        1 => Just(Step::Move),
        2 => any::<bool>().prop_map(|all| Step::Sweep { all }),
    ]
}

/// Two channels of a team and a direct channel.
struct World<'a> {
    server: &'a TestServer,
    people: Vec<TestUser>,
    teams: [Value; 2],
    channels: [Value; 3],
    /// (uploader, channel, id)
    loose: Vec<(usize, usize, Value)>,
    /// (uploader, id, size)
    uploads: Vec<(usize, String, usize)>,
    /// (author, channel, post)
    posts: Vec<(usize, usize, Value)>,
}

impl<'a> World<'a> {
    async fn new(server: &'a TestServer, name: &str) -> Self {
        let mut people = Vec::new();
        for person in ["ann", "bob", "eve"] {
            people.push(server.create_user(&format!("{name}{person}")).await);
        }
        let teams = [people[0].create_team(&format!("{name}-one")).await, people[0].create_team(&format!("{name}-two")).await];
        let [dev, ops] = [people[0].create_channel(&teams[0], "dev", "O").await, people[0].create_channel(&teams[0], "ops", "P").await];
        for person in &people[1..] {
            for team in &teams {
                people[0].add_to_team(team, person).await;
            }
            people[0].add_to_channel(&dev, person).await;
            people[0].add_to_channel(&ops, person).await;
        }
        let direct = people[0].post("/channels/direct", json!([people[0].id, people[1].id])).await.ok();
        Self { server, people, teams, channels: [dev, ops, direct], loose: Vec::new(), uploads: Vec::new(), posts: Vec::new() }
    }

    /// What is refused (no membership, an archived channel, a deleted post) must change nothing, so answers are not looked at.
    async fn apply(&mut self, step: Step) {
        match step {
            Step::Upload { who, channel, size } => {
                let path = format!("/files?channel_id={}", id(&self.channels[channel]));
                let answer = self.people[who].upload(&path, &[("files", Some("a.txt"), &vec![b'a'; size])]).await;
                if answer.status == 201 {
                    self.loose.push((who, channel, answer.ok()["file_infos"][0]["id"].clone()));
                }
            }
            Step::Begin { who, channel, size } => {
                let request = json!({"channel_id": self.channels[channel]["id"], "filename": "b.bin", "file_size": size});
                let answer = self.people[who].post("/uploads", request).await;
                if answer.status == 201 {
                    self.uploads.push((who, id(&answer.ok()).to_owned(), size));
                }
            }
            Step::Finish { upload } if !self.uploads.is_empty() => {
                let (who, upload, size) = self.uploads.swap_remove(upload % self.uploads.len());
                let request = http::Request::post(format!("/api/v4/uploads/{upload}"));
                self.people[who].send(request.body(axum::body::Body::from(vec![b'b'; size])).unwrap()).await;
            }
            // The upload stays in the list: what is canceled cannot be finished or canceled again.
            Step::Cancel { upload } if !self.uploads.is_empty() => {
                let (who, upload, _) = &self.uploads[upload % self.uploads.len()];
                self.people[*who].delete(&format!("/uploads/{upload}")).await;
            }
            Step::Post { who, channel, root } => self.post(who, channel, root).await,
            Step::RemoveFile { post } => {
                self.edit(post, |files, _| {
                    files.pop();
                })
                .await
            }
            Step::AddFiles { post } => self.edit(post, |files, loose| files.extend(loose)).await,
            Step::Delete { post } if !self.posts.is_empty() => {
                let (author, _, post) = &self.posts[post % self.posts.len()];
                self.people[*author].delete(&format!("/posts/{}", id(post))).await;
            }
            Step::Leave { who, channel } => {
                self.people[who].delete(&format!("/channels/{}/members/me", id(&self.channels[channel]))).await;
                self.people[0]
                    .post(&format!("/channels/{}/members", id(&self.channels[channel])), json!({"user_id": self.people[who].id}))
                    .await;
            }
            Step::Archive { channel } => {
                self.people[0].delete(&format!("/channels/{}", id(&self.channels[channel]))).await;
            }
            Step::Restore { channel } => {
                self.people[0].post(&format!("/channels/{}/restore", id(&self.channels[channel])), json!({})).await;
            }
            Step::Move => {
                let request = json!({"team_id": self.teams[1]["id"], "force": true});
                self.people[0].post(&format!("/channels/{}/move", id(&self.channels[0])), request).await;
                self.teams.swap(0, 1);
            }
            Step::Sweep { all } => {
                self.server.clock.advance_ms(2_000);
                let age_ms = if all { 1 } else { 5_000 };
                let limits = SweepLimits { unattached_ms: age_ms, deleted_ms: age_ms, uploads_ms: age_ms };
                self.server.app().services.files().sweep_files(limits).await.unwrap();
            }
            Step::Finish { .. } | Step::Cancel { .. } | Step::Delete { .. } => {}
        }
    }

    fn take_loose(&mut self, who: usize, channel: usize) -> Vec<Value> {
        let (own, others): (Vec<_>, Vec<_>) = self.loose.drain(..).partition(|(by, place, _)| (*by, *place) == (who, channel));
        self.loose = others;
        own.into_iter().take(3).map(|(.., file)| file).collect()
    }

    async fn post(&mut self, who: usize, channel: usize, root: Option<usize>) {
        let roots: Vec<String> = self
            .posts
            .iter()
            .filter(|(_, place, post)| *place == channel && post["root_id"] == "")
            .map(|(.., post)| id(post).to_owned())
            .collect();
        let root = root.filter(|_| !roots.is_empty()).map(|root| roots[root % roots.len()].clone()).unwrap_or_default();
        let files = self.take_loose(who, channel);
        let request = json!({"channel_id": self.channels[channel]["id"], "root_id": root, "message": "look", "file_ids": files});
        let answer = self.people[who].post("/posts", request).await;
        if answer.status == 201 {
            self.posts.push((who, channel, answer.ok()));
        }
    }

    async fn edit(&mut self, post: usize, change: impl FnOnce(&mut Vec<Value>, Vec<Value>)) {
        if self.posts.is_empty() {
            return;
        }
        let at = post % self.posts.len();
        let (author, channel, mut post) = self.posts[at].clone();
        let mut files = post["file_ids"].as_array().cloned().unwrap_or_default();
        let loose = self.take_loose(author, channel);
        change(&mut files, loose);
        let answer = self.people[author].put(&format!("/posts/{}/patch", id(&post)), json!({"file_ids": files})).await;
        if answer.status == 200 {
            post["file_ids"] = json!(files);
            self.posts[at].2 = post;
        }
    }
}

async fn play_histories(dialect: Dialect, histories: usize) {
    let Some(server) = TestServer::start_on_dialect(dialect).await else { return };
    server.create_user("root").await;
    let mut runner = TestRunner::deterministic();
    for number in 0..histories {
        let history: Vec<Step> = vec(step(), STEPS).new_tree(&mut runner).unwrap().current();
        let mut world = World::new(&server, &format!("h{number}")).await;
        for (at, step) in history.iter().enumerate() {
            world.apply(*step).await;
            assert_eq!(differences(&server).await, 0, "{dialect:?}, after step {at} of {:#?}", &history[..=at]);
        }
    }
    assert!(server.count("SELECT COUNT(*) FROM files WHERE delete_at = 0").await > 0, "nothing was stored");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn usage_equals_a_recount_on_sqlite() {
    play_histories(Dialect::Sqlite, 16).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn usage_equals_a_recount_on_postgres() {
    play_histories(Dialect::Postgres, 5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn usage_equals_a_recount_on_mysql() {
    play_histories(Dialect::Mysql, 5).await;
}
