//! Who may do what with a post: what they may do in its channel, and whose post it is.

use guildhall_model::codes::context;
use guildhall_model::id::{ChannelId, PostId, UserId};
use guildhall_model::post::Post;
use guildhall_model::{Actor, Code, Permission, Result, codes};
use guildhall_storage::{Unchecked, posts};

use super::{Access, ChannelGrant, PostGrant, SystemGrant, Writing, must_write};

impl Access {
    /// The post, when the actor may do this in its channel. A deleted one is gone for everybody.
    pub async fn post(&self, actor: &Actor, id: PostId, permission: Permission) -> Result<Writing<PostGrant>> {
        must_write(permission)?;
        self.post_to_read(actor, id, permission).await.map(Writing::new)
    }

    /// The same for reading: what the permission allows beyond that is left out.
    pub async fn post_to_read(&self, actor: &Actor, id: PostId, permission: Permission) -> Result<PostGrant> {
        let post = self.present_post(id).await?;
        let on = self.channel_to_read(actor, post.channel_id, permission).await?;
        Ok(self.post_grant(on, post))
    }

    /// The post, when the actor may read its channel.
    pub async fn read_post(&self, actor: &Actor, id: PostId) -> Result<PostGrant> {
        let post = self.present_post(id).await?;
        let on = self.read_channel(actor, post.channel_id).await?;
        Ok(self.post_grant(on, post))
    }

    /// The post, when the actor may change what it says: their own, or others' with the permission for that.
    pub async fn post_to_edit(&self, actor: &Actor, id: PostId) -> Result<Writing<PostGrant>> {
        let grant = self.post(actor, id, Permission::EditPost).await?;
        let is_own = grant.post.user_id == actor.user_id;
        let may_edit = is_own || self.also_in_channel(actor, &grant.on, Permission::EditOthersPosts);
        if may_edit { Ok(grant) } else { Err(context::PERMISSIONS.into()) }
    }

    /// The post, when the actor may pin it: every member of its channel, and those who may post there.
    pub async fn post_to_pin(&self, actor: &Actor, id: PostId) -> Result<Writing<PostGrant>> {
        let grant = self.read_post(actor, id).await?;
        let may_pin = grant.on.member.is_some() || self.also_in_channel(actor, &grant.on, Permission::CreatePost);
        if may_pin { Ok(Writing::new(grant)) } else { Err(context::PERMISSIONS.into()) }
    }

    /// The post, when the actor may delete it.
    pub async fn post_to_delete(&self, actor: &Actor, id: PostId) -> Result<Writing<PostGrant>> {
        let grant = self.read_post(actor, id).await?;
        let needed = if grant.post.user_id == actor.user_id { Permission::DeletePost } else { Permission::DeleteOthersPosts };
        if self.also_in_channel(actor, &grant.on, needed) { Ok(Writing::new(grant)) } else { Err(context::PERMISSIONS.into()) }
    }

    /// The post, when the actor may take this person's reaction off it.
    pub async fn post_to_take_reaction_off(&self, actor: &Actor, id: PostId, whose: UserId) -> Result<Writing<PostGrant>> {
        let grant = self.post(actor, id, Permission::RemoveReaction).await?;
        let may_remove = whose == actor.user_id || self.also_in_channel(actor, &grant.on, Permission::RemoveOthersReactions);
        if may_remove { Ok(grant) } else { Err(context::PERMISSIONS.into()) }
    }

    /// The post of a channel that the actor holds a grant for, whoever wrote it.
    pub fn post_in(&self, on: ChannelGrant, post: Post) -> Result<PostGrant> {
        if post.channel_id == on.channel.id { Ok(self.post_grant(on, post)) } else { Err(codes::posts::NOT_FOUND.into()) }
    }

    /// The post that was found, when it is in the channel; `elsewhere` when it is in another one.
    pub fn within(&self, on: &ChannelGrant, found: Unchecked<Option<Post>>, elsewhere: Code) -> Result<Option<Post>> {
        match self.db.open_unchecked(found) {
            Some(post) if post.channel_id != on.channel.id => Err(elsewhere.into()),
            found => Ok(found),
        }
    }

    /// Those of the posts whose channels the actor may read, in the same order.
    pub async fn readable(&self, actor: &Actor, found: Unchecked<Vec<Post>>) -> Result<Vec<Post>> {
        let mut posts = self.db.open_unchecked(found);
        let mut channels: Vec<ChannelId> = posts.iter().map(|post| post.channel_id).collect();
        channels.sort_unstable();
        channels.dedup();
        let readable = self.readable_channels(actor, &channels).await?;
        posts.retain(|post| readable.iter().any(|on| on.channel.id == post.channel_id));
        Ok(posts)
    }

    /// What was found, for what the server does by itself and for those who may look at all of it.
    pub fn open<T>(&self, _grant: &SystemGrant, found: Unchecked<T>) -> T {
        self.db.open_unchecked(found)
    }

    async fn present_post(&self, id: PostId) -> Result<Post> {
        let found = self.db.open_unchecked(posts::get(&self.db, id).await?);
        found.filter(|post| post.delete_at.is_zero()).ok_or_else(|| codes::posts::NOT_FOUND.into())
    }

    fn post_grant(&self, on: ChannelGrant, post: Post) -> PostGrant {
        PostGrant { id: self.db.grant(post.id), thread_id: self.db.grant(post.root_id.unwrap_or(post.id)), post, on }
    }
}
