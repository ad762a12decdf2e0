//! Messages that one person sees until they look away: never stored.

use std::sync::Arc;

use guildhall_model::codes::context;
use guildhall_model::id::{ChannelId, PostId, UserId};
use guildhall_model::post::{Post, PostView};
use guildhall_model::{Actor, Event, Millis, Permission, Result};
use guildhall_storage::channel_members;

use super::{draft, props};
use crate::access::ChannelGrant;
use crate::posts::Posts;

impl Posts<'_> {
    pub async fn create_ephemeral_post(&self, actor: &Actor, to: UserId, draft: super::NewPost) -> Result<PostView> {
        let grant = self.access.system_permission(actor, Permission::CreatePostEphemeral)?;
        let on = self.access.channel(actor, draft.channel_id, Permission::CreatePost).await?;
        let reader = channel_members::own(self.access.read(&grant), grant.id(to), on.channel.id).await?;
        if reader.is_none() {
            return Err(context::INVALID_PARAM.with("name", "user_id"));
        }
        draft::check_message(&draft.message)?;
        let props = props::to_text(draft.props, actor)?;
        Ok(self.tell(&on, actor.user_id, to, draft.message, draft.root_id, props))
    }

    /// Shows `to` a message in a channel, in `from`'s name: what commands answer, what could not be done.
    pub(crate) fn tell(
        &self,
        on: &ChannelGrant,
        from: UserId,
        to: UserId,
        message: String,
        root_id: Option<PostId>,
        props: String,
    ) -> PostView {
        let view = PostView::from(self.ephemeral(on.channel.id, from, message, root_id, props));
        self.access.publish(on, Event::EphemeralMessage { user_id: to, post: Arc::new(view.clone()) });
        view
    }

    fn ephemeral(&self, channel_id: ChannelId, user_id: UserId, message: String, root_id: Option<PostId>, props: String) -> Post {
        let now = self.clock.now();
        Post {
            id: self.ids.next(),
            create_at: now,
            update_at: now,
            edit_at: Millis::ZERO,
            delete_at: Millis::ZERO,
            is_pinned: false,
            user_id,
            channel_id,
            root_id,
            original_id: None,
            message,
            kind: "system_ephemeral".to_owned(),
            props,
            hashtags: String::new(),
            file_ids: Vec::new(),
            has_reactions: false,
            pending_post_id: String::new(),
            reply_count: 0,
            last_reply_at: Millis::ZERO,
        }
    }
}
