//! A team with a channel of four people and a direct channel of two, and what happened in them: lists of posts and of what
//! each person has not read, from which counts are made by counting.

use std::collections::{BTreeMap, BTreeSet};

use guildhall_testkit::{TestServer, TestUser};
use serde_json::{Value, json};

use super::history::{Step, Text};

pub const PEOPLE: usize = 4;
pub const CHANNEL: usize = 0;
pub const DIRECT: usize = 1;
/// The people of the group, as bits: Bob, and Zoe, who is not always in the channel.
const GROUP: u8 = 0b1010;

pub struct Post {
    pub id: String,
    pub channel: usize,
    pub author: usize,
    pub root: Option<usize>,
    pub at: i64,
    pub alive: bool,
    pub is_urgent: bool,
    text: Text,
    pub mentions: BTreeSet<usize>,
    /// Of a root: whether its author takes part in the thread.
    pub author_takes_part: bool,
}

#[derive(Default)]
pub struct Member {
    pub unread: BTreeSet<usize>,
    pub muted: bool,
}

pub struct Follower {
    pub following: bool,
    pub seen: i64,
}

pub struct World {
    pub people: Vec<TestUser>,
    pub team: String,
    /// The name of the group.
    group: String,
    pub channels: [String; 2],
    pub posts: Vec<Post>,
    /// By channel and person.
    pub members: BTreeMap<(usize, usize), Member>,
    /// By root and person.
    pub followers: BTreeMap<(usize, usize), Follower>,
}

