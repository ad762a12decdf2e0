//! One word, searched for in the user's channels: frequent and rare ones as they occur in the text.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use anyhow::{Result, ensure};
use fastrand::Rng;
use serde::Deserialize;
use serde_json::json;

use super::Setup;
use super::reads::{Read, Reads, measure};
use crate::id::{PostId, TeamId};
use crate::report::Report;
use crate::text;

const POSTS_PER_PAGE: usize = 60;

struct Searches {
    team: TeamId,
    word: String,
    rng: Rng,
    /// Posts in the answers that were checked, of all clients.
    found: Arc<AtomicU64>,
}

#[derive(Deserialize)]
struct Results {
    order: Vec<PostId>,
    posts: HashMap<String, Post>,
}

#[derive(Deserialize)]
struct Post {
    message: String,
}

impl Reads for Searches {
    fn next(&mut self) -> Read {
        self.word = text::word(text::random_rank(&mut self.rng));
        let body = json!({"terms": self.word, "is_or_search": false, "page": 0, "per_page": POSTS_PER_PAGE});
        Read::Post(format!("/teams/{}/posts/search", self.team), body.to_string().into_bytes())
    }

    fn check(&mut self, body: &[u8]) -> Result<()> {
        let results: Results = serde_json::from_slice(body)?;
        ensure!(results.order.len() == results.posts.len() && results.order.len() <= POSTS_PER_PAGE, "an inconsistent page");
        let wrong = results.posts.values().find(|post| !post.message.split(' ').any(|word| word == self.word));
        ensure!(wrong.is_none(), "a post without the word {}", self.word);
        self.found.fetch_add(results.order.len() as u64, Ordering::Relaxed);
        Ok(())
    }
}

pub(super) async fn run(setup: &mut Setup<'_>) -> Result<Report> {
    let dataset = &*setup.dataset;
    let found = Arc::new(AtomicU64::new(0));
    let make = |n: usize| {
        let searches = Searches { team: dataset.team, word: String::new(), rng: dataset.rng(n), found: Arc::clone(&found) };
        Ok((dataset.member_for(n), searches))
    };
    let report = measure(setup, "search", make).await?;
    ensure!(found.load(Ordering::Relaxed) > 0, "no search found anything; use --history");
    Ok(report)
}
