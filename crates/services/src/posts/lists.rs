//! Pages of a channel's posts.

use guildhall_model::codes::posts as codes;
use guildhall_model::id::{ChannelId, PostId};
use guildhall_model::post::{POSTS_BYTES_MAX, Post, PostList};
use guildhall_model::{Actor, Millis, Result};
use guildhall_storage::posts;
use guildhall_storage::posts::lists::{self, PostFilter};

use crate::access::{ChannelGrant, UserGrant};
use crate::boxed;
use crate::posts::Posts;

/// The position of a page in a channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PagePosition {
    /// Counted from the newest.
    Page(i64),
    Before(PostId),
    After(PostId),
    /// Posts changed since then, including deleted ones.
    Since(Millis),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    pub position: PagePosition,
    pub per_page: i64,
    /// Only root posts, with the participants of their threads.
    pub collapsed_threads: bool,
}

/// Limit of changed posts per response; clients that were away for longer load pages.
const CHANGES_MAX: i64 = 1_000;

impl Posts<'_> {
    /// The channel's version, and the page unless `is_current` says that the client has this version.
    pub async fn channel_posts_if_changed(
        &self,
        actor: &Actor,
        channel: ChannelId,
        request: PageRequest,
        is_current: impl FnOnce(Millis) -> bool,
    ) -> Result<(Millis, Option<PostList>)> {
        let grant = self.access.read_channel(actor, channel).await?;
        let version = posts::last_update_at(self.access.read(&grant), grant.id()).await?;
        if is_current(version) {
            return Ok((version, None));
        }
        self.load_post_list(actor, &grant, request).await.map(|list| (version, Some(list)))
    }

    #[boxed]
    pub async fn channel_posts(&self, actor: &Actor, channel: ChannelId, request: PageRequest) -> Result<PostList> {
        let grant = self.access.read_channel(actor, channel).await?;
        self.load_post_list(actor, &grant, request).await
    }

    async fn load_post_list(&self, actor: &Actor, grant: &ChannelGrant, request: PageRequest) -> Result<PostList> {
        let filter = if request.collapsed_threads { PostFilter::Roots } else { PostFilter::All };
        let page = match request.position {
            PagePosition::Page(page) => self.load_page(grant, filter, page, request.per_page).await?,
            PagePosition::Before(id) => self.load_page_before(grant, filter, id, request.per_page).await?,
            PagePosition::After(id) => self.load_page_after(grant, filter, id, request.per_page).await?,
            PagePosition::Since(since) => {
                let posts = lists::changed_since(self.access.read(grant), grant.id(), filter, since, CHANGES_MAX).await?;
                let is_cut = posts.iter().map(Post::size_bytes).sum::<usize>() > POSTS_BYTES_MAX;
                PostPage { posts, is_cut, ..PostPage::default() }
            }
        };
        self.post_list(&self.access.own_account(actor), grant, page, request.collapsed_threads).await
    }

    async fn load_page(&self, grant: &ChannelGrant, filter: PostFilter, page: i64, per_page: i64) -> Result<PostPage> {
        // One more row at each end gives the ids of the neighbouring posts.
        let overlap = i64::from(page > 0);
        let offset = page.saturating_mul(per_page);
        let mut posts = lists::page(self.access.read(grant), grant.id(), filter, offset - overlap, per_page + overlap + 1).await?;
        let next = if overlap == 1 && !posts.is_empty() { Some(posts.remove(0).id) } else { None };
        let prev = truncate(&mut posts, per_page);
        Ok(PostPage { posts, next, prev, is_cut: false })
    }

    async fn load_page_before(&self, grant: &ChannelGrant, filter: PostFilter, id: PostId, per_page: i64) -> Result<PostPage> {
        let at = self.position_of(grant, id).await?;
        let db = self.access.read(grant);
        let mut posts = lists::before(db, grant.id(), filter, at, per_page + 1).await?;
        let prev = truncate(&mut posts, per_page);
        let newest = posts.first().map_or(at, |post| (post.create_at, post.id));
        let next = lists::after(db, grant.id(), filter, newest, 1).await?.first().map(|post| post.id);
        Ok(PostPage { posts, next, prev, is_cut: false })
    }

    async fn load_page_after(&self, grant: &ChannelGrant, filter: PostFilter, id: PostId, per_page: i64) -> Result<PostPage> {
        let at = self.position_of(grant, id).await?;
        let db = self.access.read(grant);
        let mut posts = lists::after(db, grant.id(), filter, at, per_page + 1).await?;
        let next = truncate_newest(&mut posts, per_page);
        let oldest = posts.last().map_or(at, |post| (post.create_at, post.id));
        let prev = lists::before(db, grant.id(), filter, oldest, 1).await?.first().map(|post| post.id);
        Ok(PostPage { posts, next, prev, is_cut: false })
    }

    /// The sort key of a post of the channel; also for deleted posts.
    pub(super) async fn position_of(&self, grant: &ChannelGrant, id: PostId) -> Result<(Millis, PostId)> {
        let post = posts::get_in(self.access.read(grant), grant.id(), id).await?.ok_or(codes::NOT_FOUND)?;
        Ok((post.create_at, post.id))
    }

    /// The page as clients get it, with the root posts of its threads.
    pub(super) async fn post_list(
        &self,
        viewer: &UserGrant,
        grant: &ChannelGrant,
        page: PostPage,
        collapsed_threads: bool,
    ) -> Result<PostList> {
        let order: Vec<PostId> = page.posts.iter().map(|post| post.id).collect();
        let mut posts = page.posts;
        if !collapsed_threads {
            let mut roots: Vec<PostId> = posts.iter().filter_map(|post| post.root_id).filter(|root| !order.contains(root)).collect();
            roots.sort_unstable();
            roots.dedup();
            posts.extend(posts::by_ids_in(self.access.read(grant), grant.id(), &roots).await?);
        }
        let mut posts = self.views_of(grant, posts).await?;
        if collapsed_threads {
            self.add_threads(viewer, &mut posts).await?;
        }
        Ok(PostList { order, posts, next_post_id: page.next, prev_post_id: page.prev, has_next: page.is_cut })
    }
}

#[derive(Default)]
pub(super) struct PostPage {
    pub posts: Vec<Post>,
    pub next: Option<PostId>,
    pub prev: Option<PostId>,
    /// More has changed than one response contains.
    pub is_cut: bool,
}

/// Truncates to what fits into a page of `limit` posts; returns the id of the first post cut off.
pub(super) fn truncate(posts: &mut Vec<Post>, limit: i64) -> Option<PostId> {
    let kept = fitting(posts.iter(), limit);
    let more = posts.get(kept).map(|post| post.id);
    posts.truncate(kept);
    more
}

/// The same from the other end: the last posts are kept.
pub(super) fn truncate_newest(posts: &mut Vec<Post>, limit: i64) -> Option<PostId> {
    let cut = posts.len() - fitting(posts.iter().rev(), limit);
    posts.drain(..cut).next_back().map(|post| post.id)
}

/// How many of the posts fit into one response: at least one.
pub(super) fn fitting<'p>(posts: impl Iterator<Item = &'p Post>, limit: i64) -> usize {
    let mut bytes = 0;
    let within_bytes = posts.take_while(|post| {
        let is_first = bytes == 0;
        bytes += post.size_bytes();
        is_first || bytes <= POSTS_BYTES_MAX
    });
    within_bytes.take(usize::try_from(limit).unwrap_or_default()).count()
}
