//! The server's own messages in a channel, for the batch of the use case that they tell of.

use std::sync::Arc;

use guildhall_model::Event;
use guildhall_model::channel::Channel;
use guildhall_model::event::Posted;
use guildhall_model::id::{ChannelId, UserId};
use guildhall_model::post::Post;
use guildhall_model::time::Millis;
use guildhall_storage::{Granted, Statement, Write, posts};
use serde_json::Value;

use crate::posts::Posts;

impl Posts<'_> {
    /// "Somebody joined": a message of `kind` (`system_...`) in `author`'s name, to be committed together with what it
    /// tells of. `props` is a JSON object. Those `mentioned` count it as a mention.
    pub(crate) fn system_message(
        &self,
        id: Granted<ChannelId, Write>,
        channel: &Channel,
        author: UserId,
        kind: &str,
        message: String,
        props: Value,
        mentioned: &[UserId],
    ) -> (Vec<Statement>, Event) {
        let now = self.clock.now();
        let post = Post {
            id: self.ids.next(),
            create_at: now,
            update_at: now,
            edit_at: Millis::ZERO,
            delete_at: Millis::ZERO,
            is_pinned: false,
            user_id: author,
            channel_id: id.key(),
            root_id: None,
            original_id: None,
            message,
            kind: kind.to_owned(),
            props: props.to_string(),
            hashtags: String::new(),
            file_ids: Vec::new(),
            has_reactions: false,
            pending_post_id: String::new(),
            reply_count: 0,
            last_reply_at: Millis::ZERO,
        };
        let mut statements = vec![posts::insert(id, &post), posts::counts::in_channel(id, &post)];
        statements.extend(posts::counts::mentions(id, mentioned, true, 1));
        let event = Event::Posted(Arc::new(Posted {
            post: post.into(),
            channel: channel.clone(),
            sender_name: "System".to_owned(),
            mentioned: mentioned.to_vec(),
            followers: Vec::new(),
            has_image: false,
            has_other_file: false,
            set_online: true,
        }));
        (statements, event)
    }
}
