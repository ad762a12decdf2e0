//! Users, a team, channels and posts that exist before anything is measured.

use anyhow::{Result, ensure};
use fastrand::Rng;

use crate::api::{self, User};
use crate::http::{Address, HttpClient};
use crate::id::{ChannelId, PostId, TeamId, UserId};
use crate::load::prepare;
use crate::options::{DatasetOptions, ServerOptions};
use crate::text;

/// Requests that are under way at once while data is made.
const AT_ONCE: usize = 32;
/// Users that are made in one go, by one connection.
const USERS_PER_STEP: usize = 20;

pub struct Dataset {
    pub administrator: User,
    pub team: TeamId,
    /// Members of the team, all of them.
    pub users: Vec<User>,
    pub channels: Vec<Channel>,
    /// Makes this run's names differ from those of others on the same server.
    tag: String,
    seed: u64,
}

pub struct Channel {
    pub id: ChannelId,
    /// Indices of users.
    pub members: Vec<usize>,
    pub posts: Vec<PostId>,
}

impl Dataset {
    pub async fn create(address: &Address, server: &ServerOptions, options: &DatasetOptions) -> Result<Self> {
        ensure!(options.members <= options.users, "more members in a channel than users");
        let tag = format!("{:06x}", Rng::new().u32(..0x100_0000));
        let administrator = match &server.token {
            Some(token) => api::find_administrator(address, token).await?,
            None => api::create_administrator(address, &format!("bench-{tag}")).await?,
        };
        let team = api::create_team(&mut api::connect(address, &administrator).await?, &format!("bench-{tag}")).await?;
        let mut dataset = Self { administrator, team, users: Vec::new(), channels: Vec::new(), tag, seed: options.seed };
        dataset.grow_users(address, options.users as usize).await?;
        dataset.channels = dataset.create_channels(address, options).await?;
        dataset.write_history(address, options.history as usize).await?;
        Ok(dataset)
    }

    /// Adds users until there are as many.
    pub async fn grow_users(&mut self, address: &Address, count: usize) -> Result<()> {
        let existing = self.users.len();
        let missing = count.saturating_sub(existing);
        let made = prepare(missing.div_ceil(USERS_PER_STEP), AT_ONCE, async |step| {
            let first = existing + step * USERS_PER_STEP;
            self.create_users(address, first..count.min(first + USERS_PER_STEP)).await
        });
        let made = made.await?;
        self.users.extend(made.into_iter().flatten());
        Ok(())
    }

    async fn create_users(&self, address: &Address, indices: std::ops::Range<usize>) -> Result<Vec<User>> {
        let mut administrator = api::connect(address, &self.administrator).await?;
        let mut users = Vec::with_capacity(indices.len());
        for index in indices {
            users.push(api::create_user(&mut administrator, &format!("bench-{}-{index}", self.tag)).await?);
        }
        api::add_team_members(&mut administrator, self.team, &users).await?;
        Ok(users)
    }

    async fn create_channels(&self, address: &Address, options: &DatasetOptions) -> Result<Vec<Channel>> {
        prepare(options.channels as usize, AT_ONCE, async |index| {
            let mut members: Vec<usize> = (0..self.users.len()).collect();
            self.rng(index).shuffle(&mut members);
            members.truncate(options.members as usize);
            let id = self.create_channel(address, &format!("room-{index}"), &members).await?;
            Ok(Channel { id, members, posts: Vec::new() })
        })
        .await
    }

    /// A channel with these users (and the administrator).
    pub async fn create_channel(&self, address: &Address, name: &str, members: &[usize]) -> Result<ChannelId> {
        let mut administrator = api::connect(address, &self.administrator).await?;
        let channel = api::create_channel(&mut administrator, self.team, name).await?;
        let members: Vec<UserId> = members.iter().map(|index| self.users[*index].id).collect();
        api::add_channel_members(&mut administrator, channel, &members).await?;
        Ok(channel)
    }

    /// The same number of posts in each channel, by its members in turn.
    async fn write_history(&mut self, address: &Address, count: usize) -> Result<()> {
        let per_channel = count.div_ceil(self.channels.len());
        let posts = prepare(self.channels.len(), AT_ONCE, async |index| {
            let channel = &self.channels[index];
            let mut rng = self.rng(index);
            let mut client = HttpClient::connect(address).await?;
            let mut posts = Vec::with_capacity(per_channel);
            for n in 0..per_channel {
                let user = &self.users[channel.members[n % channel.members.len()]];
                client.authorize(&user.authorization);
                let pending_id = format!("{}:history-{n}-{index}", user.id);
                posts.push(api::create_post(&mut client, channel.id, &text::random_message(&mut rng), &pending_id).await?);
            }
            Ok(posts)
        });
        let posts = posts.await?;
        for (channel, posts) in self.channels.iter_mut().zip(posts) {
            channel.posts = posts;
        }
        Ok(())
    }

    /// The channels of a user, as indices; every user has the team's two common channels besides.
    pub fn channels_of(&self, user: usize) -> Vec<usize> {
        (0..self.channels.len()).filter(|channel| self.channels[*channel].members.contains(&user)).collect()
    }

    /// A channel for the client of this number.
    fn channel_for(&self, client: usize) -> &Channel {
        &self.channels[client % self.channels.len()]
    }

    /// A member of that channel, as an index: a user with at least one channel.
    pub fn member_for(&self, client: usize) -> usize {
        let members = &self.channel_for(client).members;
        members[client / self.channels.len() % members.len()]
    }

    /// The channel and the member.
    pub fn target(&self, client: usize) -> (&Channel, &User) {
        (self.channel_for(client), &self.users[self.member_for(client)])
    }

    /// The same numbers in each run with the same options.
    pub fn rng(&self, stream: usize) -> Rng {
        Rng::with_seed(self.seed.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(stream as u64))
    }
}
