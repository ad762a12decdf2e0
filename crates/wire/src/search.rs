//! Search requests for posts and their results.

use std::collections::BTreeMap;

use guildhall_model::id::PostId;
use guildhall_model::post::PostView;
use serde::{Deserialize, Serialize};

use crate::common::{PER_PAGE_DEFAULT, PER_PAGE_MAX};
use crate::post::serialize_by_id;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct PostSearch {
    pub terms: Option<String>,
    pub is_or_search: Option<bool>,
    /// The user's offset from UTC, in seconds.
    pub time_zone_offset: Option<i64>,
    pub include_deleted_channels: Option<bool>,
    pub page: Option<i64>,
    pub per_page: Option<i64>,
}

impl PostSearch {
    /// (offset, limit)
    pub fn offset_and_limit(&self) -> (i64, i64) {
        let per_page = self.per_page.filter(|n| *n > 0).unwrap_or(PER_PAGE_DEFAULT).min(PER_PAGE_MAX);
        (self.page.unwrap_or(0).clamp(0, 10_000) * per_page, per_page)
    }
}

/// The matching posts, newest first.
#[derive(Debug, Serialize)]
pub struct SearchResults<'a> {
    order: Vec<PostId>,
    #[serde(serialize_with = "serialize_by_id")]
    posts: &'a [PostView],
    next_post_id: &'static str,
    prev_post_id: &'static str,
    first_inaccessible_post_time: i64,
    /// The matching words of each post: of none, because clients determine them themselves. Some read it without asking whether it is there.
    matches: BTreeMap<PostId, Vec<String>>,
}

impl<'a> From<&'a [PostView]> for SearchResults<'a> {
    fn from(posts: &'a [PostView]) -> Self {
        let order = posts.iter().map(|post| post.id).collect();
        Self { order, posts, next_post_id: "", prev_post_id: "", first_inaccessible_post_time: 0, matches: BTreeMap::new() }
    }
}
