//! Creating a post: permission check, validation, mentions, the batch of writes and the event.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use guildhall_model::codes::posts as codes;
use guildhall_model::event::{Events, Posted};
use guildhall_model::post::{Post, PostMetadata, PostView};
use guildhall_model::{Actor, Event, Result};
use guildhall_storage::posts::{self, counts, persistent_notifications};
use guildhall_storage::{Statement, files, search};

use super::replies::prepare_reply;
use super::{NewPost, props};
use crate::access::ChannelGrant;
use crate::boxed;
use crate::posts::Posts;
use crate::retry::retry_on_conflict;

/// What must be committed and published if and only if a post is.
#[derive(Debug, Clone, Default)]
pub(crate) struct AlsoCommitted {
    pub statements: Vec<Statement>,
    pub events: Vec<Event>,
}

impl Posts<'_> {
    /// Idempotent by `pending_post_id`: a resend returns the post that the first request created.
    #[boxed]
    pub async fn create_post(&self, actor: &Actor, draft: NewPost) -> Result<PostView> {
        self.create_post_with(actor, draft, AlsoCommitted::default()).await
    }

    /// The same, in one batch with something else.
    #[boxed]
    pub(crate) async fn create_post_with(&self, actor: &Actor, draft: NewPost, also: AlsoCommitted) -> Result<PostView> {
        // An attempt that conflicts with another post is repeated, but counted once for the rate of messages.
        let is_counted = AtomicBool::new(false);
        match retry_on_conflict(|| self.try_create_post(actor, draft.clone(), &also, &is_counted)).await {
            Err(error) if !draft.pending_post_id.is_empty() => {
                // A resend may also fail because the first request succeeded (its files are attached already).
                let grant = self.access.channel_to_post(actor, draft.channel_id).await?;
                let found = self.find_by_pending_id(actor, &grant, &draft.pending_post_id).await?.ok_or(error)?;
                self.publish_lost_events(&grant).await?;
                Ok(found)
            }
            result => result,
        }
    }

    async fn try_create_post(&self, actor: &Actor, draft: NewPost, also: &AlsoCommitted, is_counted: &AtomicBool) -> Result<PostView> {
        let grant = &self.access.channel_to_post(actor, draft.channel_id).await?;
        if grant.is_archived() {
            return Err(codes::CHANNEL_ARCHIVED.into());
        }
        let NewPost { set_online, is_further_part, is_unattended, .. } = draft;
        let mut post = draft.into_post(actor, &*self.ids, self.clock.now(), self.settings().posts.max_message_chars())?;
        if !is_counted.load(Ordering::Relaxed) {
            self.limits().count_post(actor, grant, is_further_part)?;
            is_counted.store(true, Ordering::Relaxed);
        }
        let root = self.root_of(grant, &post).await?;
        self.add_channel_mentions(actor, grant, &mut post).await?;
        let audience = self.audience(actor, grant, &post).await?;
        self.check_priority(actor, &post, &audience.mentioned)?;
        let attached = self.files_to_attach(grant, &post, &post.file_ids).await?;
        let emojis = self.emojis_in(grant, std::slice::from_ref(&post), &[]).await?;
        let channel = grant.write_id();
        let thread = root.as_ref().map(|root| channel.thread(root).ok_or(codes::ROOT_IN_OTHER_CHANNEL)).transpose()?;
        let before = match (&root, thread) {
            (Some(root), Some(thread)) => Some(self.thread_before(grant, (root, thread.to_read()), &audience.mentioned).await?),
            _ => None,
        };

        // After these reads: members who view the channel between this time and the commit have not seen the post.
        let mut order = self.state().times.order_in(post.channel_id).await;
        post.create_at = order.next_time(self.clock.now(), grant.channel.last_post_at);
        post.update_at = post.create_at;
        let mut write = self.access.write(grant, "posts.create").in_lane_of(&grant.channel.id);
        write.extend(also.statements.iter().cloned());
        let marks_read = marks_own_read(actor, grant) && (!is_unattended || has_read_all(grant));
        // Marking the author's membership as read guards it, too.
        if !marks_read {
            write.extend(self.access.guard(actor, grant));
        }
        write.extend(thread.map(|thread| posts::lock_root(thread, post.create_at)));
        write.push(posts::insert_mentioning(channel, &post, &audience.mentioned));
        if !post.file_ids.is_empty() {
            write.push(files::attach(&post.file_ids, post.id, actor.user_id, channel).or(codes::FILES_NOT_ATTACHABLE));
        }
        write.push(counts::count_in_channel(channel, &post));
        write.extend(counts::count_mentions(channel, &audience.mentioned, &post));
        write.extend(search::index(channel, &post));
        write.extend(self.persistent_notification_of(&post));
        let mut events = also.events.clone();
        let mut followers = Vec::new();
        if let (Some(root), Some(thread), Some(before)) = (&root, thread, before) {
            let reply = prepare_reply(actor, grant, (root, thread), &post, &audience.mentioned, before);
            post.reply_count = root.reply_count + 1;
            if root.priority.persistent_notifications {
                write.push(persistent_notifications::delete_if_mentioned(thread, actor.user_id));
            }
            write.extend(reply.statements);
            followers = reply.followers;
            events.push(reply.event);
        } else if marks_read {
            write.push(counts::mark_viewed_by_author(channel, &post));
            events.push(Event::ChannelViewed { user_id: actor.user_id, last_viewed_at: vec![(post.channel_id, post.create_at)] });
        }
        let view = PostView { metadata: PostMetadata { files: attached, emojis, ..PostMetadata::default() }, post, thread: None };
        let posted = Posted {
            channel: grant.channel.clone(),
            sender_name: sender_name(&view.post, audience.author_name),
            mentioned: audience.mentioned,
            followers,
            has_image: view.metadata.has_image(),
            has_other_file: !view.metadata.files.is_empty(),
            set_online,
            post: view.clone(),
        };
        events.insert(0, Event::Posted(Arc::new(posted)));
        let submitted = write.submit(events).await?;
        drop(order);
        submitted.wait().await?;
        self.tell_of_absent_members(actor, grant, &view.post, &audience.groups).await;
        if set_online {
            self.statuses().note_activity(actor).await;
        }
        Ok(view)
    }

    /// Where the database did not answer the commit of a post, its events were not published. A batch of the same lane makes that
    /// known before the post is acknowledged (`docs/decisions/0015-commit-and-publish.md`).
    async fn publish_lost_events(&self, grant: &ChannelGrant) -> Result<()> {
        let system = self.access.system("the batch is empty: it writes nothing");
        let write = self.access.write(&system, "posts.create").in_lane_of(&grant.channel.id);
        write.submit(Events::none("those of an earlier commit are lost")).await?.wait().await
    }

    /// The post that the actor created earlier in this channel with the same `pending_post_id`.
    async fn find_by_pending_id(&self, actor: &Actor, grant: &ChannelGrant, pending_post_id: &str) -> Result<Option<PostView>> {
        let post = posts::by_pending_id(self.access.read(grant), grant.id(), actor.user_id, pending_post_id).await?;
        let Some(mut post) = post else { return Ok(None) };
        post.pending_post_id = pending_post_id.to_owned();
        self.view_of(grant, post).await.map(Some)
    }
}

/// Whether the post is read by its author: not if it is an integration's, which its owner has not seen.
pub(super) fn marks_own_read(actor: &Actor, grant: &ChannelGrant) -> bool {
    grant.member.is_some() && !props::is_trusted(actor)
}

/// Whether the author has nothing unread in the channel.
fn has_read_all(grant: &ChannelGrant) -> bool {
    grant.member.as_ref().is_some_and(|member| member.msg_count >= grant.channel.total_msg_count)
}

/// The sender's name for notifications.
pub(super) fn sender_name(post: &Post, author_name: String) -> String {
    post.props.override_username().map_or_else(|| format!("@{author_name}"), str::to_owned)
}
