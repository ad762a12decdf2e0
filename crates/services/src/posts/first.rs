//! The first message of a channel that is made with one. It is pinned, and mentions nobody.

use std::sync::Arc;

use guildhall_model::channel::Channel;
use guildhall_model::codes::posts as codes;
use guildhall_model::event::Posted;
use guildhall_model::id::ChannelId;
use guildhall_model::post::Post;
use guildhall_model::user::User;
use guildhall_model::{Event, Result};
use guildhall_storage::posts::{self, change, counts};
use guildhall_storage::{Granted, Statement, Write, search};

use super::draft::check_message;
use super::hashtags::hashtags_in;
use crate::posts::Posts;

impl Posts<'_> {
    /// For the batch that makes the channel, after the notices and the membership of the author: they have read it, the others not.
    pub(crate) fn first_message(
        &self,
        id: Granted<ChannelId, Write>,
        channel: &Channel,
        author: &User,
        message: String,
    ) -> Result<(Vec<Statement>, Event)> {
        check_message(&message, self.settings().posts.max_message_chars())?;
        // Later than the notices of the same batch.
        let now = self.clock.now().plus_ms(1);
        let base = Post::new(self.ids.next(), now, author.id, channel.id, message);
        let post = Post { is_pinned: true, hashtags: hashtags_in(&base.message), ..base };
        let post_id = id.thread(&post).ok_or(codes::ROOT_IN_OTHER_CHANNEL)?;
        let mut statements = vec![
            posts::insert(id, &post),
            counts::count_in_channel(id, &post),
            counts::mark_viewed_by_author(id, &post),
            change::update_pin_index(post_id, &post, true),
        ];
        statements.extend(search::index(id, &post));
        let event = Event::Posted(Arc::new(Posted {
            post: post.into(),
            channel: channel.clone(),
            sender_name: format!("@{}", author.username),
            mentioned: Vec::new(),
            followers: Vec::new(),
            has_image: false,
            has_other_file: false,
            set_online: true,
        }));
        Ok((statements, event))
    }
}
