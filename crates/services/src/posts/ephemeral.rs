//! Ephemeral messages: sent to one user's clients, never stored.

use std::sync::Arc;

use guildhall_model::codes::context;
use guildhall_model::id::{PostId, UserId};
use guildhall_model::post::{Post, PostProps, PostView};
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::channel_members;

use super::{draft, props};
use crate::access::ChannelGrant;
use crate::boxed;
use crate::posts::Posts;

impl Posts<'_> {
    #[boxed]
    pub async fn create_ephemeral_post(&self, actor: &Actor, to: UserId, draft: super::NewPost) -> Result<PostView> {
        let grant = self.access.system_permission(actor, Permission::CreatePostEphemeral)?;
        let channel_grant = self.access.channel(actor, draft.channel_id, Permission::CreatePost).await?;
        let membership = channel_members::get_own(self.access.read(&grant), grant.id(to), channel_grant.channel.id).await?;
        if membership.is_none() {
            return Err(context::INVALID_PARAM.with("name", "user_id"));
        }
        draft::check_message(&draft.message, self.settings().posts.max_message_chars())?;
        let props = props::sanitize(draft.props, actor)?;
        Ok(self.send_ephemeral(&channel_grant, actor.user_id, to, draft.message, draft.root_id, props).await)
    }

    /// Sends `to` a message in a channel, with `from` as its author; used for command responses and errors.
    pub(crate) async fn send_ephemeral(
        &self,
        grant: &ChannelGrant,
        from: UserId,
        to: UserId,
        message: String,
        root_id: Option<PostId>,
        props: PostProps,
    ) -> PostView {
        let base = Post::new(self.ids.next(), self.clock.now(), from, grant.channel.id, message);
        let view = PostView::from(Post { root_id, kind: "system_ephemeral".to_owned(), props, ..base });
        self.access.publish(grant, Event::EphemeralMessage { user_id: to, post: Arc::new(view.clone()) }).await;
        view
    }
}
