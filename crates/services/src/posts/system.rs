//! The server's own messages in a channel, for the batch of the use case that they tell of.

use std::sync::Arc;

use guildhall_model::Event;
use guildhall_model::channel::Channel;
use guildhall_model::event::Posted;
use guildhall_model::id::{ChannelId, UserId};
use guildhall_model::post::Post;
use guildhall_storage::{Granted, Statement, Write, posts};
use serde_json::{Map, Value};

use crate::posts::Posts;

impl Posts<'_> {
    /// "Somebody joined": a message of `kind` (`system_...`) in `author`'s name, to be committed together with what it
    /// tells of. Those `mentioned` count it as a mention.
    pub(crate) fn system_message(
        &self,
        id: Granted<ChannelId, Write>,
        channel: &Channel,
        author: UserId,
        kind: &str,
        message: String,
        props: Map<String, Value>,
        mentioned: &[UserId],
    ) -> (Vec<Statement>, Event) {
        let base = Post::new(self.ids.next(), self.clock.now(), author, id.key(), message);
        let post = Post { kind: kind.to_owned(), props: props.into(), ..base };
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
