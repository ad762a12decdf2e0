//! Threads, and the event that updates them for their followers.

use guildhall_model::id::PostId;
use guildhall_model::post::{self as model, PostView, ThreadReader};
use guildhall_model::time::Millis;
use guildhall_model::user;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::json;
use crate::post::{Participant, Post};
use crate::user::User;

/// A thread with its root post, borrowed from the model.
#[derive(Debug, Serialize)]
pub struct Thread<'a> {
    id: PostId,
    reply_count: i64,
    last_reply_at: Millis,
    last_viewed_at: Millis,
    participants: Vec<ThreadParticipant>,
    post: Post<'a>,
    unread_replies: i64,
    unread_mentions: i64,
    is_following: bool,
    is_urgent: bool,
    delete_at: Millis,
}

/// A participant of a thread: the complete user if requested, else the id.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum ThreadParticipant {
    Id(Participant),
    Full(Box<User>),
}

impl<'a> Thread<'a> {
    /// `full_users` are the participants to include as complete users.
    pub fn new(thread: &'a model::Thread, post: &'a PostView, full_users: &[user::User]) -> Self {
        let participant = |id: &guildhall_model::id::UserId| match full_users.iter().find(|user| user.id == *id) {
            Some(user) => ThreadParticipant::Full(Box::new(User::public(user))),
            None => ThreadParticipant::Id(Participant { id: *id }),
        };
        Self {
            id: thread.post.id,
            reply_count: thread.reply_count,
            last_reply_at: thread.last_reply_at,
            last_viewed_at: thread.last_viewed_at,
            participants: thread.participants.iter().map(participant).collect(),
            post: Post::from(post),
            unread_replies: thread.unread_replies,
            unread_mentions: thread.unread_mentions,
            is_following: thread.is_following,
            is_urgent: false,
            delete_at: post.delete_at,
        }
    }
}

/// The event of a new reply for the followers of a thread. What all followers share is encoded once.
#[derive(Debug)]
pub struct ThreadUpdate {
    /// A JSON object without its closing brace, escaped as the beginning of a JSON string.
    shared: String,
}

#[derive(Serialize)]
struct SharedFields<'a> {
    id: PostId,
    reply_count: i64,
    last_reply_at: Millis,
    participants: Vec<Participant>,
    post: Post<'a>,
    is_following: bool,
    is_urgent: bool,
    delete_at: Millis,
}

impl ThreadUpdate {
    pub fn new(thread: &model::Thread) -> Self {
        let post = PostView::from(thread.post.clone());
        let mut object = json::to_string(&SharedFields {
            id: thread.post.id,
            reply_count: thread.reply_count,
            last_reply_at: thread.last_reply_at,
            participants: thread.participants.iter().map(|&id| Participant { id }).collect(),
            post: Post::from(&post),
            is_following: thread.is_following,
            is_urgent: false,
            delete_at: thread.post.delete_at,
        })
        .unwrap_or_default();
        object.pop();
        let mut shared = json::to_string(&object).unwrap_or_default();
        shared.pop();
        Self { shared }
    }

    /// The data of the event for one follower.
    pub fn data(&self, reader: &ThreadReader) -> Option<Box<RawValue>> {
        let ThreadReader { last_viewed_at, unread_replies, unread_mentions, .. } = reader;
        let reader_fields = format!(
            r#",\"last_viewed_at\":{},\"unread_replies\":{unread_replies},\"unread_mentions\":{unread_mentions}}}"#,
            last_viewed_at.0
        );
        let data = format!(
            r#"{{"thread":{}{reader_fields}","previous_unread_mentions":{},"previous_unread_replies":{}}}"#,
            self.shared, reader.previous_unread_mentions, reader.previous_unread_replies
        );
        RawValue::from_string(data).ok()
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
