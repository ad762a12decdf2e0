//! Somebody says something: the whole of it, from what they may to what the world is told.

use std::sync::Arc;

use guildhall_model::codes::posts as codes;
use guildhall_model::event::Posted;
use guildhall_model::post::{Post, PostMetadata, PostView};
use guildhall_model::{Actor, Event, Result};
use guildhall_storage::posts::{self, counts};
use guildhall_storage::{files, search};

use super::{NewPost, props};
use crate::access::{ChannelGrant, Writing};
use crate::boxed;
use crate::posts::Posts;
use crate::retry::Attempts;

impl Posts<'_> {
    /// Posts it. The same `pending_post_id` again answers with the first post, and nothing more happens.
    #[boxed]
    pub async fn create_post(&self, actor: &Actor, draft: NewPost) -> Result<PostView> {
        let on = self.access.channel_to_post(actor, draft.channel_id).await?;
        let mut attempts = Attempts::default();
        loop {
            match self.try_to_post(actor, &on, draft.clone()).await {
                Err(error) if attempts.again(&error) => {}
                Err(error) if !draft.pending_post_id.is_empty() => {
                    // A resend may also fail for what the first one did: its files are attached, say.
                    return self.sent_before(actor, &on, &draft.pending_post_id).await?.ok_or(error);
                }
                outcome => return outcome,
            }
        }
    }

    async fn try_to_post(&self, actor: &Actor, on: &Writing<ChannelGrant>, draft: NewPost) -> Result<PostView> {
        if on.channel.is_archived() {
            return Err(codes::CHANNEL_ARCHIVED.into());
        }
        let set_online = draft.set_online;
        let mut post = draft.into_post(actor, self.ids.next(), self.clock.now())?;
        let root = self.root_of(on, &post).await?;
        self.name_channels(on, &mut post).await?;
        let audience = self.audience(actor, on, &post).await?;
        let attached = self.files_to_attach(on, &post, &post.file_ids).await?;
        let emojis = self.emojis_in(on, std::slice::from_ref(&post), &[]).await?;

        let mut write = self.access.write(on).near(&on.channel.id);
        let channel = on.write_id();
        let thread = root.as_ref().map(|root| channel.thread(root).ok_or(codes::ROOT_ELSEWHERE)).transpose()?;
        write.extend(thread.map(|thread| posts::hold_root(thread, post.create_at)));
        write.push(posts::insert(channel, &post));
        if !post.file_ids.is_empty() {
            write.push(files::attach(&post.file_ids, post.id, actor.user_id, channel).or(codes::FILES_NOT_YOURS));
        }
        write.push(counts::in_channel(channel, &post));
        write.extend(counts::mentions(channel, &audience.mentioned, root.is_none(), 1));
        write.extend(search::index(channel, &post));
        let mut events = Vec::new();
        let mut followers = Vec::new();
        if let (Some(root), Some(thread)) = (&root, thread) {
            let reply = self.reply(actor, on, (root, thread), &post, &audience.mentioned).await?;
            post.reply_count = root.reply_count + 1;
            write.extend(reply.statements);
            followers = reply.followers;
            events.push(reply.event);
        } else if !props::is_trusted(actor) && on.member.is_some() {
            write.push(counts::seen_by_author(channel, &post));
            events.push(Event::ChannelViewed { user_id: actor.user_id, last_viewed_at: vec![(post.channel_id, post.create_at)] });
        }
        let has_image = attached.iter().any(|file| file.mime_type.starts_with("image/"));
        let view = PostView { metadata: PostMetadata { files: attached, reactions: Vec::new(), emojis }, post, thread: None };
        let posted = Posted {
            channel: on.channel.clone(),
            sender_name: sender_name(&view.post, audience.author_name),
            mentioned: audience.mentioned,
            followers,
            has_image,
            has_other_file: !view.metadata.files.is_empty(),
            set_online,
            post: view.clone(),
        };
        events.insert(0, Event::Posted(Arc::new(posted)));
        write.commit(events).await?;
        if set_online {
            self.statuses().note_activity(actor).await;
        }
        Ok(view)
    }

    /// What the sender sent under this name before, where it went to the same channel.
    async fn sent_before(&self, actor: &Actor, on: &ChannelGrant, pending_post_id: &str) -> Result<Option<PostView>> {
        let first = posts::by_pending_id(self.access.read(on), on.id(), actor.user_id, pending_post_id).await?;
        let Some(mut first) = first else { return Ok(None) };
        first.pending_post_id = pending_post_id.to_owned();
        self.view_of(on, first).await.map(Some)
    }
}

/// What clients show as the sender in a notification.
fn sender_name(post: &Post, author_name: String) -> String {
    post.props.override_username().map_or_else(|| format!("@{author_name}"), str::to_owned)
}
