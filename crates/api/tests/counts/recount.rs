//! Compares what the server answers with what the lists of the world give.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::world::{CHANNEL, PEOPLE, Post, World};

type Difference = String;

fn compare(what: &str, expected: &Value, answered: &Value) -> Result<(), Difference> {
    for (name, value) in expected.as_object().unwrap() {
        if answered[name] != *value {
            return Err(format!("{what}: {name} is {}, a recount gives {value} (all: {answered})", answered[name]));
        }
    }
    Ok(())
}

impl World {
    pub async fn recount(&self) -> Result<(), Difference> {
        for channel in 0..self.channels.len() {
            self.recount_channel(channel).await?;
        }
        for person in 0..PEOPLE {
            self.recount_team(person).await?;
            self.recount_threads(person).await?;
        }
        Ok(())
    }

    fn totals(&self, channel: usize) -> (usize, usize) {
        let living = || self.living().filter(move |(_, post)| post.channel == channel);
        (living().count(), living().filter(|(_, post)| post.root.is_none()).count())
    }

    /// (unread, of these roots, mentions, of these in roots, in urgent posts)
    fn unread(&self, channel: usize, person: usize) -> Option<[usize; 5]> {
        let unread: Vec<_> = self.members.get(&(channel, person))?.unread.iter().map(|at| &self.posts[*at]).collect();
        let mentions: Vec<_> = unread.iter().filter(|post| post.mentions.contains(&person)).collect();
        let roots = unread.iter().filter(|post| post.root.is_none()).count();
        let mentions_in = |wanted: fn(&Post) -> bool| mentions.iter().filter(|post| wanted(post)).count();
        Some([unread.len(), roots, mentions.len(), mentions_in(|post| post.root.is_none()), mentions_in(|post| post.is_urgent)])
    }

    async fn recount_channel(&self, channel: usize) -> Result<(), Difference> {
        let (total, roots) = self.totals(channel);
        let id = &self.channels[channel];
        for person in 0..PEOPLE {
            let Some([unread, unread_roots, mentions, root_mentions, urgent_mentions]) = self.unread(channel, person) else { continue };
            let who = &self.people[person];
            let answered = who.get(&format!("/channels/{id}")).await.ok();
            compare("the channel", &json!({"total_msg_count": total, "total_msg_count_root": roots}), &answered)?;
            let answered = who.get(&format!("/channels/{id}/members/me")).await.ok();
            let expected = json!({
                "msg_count": total - unread, "msg_count_root": roots - unread_roots, "mention_count": mentions,
                "mention_count_root": root_mentions, "urgent_mention_count": urgent_mentions,
            });
            compare(&format!("{}'s membership in {channel}", who.username), &expected, &answered)?;
            let muted = self.members[&(channel, person)].muted;
            let answered = who.get(&format!("/users/me/channels/{id}/unread")).await.ok();
            let expected = json!({
                "msg_count": if muted { 0 } else { unread }, "msg_count_root": if muted { 0 } else { unread_roots },
                "mention_count": mentions, "mention_count_root": root_mentions,
            });
            compare(&format!("{}'s unread in {channel}", who.username), &expected, &answered)?;
        }
        Ok(())
    }

    /// The followed threads of a channel of the person: (root, unread replies, unread mentions, whether there is a reply since)
    fn threads(&self, person: usize) -> Vec<(usize, usize, usize, bool)> {
        let followed = self
            .followers
            .iter()
            .filter(|((root, who), follower)| *who == person && follower.following && self.is_member(self.posts[*root].channel, person));
        let counted = followed.map(|((root, _), follower)| {
            let since: Vec<_> = self.replies(*root).filter(|(_, reply)| reply.at > follower.seen).map(|(_, reply)| reply).collect();
            let unread = since.iter().filter(|reply| reply.author != person).count();
            (*root, unread, since.iter().filter(|reply| reply.mentions.contains(&person)).count(), !since.is_empty())
        });
        // A thread exists from its first reply on, also where that was deleted.
        counted.filter(|(root, ..)| self.posts.iter().any(|post| post.root == Some(*root))).collect()
    }

    async fn recount_team(&self, person: usize) -> Result<(), Difference> {
        let who = &self.people[person];
        let [unread, roots, mentions, root_mentions, _] = self.unread(CHANNEL, person).unwrap_or_default();
        let muted = self.members.get(&(CHANNEL, person)).is_some_and(|member| member.muted);
        let threads: Vec<_> = self.threads(person).into_iter().filter(|(root, ..)| self.posts[*root].channel == CHANNEL).collect();
        let answered = who.get("/users/me/teams/unread?include_collapsed_threads=true").await.ok();
        let answered = answered.as_array().unwrap().iter().find(|unread| unread["team_id"] == self.team.as_str()).cloned().unwrap();
        let expected = json!({
            "msg_count": if muted { 0 } else { unread }, "msg_count_root": if muted { 0 } else { roots },
            "mention_count": mentions, "mention_count_root": root_mentions,
            "thread_count": threads.iter().filter(|(.., is_unread)| *is_unread).count(),
            "thread_mention_count": threads.iter().map(|(_, _, mentions, _)| mentions).sum::<usize>(),
        });
        compare(&format!("{}'s team", who.username), &expected, &answered)
    }

    async fn recount_threads(&self, person: usize) -> Result<(), Difference> {
        let who = &self.people[person];
        let threads = self.threads(person);
        let list = who.get(&format!("/users/me/teams/{}/threads?per_page=200", self.team)).await.ok();
        let expected = json!({
            "total": threads.len(),
            "total_unread_threads": threads.iter().filter(|(.., is_unread)| *is_unread).count(),
            "total_unread_mentions": threads.iter().map(|(_, _, mentions, _)| mentions).sum::<usize>(),
        });
        compare(&format!("{}'s threads", who.username), &expected, &list)?;
        for (root, unread, mentions, _) in threads {
            let id = self.posts[root].id.as_str();
            let listed = list["threads"].as_array().unwrap().iter().find(|thread| thread["id"] == id);
            let listed = listed.ok_or_else(|| format!("{} does not see a followed thread", who.username))?;
            let expected = json!({
                "unread_replies": unread, "unread_mentions": mentions, "reply_count": self.replies(root).count(),
                "last_reply_at": self.replies(root).map(|(_, reply)| reply.at).max().unwrap_or_default(),
            });
            compare(&format!("{}'s thread", who.username), &expected, listed)?;
            let mut people: BTreeSet<String> = self.replies(root).map(|(_, reply)| self.people[reply.author].id.to_string()).collect();
            if self.posts[root].author_takes_part {
                people.insert(self.people[self.posts[root].author].id.to_string());
            }
            let answered: BTreeSet<String> =
                listed["participants"].as_array().unwrap().iter().map(|person| person["id"].as_str().unwrap().to_owned()).collect();
            if answered != people {
                return Err(format!("participants of the thread: {answered:?}, a recount gives {people:?}"));
            }
        }
        Ok(())
    }
}
