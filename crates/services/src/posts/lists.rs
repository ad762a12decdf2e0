//! Pages of a channel's posts.

use guildhall_model::codes::posts as codes;
use guildhall_model::id::{ChannelId, PostId};
use guildhall_model::post::{Post, PostList};
use guildhall_model::{Actor, Millis, Result};
use guildhall_storage::posts;
use guildhall_storage::posts::lists::{self, Which};

use crate::access::{ChannelGrant, UserGrant};
use crate::boxed;
use crate::posts::Posts;

/// Where in a channel a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Around {
    /// Counted from the newest.
    Page(i64),
    Before(PostId),
    After(PostId),
    /// Everything that changed since then, deletions too.
    Since(Millis),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    pub around: Around,
    pub per_page: i64,
    /// Only first posts of threads, with who takes part in them.
    pub collapsed_threads: bool,
}

/// The most that changed posts come at once; clients that were away for longer load pages.
const CHANGES_MAX: i64 = 1_000;

impl Posts<'_> {
    /// The page, unless the client has it as it is now: `is_known` is asked with what tells its state from others.
    pub async fn channel_posts_unless(
        &self,
        actor: &Actor,
        channel: ChannelId,
        request: PageRequest,
        is_known: impl FnOnce(Millis) -> bool,
    ) -> Result<(Millis, Option<PostList>)> {
        let on = self.access.read_channel(actor, channel).await?;
        let version = posts::last_update_at(self.access.read(&on), on.id()).await?;
        if is_known(version) {
            return Ok((version, None));
        }
        self.page_of(actor, &on, request).await.map(|list| (version, Some(list)))
    }

    #[boxed]
    pub async fn channel_posts(&self, actor: &Actor, channel: ChannelId, request: PageRequest) -> Result<PostList> {
        let on = self.access.read_channel(actor, channel).await?;
        self.page_of(actor, &on, request).await
    }

    async fn page_of(&self, actor: &Actor, on: &ChannelGrant, request: PageRequest) -> Result<PostList> {
        let which = if request.collapsed_threads { Which::Roots } else { Which::All };
        let found = match request.around {
            Around::Page(page) => self.page(on, which, page, request.per_page).await?,
            Around::Before(id) => self.page_before(on, which, id, request.per_page).await?,
            Around::After(id) => self.page_after(on, which, id, request.per_page).await?,
            Around::Since(since) => {
                let posts = lists::changed_since(self.access.read(on), on.id(), which, since, CHANGES_MAX).await?;
                Found { posts, ..Found::default() }
            }
        };
        self.listed(&self.access.own(actor), on, found, request.collapsed_threads).await
    }

    async fn page(&self, on: &ChannelGrant, which: Which, page: i64, per_page: i64) -> Result<Found> {
        // One more at each end says what comes before and after.
        let lead = i64::from(page > 0);
        let offset = page.saturating_mul(per_page);
        let mut posts = lists::page(self.access.read(on), on.id(), which, offset - lead, per_page + lead + 1).await?;
        let next = if lead == 1 && !posts.is_empty() { Some(posts.remove(0).id) } else { None };
        let prev = cut(&mut posts, per_page);
        Ok(Found { posts, next, prev })
    }

    async fn page_before(&self, on: &ChannelGrant, which: Which, id: PostId, per_page: i64) -> Result<Found> {
        let at = self.place(on, id).await?;
        let db = self.access.read(on);
        let mut posts = lists::before(db, on.id(), which, at, per_page + 1).await?;
        let prev = cut(&mut posts, per_page);
        let newest = posts.first().map_or(at, |post| (post.create_at, post.id));
        let next = lists::after(db, on.id(), which, newest, 1).await?.first().map(|post| post.id);
        Ok(Found { posts, next, prev })
    }

    async fn page_after(&self, on: &ChannelGrant, which: Which, id: PostId, per_page: i64) -> Result<Found> {
        let at = self.place(on, id).await?;
        let db = self.access.read(on);
        let mut posts = lists::after(db, on.id(), which, at, per_page + 1).await?;
        let next = if posts.len() as i64 > per_page { Some(posts.remove(0).id) } else { None };
        let oldest = posts.last().map_or(at, |post| (post.create_at, post.id));
        let prev = lists::before(db, on.id(), which, oldest, 1).await?.first().map(|post| post.id);
        Ok(Found { posts, next, prev })
    }

    /// Where a post of the channel stands; deleted ones still mark a place.
    pub(super) async fn place(&self, on: &ChannelGrant, id: PostId) -> Result<(Millis, PostId)> {
        let post = posts::get_in(self.access.read(on), on.id(), id).await?.ok_or(codes::NOT_FOUND)?;
        Ok((post.create_at, post.id))
    }

    /// The page with the first posts of the threads on it.
    pub(super) async fn listed(&self, reader: &UserGrant, on: &ChannelGrant, found: Found, collapsed_threads: bool) -> Result<PostList> {
        let order: Vec<PostId> = found.posts.iter().map(|post| post.id).collect();
        let mut posts = found.posts;
        if !collapsed_threads {
            let mut roots: Vec<PostId> = posts.iter().filter_map(|post| post.root_id).filter(|root| !order.contains(root)).collect();
            roots.sort_unstable();
            roots.dedup();
            posts.extend(posts::by_ids_in(self.access.read(on), on.id(), &roots).await?);
        }
        let mut posts = self.views_of(on, posts).await?;
        if collapsed_threads {
            self.add_threads(reader, &mut posts).await?;
        }
        Ok(PostList { order, posts, next_post_id: found.next, prev_post_id: found.prev, has_next: false })
    }
}

#[derive(Default)]
pub(super) struct Found {
    pub posts: Vec<Post>,
    pub next: Option<PostId>,
    pub prev: Option<PostId>,
}

/// Takes off what is more than was asked for, and says what follows.
pub(super) fn cut(posts: &mut Vec<Post>, limit: i64) -> Option<PostId> {
    let limit = usize::try_from(limit).unwrap_or_default();
    let more = posts.get(limit).map(|post| post.id);
    posts.truncate(limit);
    more
}
