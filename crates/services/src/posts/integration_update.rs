//! Changes that an integration makes to its own posts when somebody presses one of their buttons.

use guildhall_model::codes::posts as codes;
use guildhall_model::id::PostId;
use guildhall_model::post::{Post, PostProps, PostView};
use guildhall_model::{Actor, IdSource, Result};
use serde_json::{Map, Value};

use super::edit::Kept;
use super::hashtags::hashtags_in;
use super::{draft, props};
use crate::boxed;
use crate::posts::Posts;
use crate::retry::retry_on_conflict;

/// The new content of a post.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct IntegrationUpdate {
    pub message: String,
    /// `None` leaves the props as they are.
    pub props: Option<Map<String, Value>>,
}

impl IntegrationUpdate {
    /// The new props. Who the post is from stays as it was.
    pub(super) fn props_for(&self, before: &PostProps, author: &Actor, ids: &dyn IdSource) -> Result<PostProps> {
        let Some(new) = &self.props else { return Ok(before.clone()) };
        let mut members = props::sanitize(new.clone(), author, ids)?.members().clone();
        props::keep_trusted(&mut members, before);
        PostProps::new(members)
    }
}

impl Posts<'_> {
    /// The author is who the integration acts for. The time limit for edits is for people.
    #[boxed]
    pub(crate) async fn update_by_integration(&self, author: &Actor, id: PostId, update: IntegrationUpdate) -> Result<PostView> {
        retry_on_conflict(|| self.try_update_by_integration(author, id, update.clone())).await
    }

    async fn try_update_by_integration(&self, author: &Actor, id: PostId, update: IntegrationUpdate) -> Result<PostView> {
        let grant = self.access.post_of_author(author, id).await?;
        if grant.channel_grant.is_archived() {
            return Err(codes::EDIT_ARCHIVED.into());
        }
        if grant.post.is_system() {
            return Err(codes::SYSTEM_MESSAGE.into());
        }
        let before = &grant.post;
        let mut post = Post { update_at: self.now_after(before.update_at), ..before.clone() };
        if update.message != before.message {
            draft::check_message(&update.message, self.settings().posts.max_message_chars())?;
            post.hashtags = hashtags_in(&update.message);
            post.message.clone_from(&update.message);
        }
        post.props = update.props_for(&before.props, author, &*self.ids)?;
        self.commit_edit(author, &grant, post, Default::default(), Kept::OfMessages).await
    }
}
