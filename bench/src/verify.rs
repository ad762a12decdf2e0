//! Whether every acknowledged post is in its channel, once, and nothing else.

use std::collections::{HashMap, HashSet};

use anyhow::{Result, bail, ensure};

use crate::api::{self, User};
use crate::http::{Address, HttpClient};
use crate::id::{ChannelId, PostId};

const PAGE: usize = 200;

/// The state of channels before posts were written to them.
pub struct ChannelSnapshot {
    before: HashMap<ChannelId, Before>,
}

struct Before {
    reader: User,
    newest: Option<PostId>,
    total: u64,
}

impl ChannelSnapshot {
    /// Each channel with a member of it, as whom it is read.
    pub async fn take(address: &Address, channels: impl IntoIterator<Item = (ChannelId, User)>) -> Result<Self> {
        let mut client = HttpClient::connect(address).await?;
        let mut before = HashMap::new();
        for (channel, reader) in channels {
            client.authorize(&reader.authorization);
            let newest = api::get_posts(&mut client, channel, None, 1).await?.first().copied();
            let total = api::get_channel(&mut client, channel).await?.total_msg_count;
            before.insert(channel, Before { reader, newest, total });
        }
        Ok(Self { before })
    }

    /// Fails unless the channels' new posts are exactly the acknowledged ones. Nobody else may have written to them.
    pub async fn check(&self, address: &Address, acknowledged: &[(ChannelId, PostId)]) -> Result<()> {
        let mut expected: HashMap<ChannelId, HashSet<PostId>> = HashMap::new();
        for (channel, post) in acknowledged {
            ensure!(self.before.contains_key(channel), "a post in an unknown channel {channel}");
            ensure!(expected.entry(*channel).or_default().insert(*post), "the post {post} was acknowledged twice");
        }
        let mut client = HttpClient::connect(address).await?;
        for (channel, before) in &self.before {
            let expected = expected.remove(channel).unwrap_or_default();
            client.authorize(&before.reader.authorization);
            let found = before.new_posts(&mut client, *channel).await?;
            compare(*channel, &expected, &found)?;
            let counted = api::get_channel(&mut client, *channel).await?.total_msg_count - before.total;
            let posts = expected.len() as u64;
            ensure!(counted == posts, "the channel {channel} counted {counted} messages for {posts} acknowledged posts");
        }
        Ok(())
    }
}

impl Before {
    async fn new_posts(&self, client: &mut HttpClient, channel: ChannelId) -> Result<Vec<PostId>> {
        let mut found = Vec::new();
        loop {
            let page = api::get_posts(client, channel, found.last().copied(), PAGE).await?;
            let is_last = page.len() < PAGE;
            for post in page {
                if Some(post) == self.newest {
                    return Ok(found);
                }
                found.push(post);
            }
            if is_last {
                return Ok(found);
            }
        }
    }
}

fn compare(channel: ChannelId, expected: &HashSet<PostId>, found: &[PostId]) -> Result<()> {
    let distinct: HashSet<_> = found.iter().copied().collect();
    let lost: Vec<_> = expected.difference(&distinct).take(3).collect();
    if !lost.is_empty() {
        let count = expected.difference(&distinct).count();
        bail!("{count} acknowledged posts are not in the channel {channel}, such as {lost:?}");
    }
    let unknown = distinct.difference(expected).count();
    ensure!(unknown == 0, "{unknown} posts in the channel {channel} were never acknowledged");
    ensure!(distinct.len() == found.len(), "{} posts of the channel {channel} are listed twice", found.len() - distinct.len());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id<T: serde::de::DeserializeOwned>(digit: char) -> T {
        serde_json::from_value(String::from(digit).repeat(26).into()).unwrap()
    }

    #[test]
    fn lost_unknown_and_doubled_posts_are_found() {
        let channel = id('c');
        let expected: HashSet<PostId> = [id('1'), id('2')].into();
        let outcome = |found: &[char]| {
            let found: Vec<PostId> = found.iter().map(|digit| id(*digit)).collect();
            compare(channel, &expected, &found).map_err(|error| error.to_string())
        };
        assert_eq!(outcome(&['2', '1']), Ok(()));
        assert!(outcome(&['1']).unwrap_err().starts_with("1 acknowledged posts are not in the channel"));
        assert!(outcome(&['1', '2', '3']).unwrap_err().contains("never acknowledged"));
        assert!(outcome(&['1', '2', '2']).unwrap_err().contains("listed twice"));
    }
}
