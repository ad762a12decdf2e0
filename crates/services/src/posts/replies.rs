//! What a reply means to its thread: figures, followers, and who is told.

use std::sync::Arc;

use guildhall_model::codes::posts as codes;
use guildhall_model::id::{PostId, UserId};
use guildhall_model::post::{Post, Thread};
use guildhall_model::{Actor, Event, Result};
use guildhall_storage::posts::counts;
use guildhall_storage::{Granted, Statement, Write, posts, threads};

use super::mentions;
use crate::access::{ChannelGrant, Writing};
use crate::posts::Posts;

/// What a reply adds to the batch of its post.
pub(super) struct Reply {
    pub statements: Vec<Statement>,
    pub events: Vec<Event>,
    /// Who follows the thread, without the author.
    pub followers: Vec<UserId>,
}

/// A follower as they stand after the reply.
struct Follower {
    user_id: UserId,
    last_viewed_at: guildhall_model::Millis,
    unread_mentions: i64,
    unread_replies: i64,
    previous: (i64, i64),
}

impl Posts<'_> {
    /// The post that is replied to: of the same channel, there, and not a reply itself.
    pub(super) async fn root_of(&self, on: &ChannelGrant, post: &Post) -> Result<Option<Post>> {
        let Some(root_id) = post.root_id else {
            return Ok(None);
        };
        let found = posts::root(self.access.read(on), root_id).await?;
        let root = self.access.within(on, found, codes::ROOT_ELSEWHERE)?;
        root.map(Some).ok_or_else(|| codes::BAD_ROOT.into())
    }

    pub(super) async fn reply(
        &self,
        actor: &Actor,
        on: &Writing<ChannelGrant>,
        (root, thread): (&Post, Granted<PostId, Write>),
        post: &Post,
        mentioned: &[UserId],
    ) -> Result<Reply> {
        let now = post.create_at;
        let mut statements = counts::in_thread(thread, post).to_vec();
        statements.push(counts::own_reply_seen(on.write_id(), actor.user_id));
        statements.push(threads::follow_and_read(thread, actor.user_id, now));

        let db = self.access.read(on);
        let mut followers: Vec<Follower> = threads::followers(db, thread.to_read())
            .await?
            .into_iter()
            .map(|(user_id, last_viewed_at, unread_mentions, unread_replies)| Follower {
                user_id,
                last_viewed_at,
                unread_mentions,
                unread_replies,
                previous: (unread_mentions, unread_replies),
            })
            .collect();
        let before = root.create_at.minus_ms(1);
        if root.reply_count == 0 && !root.is_system() {
            // The thread begins: its first post's author and those it named follow it from now on.
            for user in self.first_followers(on, root).await? {
                statements.push(if user == root.user_id {
                    threads::follow_if_new(thread, user, before, now)
                } else {
                    threads::follow_if_new(thread, user, root.create_at, now)
                });
                if user == root.user_id {
                    statements.push(counts::participant(thread, user, root.create_at));
                }
                add(&mut followers, user, before);
            }
        }
        for user in mentioned {
            statements.push(threads::follow_mentioned(thread, *user, before, now));
            add(&mut followers, *user, before);
        }
        add(&mut followers, actor.user_id, now);

        let mut participants: Vec<UserId> = threads::participants(db, &[root]).await?.into_iter().map(|(_, user)| user).collect();
        for user in [root.user_id, actor.user_id] {
            if !participants.contains(&user) {
                participants.push(user);
            }
        }
        let mut after = root.clone();
        after.reply_count += 1;
        after.last_reply_at = now;
        after.update_at = now;
        for follower in &mut followers {
            if follower.user_id == actor.user_id {
                (follower.unread_replies, follower.unread_mentions, follower.last_viewed_at) = (0, 0, now);
            } else {
                follower.unread_replies += 1;
                follower.unread_mentions += i64::from(mentioned.contains(&follower.user_id));
            }
        }
        let events = followers.iter().map(|follower| updated(&after, on, &participants, follower)).collect();
        let followers = followers.iter().map(|f| f.user_id).filter(|user| *user != actor.user_id).collect();
        Ok(Reply { statements, events, followers })
    }

    /// The members who follow a thread when it begins: its author, and whom its first post names.
    async fn first_followers(&self, on: &ChannelGrant, root: &Post) -> Result<Vec<UserId>> {
        let spoken = mentions::spoken_in([root.message.as_str()]);
        let people =
            posts::audience::addressed(self.access.read(on), on.id(), root.user_id, &spoken.usernames(), &spoken.keywords()).await?;
        let named = spoken.names(&people);
        let follows = |person: &&posts::audience::Addressee| {
            person.channel_notify_props.is_some() && (person.user_id == root.user_id || named.iter().any(|n| n.user_id == person.user_id))
        };
        Ok(people.iter().filter(follows).map(|person| person.user_id).collect())
    }
}

fn add(followers: &mut Vec<Follower>, user_id: UserId, last_viewed_at: guildhall_model::Millis) {
    if !followers.iter().any(|follower| follower.user_id == user_id) {
        followers.push(Follower { user_id, last_viewed_at, unread_mentions: 0, unread_replies: 0, previous: (0, 0) });
    }
}

fn updated(root: &Post, on: &ChannelGrant, participants: &[UserId], follower: &Follower) -> Event {
    Event::ThreadUpdated {
        user_id: follower.user_id,
        previous_unread_mentions: follower.previous.0,
        previous_unread_replies: follower.previous.1,
        thread: Arc::new(Thread {
            post: root.clone(),
            team_id: on.channel.team_id,
            participants: participants.to_vec(),
            reply_count: root.reply_count,
            last_reply_at: root.last_reply_at,
            last_viewed_at: follower.last_viewed_at,
            unread_replies: follower.unread_replies,
            unread_mentions: follower.unread_mentions,
            is_following: true,
        }),
    }
}
