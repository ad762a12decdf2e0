//! Threads as their followers see them.

use guildhall_model::id::PostId;
use guildhall_model::post::{self as model, PostView};
use guildhall_model::time::Millis;
use guildhall_model::user;
use serde::Serialize;

use crate::post::{Participant, Post};
use crate::user::User;

/// A thread with its first post, borrowed from what it is written from.
#[derive(Debug, Serialize)]
pub struct Thread<'a> {
    id: PostId,
    reply_count: i64,
    last_reply_at: Millis,
    last_viewed_at: Millis,
    participants: Vec<Person>,
    post: Post<'a>,
    unread_replies: i64,
    unread_mentions: i64,
    is_following: bool,
    is_urgent: bool,
    delete_at: Millis,
}

/// Somebody in a thread: whole where that was asked for.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Person {
    Id(Participant),
    Whole(Box<User>),
}

impl<'a> Thread<'a> {
    /// `people` are those of the participants that are to be shown whole.
    pub fn new(thread: &'a model::Thread, post: &'a PostView, people: &[user::User]) -> Self {
        let person = |id: &guildhall_model::id::UserId| match people.iter().find(|user| user.id == *id) {
            Some(user) => Person::Whole(Box::new(User::public(user))),
            None => Person::Id(Participant { id: *id }),
        };
        Self {
            id: thread.post.id,
            reply_count: thread.reply_count,
            last_reply_at: thread.last_reply_at,
            last_viewed_at: thread.last_viewed_at,
            participants: thread.participants.iter().map(person).collect(),
            post: Post::from(post),
            unread_replies: thread.unread_replies,
            unread_mentions: thread.unread_mentions,
            is_following: thread.is_following,
            is_urgent: false,
            delete_at: post.delete_at,
        }
    }
}

#[derive(Debug, Serialize)]
pub struct ThreadList<'a> {
    pub total: i64,
    pub total_unread_threads: i64,
    pub total_unread_mentions: i64,
    pub total_unread_urgent_mentions: i64,
    pub threads: Vec<Thread<'a>>,
}