fn text_of(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

impl World {
    pub async fn new(server: &TestServer, name: &str) -> Self {
        let mut people = Vec::new();
        for person in ["ann", "bob", "eve", "zoe"] {
            people.push(server.create_user(&format!("{name}{person}")).await);
        }
        let team = people[0].create_team(&format!("team-{name}")).await;
        let channel = people[0].create_channel(&team, "dev", "O").await;
        for person in &people[1..] {
            people[0].add_to_team(&team, person).await;
        }
        // Zoe joins later, if at all. Those who are added are told so by a message of the server.
        for person in &people[1..3] {
            let path = format!("/channels/{}/members", text_of(&channel["id"]));
            person.post(&path, json!({"user_id": person.id})).await.ok();
        }
        let direct = people[0].post("/channels/direct", json!([people[0].id, people[1].id])).await.ok();
        let group = format!("{name}pair");
        let pair: Vec<_> = (0..PEOPLE).filter(|person| GROUP & (1 << person) != 0).map(|person| people[person].id).collect();
        let pair = json!({"name": group, "display_name": "Pair", "source": "custom", "allow_reference": true, "user_ids": pair});
        people[0].post("/groups", pair).await.ok();
        let members = [(CHANNEL, 0), (CHANNEL, 1), (CHANNEL, 2), (DIRECT, 0), (DIRECT, 1)];
        Self {
            people,
            team: text_of(&team["id"]),
            group,
            channels: [text_of(&channel["id"]), text_of(&direct["id"])],
            posts: Vec::new(),
            members: members.map(|key| (key, Member::default())).into(),
            followers: BTreeMap::new(),
        }
    }

    pub fn is_member(&self, channel: usize, person: usize) -> bool {
        self.members.contains_key(&(channel, person))
    }

    pub fn living(&self) -> impl Iterator<Item = (usize, &Post)> {
        self.posts.iter().enumerate().filter(|(_, post)| post.alive)
    }

    pub fn replies(&self, root: usize) -> impl Iterator<Item = (usize, &Post)> {
        self.living().filter(move |(_, post)| post.root == Some(root))
    }

    /// The living post of this number that is `wanted`, counted around.
    fn pick(&self, number: usize, wanted: impl Fn(&Post) -> bool) -> Option<usize> {
        let matching: Vec<usize> = self.living().filter(|(_, post)| wanted(post)).map(|(at, _)| at).collect();
        (!matching.is_empty()).then(|| matching[number % matching.len()])
    }

    fn message(&self, text: Text) -> String {
        let named = (0..PEOPLE).filter(|person| text.names & (1 << person) != 0);
        let names: String = named.map(|person| format!(" @{}", self.people[person].username)).collect();
        let group = if text.group { format!(" @{}", self.group) } else { String::new() };
        format!("message {}{}{group}{names}", self.posts.len(), if text.wide { " @channel" } else { "" })
    }

    fn mentions(&self, channel: usize, author: usize, text: Text) -> BTreeSet<usize> {
        let members = (0..PEOPLE).filter(|person| self.is_member(channel, *person) && *person != author);
        let named = text.names | if text.group { GROUP } else { 0 };
        members.filter(|person| channel == DIRECT || text.wide || named & (1 << person) != 0).collect()
    }

    pub fn latest(&self) -> i64 {
        self.posts.iter().map(|post| post.at).max().unwrap_or_default()
    }

    async fn create(&mut self, who: usize, channel: usize, root: Option<usize>, text: Text) -> usize {
        let root_id = root.map(|root| self.posts[root].id.clone()).unwrap_or_default();
        let is_urgent = root.is_none() && self.posts.len().is_multiple_of(2);
        let mut body = json!({"channel_id": self.channels[channel], "root_id": root_id, "message": self.message(text)});
        if is_urgent {
            body["metadata"] = json!({"priority": {"priority": "urgent"}});
        }
        let created = self.people[who].post("/posts", body).await.ok();
        self.posts.push(Post {
            id: text_of(&created["id"]),
            channel,
            author: who,
            root,
            at: created["create_at"].as_i64().unwrap(),
            alive: true,
            is_urgent,
            text,
            mentions: self.mentions(channel, who, text),
            author_takes_part: false,
        });
        let new = self.posts.len() - 1;
        for ((in_channel, person), member) in &mut self.members {
            if *in_channel == channel && *person != who {
                member.unread.insert(new);
            }
        }
        new
    }

    pub async fn apply(&mut self, step: &Step) {
        match *step {
            Step::Post { who, direct, text } => {
                let channel = usize::from(direct);
                if self.is_member(channel, who) {
                    self.create(who, channel, None, text).await;
                    self.members.entry((channel, who)).or_default().unread.clear();
                }
            }
            Step::Reply { who, root, text } => self.reply(who, root, text).await,
            Step::Edit { post, text } => self.edit(post, text).await,
            Step::Delete { post } => self.delete(post).await,
            Step::View { who, direct, threads_too } => self.view(who, usize::from(direct), threads_too).await,
            Step::MarkUnread { who, post } => self.mark_unread(who, post).await,
            Step::ReadThread { who, root } => self.read_thread(who, root).await,
            Step::MarkThreadUnread { who, reply } => self.mark_thread_unread(who, reply).await,
            Step::Follow { who, root, following } => self.follow(who, root, following).await,
            Step::ReadAllThreads { who } => {
                self.people[who].put(&format!("/users/me/teams/{}/threads/read", self.team), json!({})).await.ok();
                let latest = self.latest();
                self.followers.iter_mut().filter(|((_, person), _)| *person == who).for_each(|(_, follower)| {
                    if follower.following {
                        follower.seen = latest;
                    }
                });
            }
            Step::Leave { who } => self.leave(who).await,
            Step::Join { who } => {
                if !self.is_member(CHANNEL, who) {
                    let person = &self.people[who];
                    person.post(&format!("/channels/{}/members", self.channels[CHANNEL]), json!({"user_id": person.id})).await.ok();
                    self.members.insert((CHANNEL, who), Member::default());
                }
            }
            Step::Mute { who, muted } => {
                let Some(member) = self.members.get_mut(&(CHANNEL, who)) else { return };
                member.muted = muted;
                let props = json!({"mark_unread": if muted { "mention" } else { "all" }});
                self.people[who].put(&format!("/channels/{}/members/me/notify_props", self.channels[CHANNEL]), props).await.ok();
            }
        }
    }

    async fn reply(&mut self, who: usize, root: usize, text: Text) {
        let Some(root) = self.pick(root, |post| post.root.is_none()) else { return };
        let (channel, before) = (self.posts[root].channel, self.posts[root].at - 1);
        if !self.is_member(channel, who) {
            return;
        }
        if self.replies(root).next().is_none() {
            let author = self.posts[root].author;
            // The root's names count, not whom it mentioned when it was written.
            let names = self.posts[root].text.names;
            let members: Vec<usize> = (0..PEOPLE).filter(|person| self.is_member(channel, *person)).collect();
            for person in members {
                if person == author || names & (1 << person) != 0 {
                    let seen = if person == author { before } else { before + 1 };
                    self.followers.entry((root, person)).or_insert(Follower { following: true, seen });
                    self.posts[root].author_takes_part |= person == author;
                }
            }
        }
        self.posts[root].author_takes_part |= self.posts[root].author == who;
        let new = self.create(who, channel, Some(root), text).await;
        for person in self.posts[new].mentions.clone() {
            self.followers.entry((root, person)).or_insert(Follower { following: true, seen: before }).following = true;
        }
        self.followers.insert((root, who), Follower { following: true, seen: self.posts[new].at });
    }

    async fn edit(&mut self, number: usize, text: Text) {
        let Some(at) = self.pick(number, |_| true) else { return };
        let (channel, author, id) = (self.posts[at].channel, self.posts[at].author, self.posts[at].id.clone());
        if !self.is_member(channel, author) {
            return;
        }
        let message = format!("{} (edited)", self.message(text));
        self.people[author].put(&format!("/posts/{id}/patch"), json!({"message": message})).await.ok();
        let mut mentions = self.mentions(channel, author, text);
        if channel == CHANNEL && self.posts[at].text.wide && text.wide {
            mentions.extend(self.posts[at].mentions.iter().copied());
        }
        if let Some(root) = self.posts[at].root {
            let before = self.posts[root].at - 1;
            for person in mentions.difference(&self.posts[at].mentions) {
                self.followers.entry((root, *person)).or_insert(Follower { following: true, seen: before }).following = true;
            }
        }
        self.posts[at].text = text;
        self.posts[at].mentions = mentions;
    }

    async fn delete(&mut self, number: usize) {
        let Some(at) = self.pick(number, |_| true) else { return };
        let post = &self.posts[at];
        if !self.is_member(post.channel, post.author) {
            return;
        }
        self.people[post.author].delete(&format!("/posts/{}", post.id)).await.ok();
        let is_root = post.root.is_none();
        for gone in 0..self.posts.len() {
            if gone == at || self.posts[gone].root == Some(at) {
                self.posts[gone].alive = false;
                self.members.values_mut().for_each(|member| {
                    member.unread.remove(&gone);
                });
            }
        }
        if is_root {
            self.followers.retain(|(root, _), _| *root != at);
        }
    }

    async fn view(&mut self, who: usize, channel: usize, threads_too: bool) {
        let Some(member) = self.members.get_mut(&(channel, who)) else { return };
        member.unread.clear();
        let body = json!({"channel_id": self.channels[channel], "collapsed_threads_supported": !threads_too});
        self.people[who].post("/channels/members/me/view", body).await.ok();
        if threads_too {
            let latest = self.latest();
            let in_channel: Vec<usize> = (0..self.posts.len()).filter(|at| self.posts[*at].channel == channel).collect();
            for ((root, person), follower) in &mut self.followers {
                if *person == who && follower.following && in_channel.contains(root) {
                    follower.seen = latest;
                }
            }
        }
    }

    async fn mark_unread(&mut self, who: usize, number: usize) {
        let Some(at) = self.pick(number, |_| true) else { return };
        let (channel, from) = (self.posts[at].channel, self.posts[at].at);
        if !self.is_member(channel, who) {
            return;
        }
        let path = format!("/users/me/posts/{}/set_unread", self.posts[at].id);
        self.people[who].post(&path, json!({"collapsed_threads_supported": false})).await.ok();
        let unread = self.living().filter(|(_, post)| post.channel == channel && post.at >= from).map(|(at, _)| at).collect();
        self.members.entry((channel, who)).or_default().unread = unread;
    }

    async fn read_thread(&mut self, who: usize, number: usize) {
        let Some(root) = self.pick(number, |post| post.root.is_none()) else { return };
        let latest = self.latest();
        if !self.is_member(self.posts[root].channel, who) || !self.followers.contains_key(&(root, who)) {
            return;
        }
        let path = format!("/users/me/teams/{}/threads/{}/read/{latest}", self.team, self.posts[root].id);
        self.people[who].put(&path, json!({})).await.ok();
        self.followers.entry((root, who)).and_modify(|follower| follower.seen = latest);
    }

    async fn mark_thread_unread(&mut self, who: usize, number: usize) {
        let Some(at) = self.pick(number, |post| post.root.is_some()) else { return };
        let (Some(root), reply) = (self.posts[at].root, &self.posts[at]) else { return };
        if !self.is_member(reply.channel, who) {
            return;
        }
        let path = format!("/users/me/teams/{}/threads/{}/set_unread/{}", self.team, self.posts[root].id, reply.id);
        self.people[who].post(&path, json!({})).await.ok();
        self.followers.insert((root, who), Follower { following: true, seen: self.posts[at].at - 1 });
    }

    async fn follow(&mut self, who: usize, number: usize, following: bool) {
        let Some(root) = self.pick(number, |post| post.root.is_none()) else { return };
        if !self.is_member(self.posts[root].channel, who) {
            return;
        }
        let path = format!("/users/me/teams/{}/threads/{}/following", self.team, self.posts[root].id);
        match following {
            true => self.people[who].put(&path, json!({})).await.ok(),
            false => self.people[who].delete(&path).await.ok(),
        };
        let seen = self.latest();
        self.followers.entry((root, who)).or_insert(Follower { following, seen }).following = following;
    }

    async fn leave(&mut self, who: usize) {
        if self.members.remove(&(CHANNEL, who)).is_none() {
            return;
        }
        self.people[who].delete(&format!("/channels/{}/members/me", self.channels[CHANNEL])).await.ok();
        let latest = self.latest();
        let in_channel: Vec<usize> = (0..self.posts.len()).filter(|at| self.posts[*at].channel == CHANNEL).collect();
        for ((root, person), follower) in &mut self.followers {
            if *person == who && in_channel.contains(root) {
                *follower = Follower { following: false, seen: latest };
            }
        }
    }
}
