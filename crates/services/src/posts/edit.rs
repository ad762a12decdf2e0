//! Editing posts: message, props, files and pins; with edit history.

use std::sync::Arc;

use guildhall_model::codes::posts as codes;
use guildhall_model::event::MentionChange;
use guildhall_model::id::{FileId, PostId};
use guildhall_model::post::{BLOCK_ACTIONS, FILES_PER_POST_MAX, Post, PostProps, PostView};
use guildhall_model::{Actor, Event, IdSource, Result};
use guildhall_storage::posts::{self, change};
use guildhall_storage::{files, search};
use serde_json::{Map, Value};

use super::edited_mentions::EditedMentions;
use super::hashtags::hashtags_in;
use super::props::is_of_integration;
use super::{attachments, draft, props};
use crate::access::{PostGrant, Writing};
use crate::boxed;
use crate::posts::Posts;
use crate::retry::retry_on_conflict;

/// Fields to change; `None` leaves the field unchanged.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PostPatch {
    pub message: Option<String>,
    pub is_pinned: Option<bool>,
    pub props: Option<Map<String, Value>>,
    pub file_ids: Option<Vec<FileId>>,
}

/// Which changes are edits: they are marked, and the version before is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// Each change of the content.
    Always,
    /// Those of the message only. What integrations do to buttons, such as the votes of a poll, has no history.
    OfMessages,
}

/// Limit of versions in a post's edit history.
const HISTORY_MAX: i64 = 100;

impl Posts<'_> {
    #[boxed]
    pub async fn edit_post(&self, actor: &Actor, id: PostId, patch: PostPatch) -> Result<PostView> {
        let chars_max = self.settings().posts.max_message_chars();
        retry_on_conflict(|| self.try_edit_post(actor, id, patch.clone(), chars_max)).await
    }

    async fn try_edit_post(&self, actor: &Actor, id: PostId, patch: PostPatch, chars_max: usize) -> Result<PostView> {
        let grant = self.grant_to_edit(actor, id).await?;
        let before = &grant.post;
        // Strictly later than the version it replaces, because clients keep the newer of two.
        let mut post = Post { update_at: self.now_after(before.update_at), ..before.clone() };
        // A message that was accepted under a higher limit stays, whatever else of the post is changed.
        if let Some(message) = patch.message.filter(|message| *message != before.message) {
            draft::check_message(&message, chars_max)?;
            post.hashtags = hashtags_in(&message);
            post.message = message;
        }
        if let Some(pinned) = patch.is_pinned {
            post.is_pinned = pinned;
        }
        if let Some(props) = patch.props {
            post.props = merge_props(props, before, actor, &*self.ids)?;
        }
        let files = update_files(before, &mut post, patch.file_ids)?;
        self.commit_edit(actor, &grant, post, files, Kept::Always).await
    }

    /// Commits the post as it is to be. Added and removed are the ids of files.
    pub(super) async fn commit_edit(
        &self,
        actor: &Actor,
        grant: &Writing<PostGrant>,
        mut post: Post,
        (added, removed): (Vec<FileId>, Vec<FileId>),
        kept: Kept,
    ) -> Result<PostView> {
        let (before, now) = (&grant.post, self.clock.now());
        if post.message != before.message || post.props != before.props {
            self.add_channel_mentions(actor, &grant.channel_grant, &mut post).await?;
        }
        let attached = self.files_to_attach(&grant.channel_grant, &post, &added).await?;
        let is_content_changed = post.message != before.message || post.props != before.props || !added.is_empty() || !removed.is_empty();
        let is_edit = match kept {
            Kept::Always => is_content_changed,
            Kept::OfMessages => post.message != before.message,
        };
        if is_edit {
            post.edit_at = post.update_at;
        }

        let mentions = match post.message != before.message || post.props != before.props {
            true => self.edited_mentions(actor, grant, &post).await?,
            false => EditedMentions::default(),
        };

        let mut write = self.access.write(grant, "posts.edit").in_lane_of(&grant.channel_grant.channel.id);
        write.extend(self.access.guard(actor, &grant.channel_grant));
        if !mentions.change.is_empty() {
            write.extend(change::lock_thread(&post, post.update_at));
        }
        write.push(change::edit(grant.write_id(), &post, before.update_at));
        if post.is_pinned != before.is_pinned {
            write.push(change::update_pin_index(grant.write_id(), &post, post.is_pinned));
        }
        if is_edit {
            write.push(change::insert_revision(grant.write_id(), before, self.ids.next(), post.update_at));
        }
        if is_content_changed {
            write.push(search::remove(grant.write_id()));
            write.extend(search::index(grant.channel_write_id(), &post));
        }
        if !added.is_empty() {
            write.push(files::attach(&added, post.id, post.user_id, grant.channel_write_id()).or(codes::FILES_NOT_ATTACHABLE));
        }
        if !removed.is_empty() {
            let mut deleted = files::by_posts(self.access.read(grant), &[before]).await?;
            deleted.retain(|file| removed.contains(&file.id));
            write.extend(crate::files::give_back(post.channel_id, post.user_id, &deleted));
            let ids: Vec<FileId> = deleted.iter().map(|file| file.id).collect();
            write.extend(change::delete_files(grant.write_id(), &ids, now));
        }
        write.extend(mentions.statements);
        let mut view = self.view_of(&grant.channel_grant, post).await?;
        view.metadata.files.retain(|file| !removed.contains(&file.id));
        view.metadata.files.extend(attached);
        let mut events = vec![Event::PostEdited { post: Arc::new(view.clone()), mentions: mentions.change }];
        events.extend(mentions.events);
        write.commit(events).await?;
        Ok(view)
    }

    /// Restores the message of an earlier version, which may have been accepted under a higher limit.
    #[boxed]
    pub async fn restore_post_version(&self, actor: &Actor, id: PostId, version: PostId) -> Result<PostView> {
        let grant = self.grant_to_edit(actor, id).await?;
        let earlier = posts::lists::revision(self.access.read(&grant), grant.id(), version).await?.ok_or(codes::NOT_FOUND)?;
        let patch = PostPatch { message: Some(earlier.message), ..PostPatch::default() };
        retry_on_conflict(|| self.try_edit_post(actor, id, patch.clone(), usize::MAX)).await
    }

    /// Checks that the actor may edit the post now: permission, archived channel, system message, time limit.
    async fn grant_to_edit(&self, actor: &Actor, id: PostId) -> Result<Writing<PostGrant>> {
        let grant = self.access.post_to_edit(actor, id).await?;
        if grant.channel_grant.is_archived() {
            return Err(codes::EDIT_ARCHIVED.into());
        }
        if grant.post.is_system() {
            return Err(codes::SYSTEM_MESSAGE.into());
        }
        let limit_seconds = self.settings().posts.edit_time_limit_seconds;
        let deadline = grant.post.create_at.plus_ms(limit_seconds.saturating_mul(1_000));
        if limit_seconds >= 0 && self.clock.now() > deadline {
            return Err(codes::EDIT_TIME_OVER.with("seconds", limit_seconds));
        }
        Ok(grant)
    }

    #[boxed]
    pub async fn pin_post(&self, actor: &Actor, id: PostId, is_pinned: bool) -> Result<()> {
        let grant = self.access.post_to_pin(actor, id).await?;
        if grant.channel_grant.is_archived() {
            return Err(codes::EDIT_ARCHIVED.into());
        }
        if grant.post.is_pinned == is_pinned {
            return Ok(());
        }
        let now = self.now_after(grant.post.update_at);
        let view = self.view_of(&grant.channel_grant, Post { is_pinned, update_at: now, ..grant.post.clone() }).await?;
        let mut write = self.access.write(&grant, "posts.pin");
        write.extend(self.access.guard(actor, &grant.channel_grant));
        write.extend(change::pin(grant.write_id(), &grant.post, is_pinned, now));
        write.commit(Event::PostEdited { post: Arc::new(view), mentions: MentionChange::default() }).await
    }

    /// Earlier versions of the post, newest first; for users who may edit it.
    #[boxed]
    pub async fn edit_history(&self, actor: &Actor, id: PostId) -> Result<Vec<PostView>> {
        let grant = self.access.post_to_read_history(actor, id).await?;
        let earlier = posts::lists::edit_history(self.access.read(&grant), grant.id(), HISTORY_MAX).await?;
        if earlier.is_empty() {
            return Err(codes::NOT_FOUND.into());
        }
        self.views_of(&grant.channel_grant, earlier).await
    }
}

