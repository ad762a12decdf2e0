//! Reading a thread: its root post and a page of its replies.

use guildhall_model::id::PostId;
use guildhall_model::post::PostList;
use guildhall_model::{Actor, Millis, Result};
use guildhall_storage::posts::thread::{self, ReplyCursor};

use super::lists::truncate;
use crate::access::PostGrant;
use crate::boxed;
use crate::posts::Posts;

/// The page of a thread to return.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ThreadRequest {
    /// Zero for the server's limit.
    pub per_page: i64,
    pub from_post: Option<PostId>,
    pub from_create_at: Millis,
    /// Only posts changed since then, including deleted ones.
    pub from_update_at: Millis,
    pub updates_only: bool,
    pub upwards: bool,
    pub collapsed_threads: bool,
}

/// Limit of replies per response.
const REPLIES_MAX: i64 = 10_000;
const FIRST: PostId = PostId::from_bytes([0; 16]);
const LAST: PostId = PostId::from_bytes([0xff; 16]);

impl Posts<'_> {
    /// The thread that contains the post, whether it is the root or a reply.
    #[boxed]
    pub async fn post_thread(&self, actor: &Actor, id: PostId, request: ThreadRequest) -> Result<PostList> {
        let mut grant = self.access.read_post(actor, id).await?;
        if let Some(root) = grant.post.root_id {
            let root = guildhall_storage::posts::get_in(self.access.read(&grant), grant.channel_grant.id(), root).await?;
            let root = root.ok_or(guildhall_model::codes::posts::NOT_FOUND)?;
            grant = self.access.post_in_channel(grant.channel_grant, root)?;
        }
        let limit = if request.per_page > 0 { request.per_page.min(REPLIES_MAX) } else { REPLIES_MAX };
        let from = self.start_cursor(&grant, request).await?;
        let mut replies = thread::replies(self.access.read(&grant), grant.id(), from, limit + 1).await?;
        let has_next = truncate(&mut replies, limit).is_some();
        if request.upwards && !matches!(from, ReplyCursor::ChangedSince(..)) {
            replies.reverse();
        }
        let includes_root = !request.updates_only || grant.post.update_at >= request.from_update_at;
        let mut posts = if includes_root { vec![grant.post.clone()] } else { Vec::new() };
        posts.extend(replies);
        let order = posts.iter().map(|post| post.id).collect();
        let mut posts = self.views_of(&grant.channel_grant, posts).await?;
        if request.collapsed_threads {
            self.add_threads(&self.access.own_account(actor), &mut posts).await?;
        }
        Ok(PostList { order, posts, has_next, ..PostList::default() })
    }

    async fn start_cursor(&self, grant: &PostGrant, request: ThreadRequest) -> Result<ReplyCursor> {
        let (mut at, mut id) = (request.from_create_at, request.from_post);
        if let (Some(from), true) = (id, at.is_zero()) {
            (at, id) = self.position_of(&grant.channel_grant, from).await.map(|(at, id)| (at, Some(id)))?;
        }
        Ok(match request {
            _ if !request.from_update_at.is_zero() => ReplyCursor::ChangedSince(request.from_update_at, id.unwrap_or(LAST)),
            ThreadRequest { upwards: true, .. } if at.is_zero() => ReplyCursor::Before(Millis(i64::MAX), LAST),
            ThreadRequest { upwards: true, .. } => ReplyCursor::Before(at, id.unwrap_or(FIRST)),
            _ => ReplyCursor::After(at, id.unwrap_or(LAST)),
        })
    }
}
