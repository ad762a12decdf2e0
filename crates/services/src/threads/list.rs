//! Listing the threads that a user follows.

use std::collections::BTreeMap;

use guildhall_model::codes::posts as codes;
use guildhall_model::id::{ChannelId, PostId, TeamId, UserId};
use guildhall_model::post::{Post, PostView, Thread};
use guildhall_model::user::User;
use guildhall_model::{Actor, Millis, Permission, Result};
use guildhall_storage::threads::lists::{self, Scope, ThreadCursor, Totals};
use guildhall_storage::{threads, users};

use crate::access::{Grant, UserGrant};
use crate::boxed;
use crate::threads::Threads;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ThreadsRequest {
    pub before: Option<PostId>,
    pub after: Option<PostId>,
    pub since: Millis,
    pub per_page: i64,
    pub unread_only: bool,
    pub totals_only: bool,
    pub threads_only: bool,
    pub without_personal: bool,
    /// Also return the participants' accounts.
    pub extended: bool,
}

/// Threads with their root posts; `people` are the participants' accounts when the request was `extended`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ThreadPage {
    pub totals: Totals,
    pub threads: Vec<(Thread, PostView)>,
    pub people: Vec<User>,
}

impl Threads<'_> {
    #[boxed]
    pub async fn threads(&self, actor: &Actor, user: UserId, team: TeamId, request: ThreadsRequest) -> Result<ThreadPage> {
        let own = self.access.require_own_account(actor, user)?;
        let grant = self.access.team_to_read(actor, team, Permission::ViewTeam).await?;
        let db = self.access.read(&own);
        let scope = Scope { user: own.id(), team: grant.id(), include_personal: !request.without_personal };
        let totals = if request.threads_only { Totals::default() } else { lists::totals(db, scope).await? };
        if request.totals_only {
            return Ok(ThreadPage { totals, ..ThreadPage::default() });
        }
        let from = match (request.before, request.after) {
            (Some(id), _) => self.cursor_of(&own, id).await?.map_or(ThreadCursor::Newest, |(at, id)| ThreadCursor::Before(at, id)),
            (None, Some(id)) => self.cursor_of(&own, id).await?.map_or(ThreadCursor::Newest, |(at, id)| ThreadCursor::After(at, id)),
            (None, None) => ThreadCursor::Newest,
        };
        let threads = lists::page(db, scope, from, request.since, request.unread_only, request.per_page).await?;
        self.load_page(&own, totals, threads, request.extended).await
    }

    async fn cursor_of(&self, own: &UserGrant, thread: PostId) -> Result<Option<(Millis, PostId)>> {
        let at = lists::last_reply_at(self.access.read(own), own.id(), thread).await?;
        Ok(at.map(|at| (at, thread)))
    }

    #[boxed]
    pub async fn thread(&self, actor: &Actor, user: UserId, thread: PostId, extended: bool) -> Result<ThreadPage> {
        let own = self.access.require_own_account(actor, user)?;
        let grant = self.access.read_post(actor, thread).await?;
        let thread = lists::get(self.access.read(&grant), own.id(), grant.id()).await?.filter(|thread| thread.is_following);
        self.load_page(&grant, Totals::default(), vec![thread.ok_or(codes::THREAD_NOT_FOLLOWED)?], extended).await
    }

    #[boxed]
    pub async fn thread_mentions(&self, actor: &Actor, user: UserId, team: TeamId) -> Result<BTreeMap<ChannelId, i64>> {
        let own = self.access.require_own_account(actor, user)?;
        let grant = self.access.team_to_read(actor, team, Permission::ViewTeam).await?;
        let scope = Scope { user: own.id(), team: grant.id(), include_personal: true };
        let counts = lists::mentions_by_channel(self.access.read(&own), scope).await?;
        Ok(counts.into_iter().collect())
    }

    /// Loads the participants and the root posts' metadata with a few queries for the whole page.
    pub(super) async fn load_page(
        &self,
        grant: &impl Grant,
        totals: Totals,
        mut threads: Vec<Thread>,
        extended: bool,
    ) -> Result<ThreadPage> {
        let db = self.access.read(grant);
        let roots: Vec<&Post> = threads.iter().map(|thread| &thread.post).collect();
        let participants = threads::participants(db, &roots).await?;
        for thread in &mut threads {
            thread.participants = participants.iter().filter(|(id, _)| *id == thread.post.id).map(|(_, user)| *user).collect();
        }
        let mut user_ids: Vec<UserId> = if extended { participants.iter().map(|(_, user)| *user).collect() } else { Vec::new() };
        user_ids.sort_unstable();
        user_ids.dedup();
        let people = if user_ids.is_empty() { Vec::new() } else { users::by_ids(db, &user_ids).await? };
        let posts = self.posts().views_of(grant, threads.iter().map(|thread| thread.post.clone()).collect()).await?;
        Ok(ThreadPage { totals, threads: threads.into_iter().zip(posts).collect(), people })
    }
}
