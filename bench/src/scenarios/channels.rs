//! The user's own channels in a team, as a client loads them at its start.

use anyhow::{Result, ensure};
use serde::Deserialize;

use super::Stage;
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

pub(super) async fn run(stage: &mut Stage<'_>) -> Result<Report> {
    let world = &*stage.world;
    let path = format!("/users/me/teams/{}/channels", world.team);
    let make = |n: usize| {
        let user = world.member_for(n);
        let expected = world.channels_of(user).len() + COMMON_CHANNELS;
        Ok((user, OwnChannels { path: path.clone(), expected }))
    };
    measure(stage, "channels", make).await
}
