//! The user's own channels in a team, as a client loads them at its start.

use anyhow::{Result, ensure};
use serde::Deserialize;

use super::Setup;
use super::reads::{Read, Reads, measure};
use crate::id::ChannelId;
use crate::report::Report;

/// The two that every member of a team is in.
const COMMON_CHANNELS: usize = 2;

struct OwnChannels {
    path: String,
    expected: usize,
}

#[derive(Deserialize)]
struct Channel {
    #[serde(rename = "id")]
    _id: ChannelId,
}

impl Reads for OwnChannels {
    fn next(&mut self) -> Read {
        Read::Get(self.path.clone())
    }

    fn check(&mut self, body: &[u8]) -> Result<()> {
        let found = serde_json::from_slice::<Vec<Channel>>(body)?.len();
        ensure!(found == self.expected, "{found} channels instead of {}", self.expected);
        Ok(())
    }
}

pub(super) async fn run(setup: &mut Setup<'_>) -> Result<Report> {
    let dataset = &*setup.dataset;
    let path = format!("/users/me/teams/{}/channels", dataset.team);
    let make = |n: usize| {
        let user = dataset.member_for(n);
        let expected = dataset.channels_of(user).len() + COMMON_CHANNELS;
        Ok((user, OwnChannels { path: path.clone(), expected }))
    };
    measure(setup, "channels", make).await
}
