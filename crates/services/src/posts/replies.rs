//! The effects of a reply on its thread: counters, followers and the event.

use std::sync::Arc;

use guildhall_model::codes::posts as codes;
use guildhall_model::id::{PostId, UserId};
use guildhall_model::post::{Post, Thread, ThreadReader};
use guildhall_model::{Actor, Event, Millis, Result};
use guildhall_storage::posts::counts;
use guildhall_storage::{Granted, Statement, Write, posts, threads};

use super::audience::mentionable_texts;
use super::create::marks_own_read;
use super::{mentions, props};
use crate::access::{ChannelGrant, Writing};
use crate::posts::Posts;

/// What a reply adds to the batch of its post.
pub(super) struct ReplyEffects {
    pub statements: Vec<Statement>,
    pub event: Event,
    /// The thread's followers, without the author.
    pub followers: Vec<UserId>,
}

/// A thread as it was read before a reply.
pub(super) struct ThreadBefore {
    readers: Vec<ThreadReader>,
    /// Those who follow the thread from its first reply on.
    initial_followers: Vec<UserId>,
    participants: Vec<UserId>,
}

impl Posts<'_> {
    /// The root post that is replied to. An error when it is in another channel, deleted, or a reply itself.
    pub(super) async fn root_of(&self, grant: &ChannelGrant, post: &Post) -> Result<Option<Post>> {
        let Some(root_id) = post.root_id else {
            return Ok(None);
        };
        let root = posts::root(self.access.read(grant), root_id).await?;
        let root = self.access.require_in_channel(grant, root, codes::ROOT_IN_OTHER_CHANNEL)?;
        root.map(Some).ok_or_else(|| codes::BAD_ROOT.into())
    }

    /// The thread as it is before a reply that mentions these people.
    pub(super) async fn thread_before(
        &self,
        grant: &ChannelGrant,
        (root, thread): (&Post, Granted<PostId>),
        mentioned: &[UserId],
    ) -> Result<ThreadBefore> {
        let db = self.access.read(grant);
        let mut readers: Vec<ThreadReader> = threads::members(db, thread)
            .await?
            .into_iter()
            .filter(|(user_id, .., following)| *following || mentioned.contains(user_id))
            .map(|(user_id, last_viewed_at, unread_mentions, unread_replies, _)| {
                new_reader(user_id, last_viewed_at, unread_replies, unread_mentions)
            })
            .collect();
        // Who is mentioned and has never followed the thread has read none of its replies.
        let is_new = |user: &UserId| !readers.iter().any(|reader| reader.user_id == *user);
        let new_followers: Vec<UserId> = mentioned.iter().filter(|user| is_new(user)).copied().collect();
        let by_author = match root.reply_count > 0 && !new_followers.is_empty() {
            true => threads::replies_by_author(db, thread).await?,
            false => Vec::new(),
        };
        for user in new_followers {
            let unread = by_author.iter().filter(|(author, _)| *author != user).map(|(_, count)| count).sum();
            readers.push(new_reader(user, root.create_at.minus_ms(1), unread, 0));
        }
        // The first reply starts the thread: the root's author and the users it mentions follow from now on.
        let is_first = root.reply_count == 0 && !root.is_system();
        let initial_followers = if is_first { self.initial_followers(grant, root).await? } else { Vec::new() };
        let participants = threads::participants(db, &[root]).await?.into_iter().map(|(_, user)| user).collect();
        Ok(ThreadBefore { readers, initial_followers, participants })
    }

    /// The members that follow a new thread: the root's author and the users the root mentions.
    async fn initial_followers(&self, grant: &ChannelGrant, root: &Post) -> Result<Vec<UserId>> {
        let candidates = mentions::parse_mentions(mentionable_texts(root));
        let (usernames, keywords) = (candidates.usernames(), candidates.keywords());
        let users = posts::audience::find_addressees(self.access.read(grant), grant.id(), root.user_id, &usernames, &keywords).await?;
        let groups = self.groups_named_in(grant, &candidates, &users).await?;
        let mentioned = candidates.resolve_with_groups(&users, &groups).users;
        let follows = |user: &&posts::audience::Addressee| {
            user.channel_notify_props.is_some()
                && (user.user_id == root.user_id || mentioned.iter().any(|other| other.user_id == user.user_id))
        };
        Ok(users.iter().filter(follows).map(|user| user.user_id).collect())
    }
}

/// The effects of the reply, at its time.
pub(super) fn prepare_reply(
    actor: &Actor,
    grant: &Writing<ChannelGrant>,
    (root, thread): (&Post, Granted<PostId, Write>),
    post: &Post,
    mentioned: &[UserId],
    before: ThreadBefore,
) -> ReplyEffects {
    let ThreadBefore { mut readers, initial_followers, mut participants } = before;
    let now = post.create_at;
    let mut statements = counts::count_in_thread(thread, post).to_vec();
    if marks_own_read(actor, grant) {
        statements.push(counts::mark_own_reply_read(grant.write_id(), actor.user_id));
    }
    // The owner of an integration has not read what it posts, and may be mentioned by it.
    let is_mentioned = mentioned.contains(&actor.user_id);
    let is_author = !props::is_trusted(actor);
    if is_author {
        statements.push(threads::follow_and_read(thread, actor.user_id, now));
    } else if !is_mentioned {
        statements.push(threads::follow_if_new(thread, actor.user_id, now, now));
    }
    let unread = root.create_at.minus_ms(1);
    for user in initial_followers {
        let is_author = user == root.user_id;
        statements.push(threads::follow_if_new(thread, user, if is_author { unread } else { root.create_at }, now));
        statements.extend(is_author.then(|| counts::add_participant(thread, user, root.create_at)));
        add_reader(&mut readers, user, unread);
    }
    for user in mentioned {
        statements.push(threads::follow_mentioned(thread, *user, unread, now));
    }
    add_reader(&mut readers, actor.user_id, now);
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
        if reader.user_id == actor.user_id && is_author {
            (reader.unread_replies, reader.unread_mentions, reader.last_viewed_at) = (0, 0, now);
        } else if reader.user_id != actor.user_id || is_mentioned {
            reader.unread_replies += 1;
            reader.unread_mentions += i64::from(mentioned.contains(&reader.user_id));
        }
    }
    let followers = readers.iter().map(|reader| reader.user_id).filter(|user| *user != actor.user_id).collect();
    let thread = Arc::new(Thread {
        team_id: grant.channel.team_id,
        participants,
        reply_count: after.reply_count,
        last_reply_at: after.last_reply_at,
        last_viewed_at: Millis::ZERO,
        unread_replies: 0,
        unread_mentions: 0,
        is_following: true,
        post: after,
    });
    ReplyEffects { statements, event: Event::ThreadUpdated { thread, readers }, followers }
}

fn add_reader(readers: &mut Vec<ThreadReader>, user_id: UserId, last_viewed_at: Millis) {
    if !readers.iter().any(|reader| reader.user_id == user_id) {
        readers.push(new_reader(user_id, last_viewed_at, 0, 0));
    }
}

fn new_reader(user_id: UserId, last_viewed_at: Millis, unread_replies: i64, unread_mentions: i64) -> ThreadReader {
    ThreadReader {
        user_id,
        last_viewed_at,
        unread_replies,
        unread_mentions,
        previous_unread_replies: unread_replies,
        previous_unread_mentions: unread_mentions,
    }
}