/// The new props, with the props that only integrations may set unchanged.
fn merge_props(new: Map<String, Value>, before: &Post, actor: &Actor, ids: &dyn IdSource) -> Result<PostProps> {
    let sanitized = props::sanitize(new, actor, ids)?;
    if props::is_trusted(actor) {
        return Ok(sanitized);
    }
    let mut members = sanitized.members().clone();
    // People do not say what the buttons of an integration's post do, also where that post is in their name.
    let only_earlier = !actor.is_bot && is_of_integration(&before.props);
    if let Some(attachments) = members.get_mut("attachments") {
        attachments::keep_integrations(attachments, &before.props, only_earlier);
    }
    match before.props.get(BLOCK_ACTIONS) {
        Some(earlier) if only_earlier || !members.contains_key(BLOCK_ACTIONS) => {
            members.insert(BLOCK_ACTIONS.to_owned(), earlier.clone());
        }
        None if only_earlier => {
            members.remove(BLOCK_ACTIONS);
        }
        _ => {}
    }
    props::keep_trusted(&mut members, &before.props);
    PostProps::new(members)
}

/// Sets the post's files; returns the added and the removed ids.
fn update_files(before: &Post, post: &mut Post, file_ids: Option<Vec<FileId>>) -> Result<(Vec<FileId>, Vec<FileId>)> {
    let Some(file_ids) = file_ids else {
        return Ok(Default::default());
    };
    post.file_ids.clear();
    for id in file_ids {
        if !post.file_ids.contains(&id) {
            post.file_ids.push(id);
        }
    }
    if post.file_ids.len() > FILES_PER_POST_MAX {
        return Err(codes::TOO_MANY_FILES.with("limit", FILES_PER_POST_MAX));
    }
    let added = post.file_ids.iter().filter(|id| !before.file_ids.contains(id)).copied().collect();
    let removed = before.file_ids.iter().filter(|id| !post.file_ids.contains(id)).copied().collect();
    Ok((added, removed))
}
