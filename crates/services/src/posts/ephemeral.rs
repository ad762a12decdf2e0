//! Ephemeral messages: sent to one user's clients, never stored.

use std::sync::Arc;

use guildhall_model::codes::context;
use guildhall_model::id::{PostId, UserId};
use guildhall_model::post::{Post, PostProps, PostView};
use guildhall_model::{Actor, Event, Permission, Result};
use guildhall_storage::channel_members;

use super::action_cookies::ActionCookie;
use super::{IntegrationUpdate, draft, props};
use crate::access::ChannelGrant;
use crate::boxed;
use crate::posts::Posts;

const EPHEMERAL: &str = "system_ephemeral";

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
        let props = props::sanitize(draft.props, actor, &*self.ids)?;
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
        let post = Post { root_id, kind: EPHEMERAL.to_owned(), props, ..base };
        let view = self.ephemeral_view(post, to).await;
        self.access.publish(grant, Event::EphemeralMessage { user_id: to, post: Arc::new(view.clone()) }).await;
        view
    }

    /// Replaces what the user of the cookie sees of its post.
    pub(crate) async fn update_ephemeral(
        &self,
        grant: &ChannelGrant,
        author: &Actor,
        cookie: &ActionCookie,
        update: &IntegrationUpdate,
    ) -> Result<()> {
        draft::check_message(&update.message, self.settings().posts.max_message_chars())?;
        let before = PostProps::from(cookie.trusted_props.clone());
        let post = Post {
            update_at: self.now_after(cookie.create_at),
            root_id: cookie.root_id,
            kind: EPHEMERAL.to_owned(),
            props: update.props_for(&before, author, &*self.ids)?,
            ..Post::new(cookie.post_id, cookie.create_at, cookie.author_id, cookie.channel_id, update.message.clone())
        };
        let view = self.ephemeral_view(post, cookie.user_id).await;
        self.access.publish(grant, Event::EphemeralEdited { user_id: cookie.user_id, post: Arc::new(view) }).await;
        Ok(())
    }

    /// The post with the cookies of its buttons. Without them, these do nothing.
    async fn ephemeral_view(&self, post: Post, to: UserId) -> PostView {
        if !post.props.has_actions() {
            return post.into();
        }
        match self.with_action_cookies(&post, to).await {
            Ok(props) => Post { props, ..post }.into(),
            Err(error) => {
                tracing::warn!(%error, "the buttons of an ephemeral post have no cookies");
                post.into()
            }
        }
    }
}
