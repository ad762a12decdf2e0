//! System messages in a channel, written in the batch of the use case that they report.

use std::sync::Arc;

use guildhall_model::Event;
use guildhall_model::channel::Channel;
use guildhall_model::event::Posted;
use guildhall_model::id::{ChannelId, UserId};
use guildhall_model::post::Post;
use guildhall_storage::{Granted, Statement, Write, posts};
use serde_json::{Map, Value};

use crate::posts::Posts;

/// A message of the server ("… joined the channel") with `author` as its author. `mentioned` users count a mention.
pub(crate) struct SystemMessage {
    pub author: UserId,
    /// `system_...`
    pub kind: &'static str,
    pub message: String,
    pub props: Map<String, Value>,
    pub mentioned: Vec<UserId>,
}

impl Posts<'_> {
    /// The statements and the event, to be committed with the change that the message reports.
    pub(crate) fn system_message(
        &self,
        id: Granted<ChannelId, Write>,
        channel: &Channel,
        message: SystemMessage,
    ) -> (Vec<Statement>, Event) {
        let SystemMessage { author, kind, message, props, mentioned } = message;
        let base = Post::new(self.ids.next(), self.post_time(channel), author, id.key(), message);
        let post = Post { kind: kind.to_owned(), props: props.into(), ..base };
        let mut statements = vec![posts::insert_mentioning(id, &post, &mentioned), posts::counts::count_in_channel(id, &post)];
        statements.extend(posts::counts::count_mentions(id, &mentioned, &post));
        let event = Event::Posted(Arc::new(Posted {
            post: post.into(),
            channel: channel.clone(),
            sender_name: "System".to_owned(),
            mentioned,
            followers: Vec::new(),
            has_image: false,
            has_other_file: false,
            set_online: true,
        }));
        (statements, event)
    }
}
