//! What a reply means to its thread: figures, followers, and who is told.

use std::sync::Arc;

use guildhall_model::codes::posts as codes;
use guildhall_model::id::{PostId, UserId};
use guildhall_model::post::{Post, Thread, ThreadReader};
use guildhall_model::{Actor, Event, Millis, Result};
use guildhall_storage::posts::counts;
use guildhall_storage::{Granted, Statement, Write, posts, threads};

use super::mentions;
use crate::access::{ChannelGrant, Writing};
use crate::posts::Posts;

/// What a reply adds to the batch of its post.
pub(super) struct Reply {
    pub statements: Vec<Statement>,
    pub event: Event,
    /// Who follows the thread, without the author.
    pub followers: Vec<UserId>,
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
        let mut readers: Vec<ThreadReader> = threads::followers(db, thread.to_read())
            .await?
            .into_iter()
            .map(|(user_id, last_viewed_at, unread_mentions, unread_replies)| ThreadReader {
                user_id,
                last_viewed_at,
                unread_replies,
                unread_mentions,
                previous_unread_replies: unread_replies,
                previous_unread_mentions: unread_mentions,
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
                add(&mut readers, user, before);
            }
        }
        for user in mentioned {
            statements.push(threads::follow_mentioned(thread, *user, before, now));
            add(&mut readers, *user, before);
        }
        add(&mut readers, actor.user_id, now);

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
        for reader in &mut readers {
            if reader.user_id == actor.user_id {
                (reader.unread_replies, reader.unread_mentions, reader.last_viewed_at) = (0, 0, now);
            } else {
                reader.unread_replies += 1;
                reader.unread_mentions += i64::from(mentioned.contains(&reader.user_id));
            }
        }
        let followers = readers.iter().map(|reader| reader.user_id).filter(|user| *user != actor.user_id).collect();
        let thread = Arc::new(Thread {
            team_id: on.channel.team_id,
            participants,
            reply_count: after.reply_count,
            last_reply_at: after.last_reply_at,
            last_viewed_at: Millis::ZERO,
            unread_replies: 0,
            unread_mentions: 0,
            is_following: true,
            post: after,
        });
        Ok(Reply { statements, event: Event::ThreadUpdated { thread, readers }, followers })
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

fn add(readers: &mut Vec<ThreadReader>, user_id: UserId, last_viewed_at: Millis) {
    if !readers.iter().any(|reader| reader.user_id == user_id) {
        readers.push(ThreadReader {
            user_id,
            last_viewed_at,
            unread_replies: 0,
            unread_mentions: 0,
            previous_unread_replies: 0,
            previous_unread_mentions: 0,
        });
    }
}
