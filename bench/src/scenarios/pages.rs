//! The newest 60 posts of a channel, as a client loads them when the channel is opened for the first time.

use anyhow::{Result, ensure};
use fastrand::Rng;

use super::Setup;
use super::reads::{Read, Reads, measure};
use crate::api::PostOrder;
use crate::id::ChannelId;
use crate::report::Report;

const POSTS: usize = 60;

struct Pages {
    channels: Vec<ChannelId>,
    /// At least so many posts are in each channel.
    posts_min: usize,
    rng: Rng,
}

impl Reads for Pages {
    fn next(&mut self) -> Read {
        let channel = self.channels[self.rng.usize(..self.channels.len())];
        Read::Get(format!("/channels/{channel}/posts?page=0&per_page={POSTS}"))
    }

    fn check(&mut self, body: &[u8]) -> Result<()> {
        let found = serde_json::from_slice::<PostOrder>(body)?.order.len();
        ensure!((self.posts_min.min(POSTS)..=POSTS).contains(&found), "a page of {found} posts");
        Ok(())
    }
}

pub(super) async fn run(setup: &mut Setup<'_>) -> Result<Report> {
    let dataset = &*setup.dataset;
    let posts_min = dataset.channels.iter().map(|channel| channel.posts.len()).min().unwrap_or(0);
    let make = |n: usize| {
        let user = dataset.member_for(n);
        let channels = dataset.channels_of(user).into_iter().map(|channel| dataset.channels[channel].id).collect();
        Ok((user, Pages { channels, posts_min, rng: dataset.rng(n) }))
    };
    measure(setup, "pages", make).await
}
