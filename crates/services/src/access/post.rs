//! Authorization for posts: by the permissions in the post's channel, and by its author.

use guildhall_model::codes::context;
use guildhall_model::id::{ChannelId, PostId, UserId};
use guildhall_model::post::Post;
use guildhall_model::{Actor, Code, Permission, Result, codes};
use guildhall_storage::{Unchecked, posts};

use super::{Access, ChannelGrant, PostGrant, SystemGrant, Writing, check_permits_writing};

impl Access {
    /// The post, if the actor has the permission in its channel. Deleted posts are not found.
    pub async fn post(&self, actor: &Actor, id: PostId, permission: Permission) -> Result<Writing<PostGrant>> {
        check_permits_writing(permission)?;
        let post = self.existing_post(id).await?;
        let channel_grant = self.channel(actor, post.channel_id, permission).await?.into_read_grant();
        Ok(Writing::new(self.post_grant(channel_grant, post)))
    }

    /// The same, for reading only.
    pub async fn post_to_read(&self, actor: &Actor, id: PostId, permission: Permission) -> Result<PostGrant> {
        let post = self.existing_post(id).await?;
        let channel_grant = self.channel_to_read(actor, post.channel_id, permission).await?;
        Ok(self.post_grant(channel_grant, post))
    }

    /// The post, if the actor may read its channel.
    pub async fn read_post(&self, actor: &Actor, id: PostId) -> Result<PostGrant> {
        let grant = self.readable_post(actor, id).await?;
        self.note_readings(actor, [&grant.channel_grant]).await?;
        Ok(grant)
    }

    async fn readable_post(&self, actor: &Actor, id: PostId) -> Result<PostGrant> {
        let post = self.existing_post(id).await?;
        let channel_grant = self.readable_channel(actor, post.channel_id).await?;
        Ok(self.post_grant(channel_grant, post))
    }

    /// The post, if the actor may edit it: with `EditPost`, and for posts of others with `EditOthersPosts` as well.
    pub async fn post_to_edit(&self, actor: &Actor, id: PostId) -> Result<Writing<PostGrant>> {
        let grant = self.post(actor, id, Permission::EditPost).await?;
        let is_others = grant.post.user_id != actor.user_id;
        let may_edit = !is_others || self.has_channel_permission(actor, &grant.channel_grant, Permission::EditOthersPosts);
        if may_edit { Ok(grant.map(|grant| grant.extended_to(is_others))) } else { Err(context::PERMISSIONS.into()) }
    }

    /// The post of this author, where they may still post: for what their integration changes of it.
    pub async fn post_of_author(&self, author: &Actor, id: PostId) -> Result<Writing<PostGrant>> {
        let post = self.existing_post(id).await?;
        if post.user_id != author.user_id {
            return Err(context::PERMISSIONS.into());
        }
        let channel_grant = self.channel_to_post(author, post.channel_id).await?.into_read_grant();
        Ok(Writing::new(self.post_grant(channel_grant, post)))
    }

    /// The post, for reading its earlier versions: for those who may edit it.
    pub async fn post_to_read_history(&self, actor: &Actor, id: PostId) -> Result<PostGrant> {
        let grant = self.post_to_edit(actor, id).await?.into_read_grant();
        self.note_readings(actor, [&grant.channel_grant]).await?;
        Ok(grant)
    }

    /// The post, if the actor may pin it: every member of its channel may, and everybody with `CreatePost` in it.
    pub async fn post_to_pin(&self, actor: &Actor, id: PostId) -> Result<Writing<PostGrant>> {
        let grant = self.readable_post(actor, id).await?;
        let may_pin =
            grant.channel_grant.member.is_some() || self.has_channel_permission(actor, &grant.channel_grant, Permission::CreatePost);
        let is_outside = grant.channel_grant.member.is_none();
        if may_pin { Ok(Writing::new(grant.extended_to(is_outside))) } else { Err(context::PERMISSIONS.into()) }
    }

