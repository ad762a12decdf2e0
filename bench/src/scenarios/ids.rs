//! 50 posts by their ids, out of the user's channels.

use anyhow::{Result, ensure};
use fastrand::Rng;
use serde::Deserialize;

use super::Setup;
use super::reads::{Read, Reads, measure};
use crate::id::PostId;
use crate::report::Report;

const IDS: usize = 50;

struct PostsByIds {
    posts: Vec<PostId>,
    asked: Vec<PostId>,
    rng: Rng,
}

#[derive(Deserialize)]
struct Post {
    id: PostId,
}

impl Reads for PostsByIds {
    fn next(&mut self) -> Read {
        self.asked = self.rng.choose_multiple(self.posts.iter().copied(), IDS);
        Read::Post("/posts/ids".to_owned(), serde_json::to_vec(&self.asked).unwrap_or_default())
    }

    fn check(&mut self, body: &[u8]) -> Result<()> {
        let mut found: Vec<_> = serde_json::from_slice::<Vec<Post>>(body)?.into_iter().map(|post| post.id).collect();
        found.sort();
        self.asked.sort();
        ensure!(found == self.asked, "{} posts for {} ids, or others", found.len(), self.asked.len());
        Ok(())
    }
}

pub(super) async fn run(setup: &mut Setup<'_>) -> Result<Report> {
    let dataset = &*setup.dataset;
    let make = |n: usize| {
        let user = dataset.member_for(n);
        let posts: Vec<_> = dataset.channels_of(user).into_iter().flat_map(|channel| dataset.channels[channel].posts.clone()).collect();
        ensure!(!posts.is_empty(), "there are no posts to read; use --history");
        Ok((user, PostsByIds { posts, asked: Vec::new(), rng: dataset.rng(n) }))
    };
    measure(setup, "ids", make).await
}
