//! Messages that one person sees until they look away: never stored.

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
        let on = self.access.channel(actor, draft.channel_id, Permission::CreatePost).await?;
        let reader = channel_members::own(self.access.read(&grant), grant.id(to), on.channel.id).await?;
        if reader.is_none() {
            return Err(context::INVALID_PARAM.with("name", "user_id"));
        }
        draft::check_message(&draft.message)?;
        let props = props::accepted(draft.props, actor)?;
        Ok(self.tell(&on, actor.user_id, to, draft.message, draft.root_id, props).await)
    }

    /// Shows `to` a message in a channel, in `from`'s name: what commands answer, what could not be done.
    pub(crate) async fn tell(
        &self,
        on: &ChannelGrant,
        from: UserId,
        to: UserId,
        message: String,
        root_id: Option<PostId>,
        props: PostProps,
    ) -> PostView {
        let base = Post::new(self.ids.next(), self.clock.now(), from, on.channel.id, message);
        let view = PostView::from(Post { root_id, kind: "system_ephemeral".to_owned(), props, ..base });
        self.access.publish(on, Event::EphemeralMessage { user_id: to, post: Arc::new(view.clone()) }).await;
        view
    }
}