    /// The post, if the actor may acknowledge it: who may read it.
    pub async fn post_to_acknowledge(&self, actor: &Actor, id: PostId) -> Result<Writing<PostGrant>> {
        let grant = self.readable_post(actor, id).await?;
        let is_outside = grant.channel_grant.member.is_none();
        Ok(Writing::new(grant.extended_to(is_outside)))
    }

    /// The post, if the actor may delete it.
    pub async fn post_to_delete(&self, actor: &Actor, id: PostId) -> Result<Writing<PostGrant>> {
        let grant = self.readable_post(actor, id).await?;
        let is_others = grant.post.user_id != actor.user_id;
        let needed = if is_others { Permission::DeleteOthersPosts } else { Permission::DeletePost };
        if self.has_channel_permission(actor, &grant.channel_grant, needed) {
            Ok(Writing::new(grant.extended_to(is_others)))
        } else {
            Err(context::PERMISSIONS.into())
        }
    }

    /// The post, if the actor may remove a reaction of `reaction_user` from it.
    pub async fn post_to_remove_reaction(&self, actor: &Actor, id: PostId, reaction_user: UserId) -> Result<Writing<PostGrant>> {
        let grant = self.post(actor, id, Permission::RemoveReaction).await?;
        let is_others = reaction_user != actor.user_id;
        let may_remove = !is_others || self.has_channel_permission(actor, &grant.channel_grant, Permission::RemoveOthersReactions);
        if may_remove { Ok(grant.map(|grant| grant.extended_to(is_others))) } else { Err(context::PERMISSIONS.into()) }
    }

    /// A grant for a post of a channel that the actor holds a grant for; `NOT_FOUND` for posts of other channels.
    pub fn post_in_channel(&self, grant: ChannelGrant, post: Post) -> Result<PostGrant> {
        if post.channel_id == grant.channel.id { Ok(self.post_grant(grant, post)) } else { Err(codes::posts::NOT_FOUND.into()) }
    }

    /// The post, if it is in the granted channel; `other_channel_error` if it is in another one.
    pub fn require_in_channel(
        &self,
        grant: &ChannelGrant,
        post: Unchecked<Option<Post>>,
        other_channel_error: Code,
    ) -> Result<Option<Post>> {
        match self.db.open_unchecked(post) {
            Some(post) if post.channel_id != grant.channel.id => Err(other_channel_error.into()),
            post => Ok(post),
        }
    }

    /// The posts whose channels the actor may read, in the same order.
    pub async fn readable_posts(&self, actor: &Actor, posts: Unchecked<Vec<Post>>) -> Result<Vec<Post>> {
        let mut posts = self.db.open_unchecked(posts);
        let mut channels: Vec<ChannelId> = posts.iter().map(|post| post.channel_id).collect();
        channels.sort_unstable();
        channels.dedup();
        let readable = self.readable_channels(actor, &channels).await?;
        posts.retain(|post| readable.iter().any(|grant| grant.channel.id == post.channel_id));
        Ok(posts)
    }

    /// The rows without a check of their channels or teams, under a grant for the whole system.
    pub fn open<T>(&self, _grant: &SystemGrant, rows: Unchecked<T>) -> T {
        self.db.open_unchecked(rows)
    }

    async fn existing_post(&self, id: PostId) -> Result<Post> {
        let post = self.db.open_unchecked(posts::get(&self.db, id).await?);
        post.filter(|post| post.delete_at.is_zero()).ok_or_else(|| codes::posts::NOT_FOUND.into())
    }

    fn post_grant(&self, channel_grant: ChannelGrant, post: Post) -> PostGrant {
        let thread_id = self.db.grant(post.root_id.unwrap_or(post.id));
        let authority = channel_grant.authority;
        PostGrant { id: self.db.grant(post.id), thread_id, post, channel_grant, authority }
    }
}
