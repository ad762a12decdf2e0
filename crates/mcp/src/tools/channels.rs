//! Which channels there are.

use guildhall_model::channel::Channel;
use guildhall_services::mcp::OwnChannel;
use rmcp::handler::server::wrapper::Parameters;
use rmcp::schemars::{self, JsonSchema};
use rmcp::{tool, tool_router};
use serde::{Deserialize, Serialize};

use super::{Tools, limit};
use crate::call::CallResult;
use crate::views::{ChannelView, Names};

const CHANNELS_DEFAULT: i64 = 50;
const CHANNELS_MAX: i64 = 200;

#[derive(Serialize)]
struct OwnChannels {
    channels: Vec<OwnChannelView>,
    /// Further channels that were left out.
    left_out: usize,
}

#[derive(Serialize)]
pub(super) struct OwnChannelView {
    #[serde(flatten)]
    channel: ChannelView,
    unread_messages: i64,
    mentions: i64,
    muted: bool,
}

impl OwnChannelView {
    pub fn of(names: &Names<'_>, own: &OwnChannel) -> Self {
        Self { channel: names.channel(&own.channel), unread_messages: own.unread_messages, mentions: own.mentions, muted: own.is_muted }
    }
}

#[derive(Serialize)]
struct Channels {
    channels: Vec<ChannelView>,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(crate = "schemars")]
pub(super) struct ListChannels {
    /// Only channels with messages that the person has not read.
    #[serde(default)]
    unread_only: bool,
    /// How many to return: 50 if left out, at most 200.
    limit: Option<i64>,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(crate = "schemars")]
pub(super) struct FindChannels {
    /// A part of the channel's name or title.
    name: String,
    /// How many to return: 50 if left out, at most 200.
    limit: Option<i64>,
}

#[tool_router(router = of_channels, vis = "pub(super)")]
impl Tools {
    #[tool(
        description = "The channels and direct messages that the person is in, with what is unread: those with mentions first, then those \
                       with unread messages, then the most recently used.",
        annotations(title = "List channels", read_only_hint = true, open_world_hint = false)
    )]
    async fn list_channels(&self, Parameters(asked): Parameters<ListChannels>) -> CallResult {
        self.call("list_channels", "", async {
            let (services, actor) = (&self.caller.services, &self.caller.actor);
            let mut own = services.mcp().own_channels(actor).await?;
            own.retain(|own| !asked.unread_only || own.unread_messages > 0);
            let count = usize::try_from(limit(asked.limit, CHANNELS_DEFAULT, CHANNELS_MAX)).unwrap_or_default();
            let left_out = own.len().saturating_sub(count);
            own.truncate(count);
            let names = Names::load(&self.caller, own.iter().map(|own| &own.channel), []).await?;
            Ok(OwnChannels { channels: own.iter().map(|own| OwnChannelView::of(&names, own)).collect(), left_out })
        })
        .await
    }

    #[tool(
        description = "Finds public channels of the person's teams and their own private ones by name, also public channels that they are \
                       not in.",
        annotations(title = "Find channels", read_only_hint = true, open_world_hint = false)
    )]
    async fn find_channels(&self, Parameters(asked): Parameters<FindChannels>) -> CallResult {
        self.call("find_channels", "", async {
            let (services, actor) = (&self.caller.services, &self.caller.actor);
            let found = services.channels().search_channels_of_own_teams(actor, &asked.name).await?;
            let count = usize::try_from(limit(asked.limit, CHANNELS_DEFAULT, CHANNELS_MAX)).unwrap_or_default();
            let found: Vec<Channel> = found.into_iter().take(count).map(|found| found.item).collect();
            let names = Names::load(&self.caller, &found, []).await?;
            Ok(Channels { channels: found.iter().map(|channel| names.channel(channel)).collect() })
        })
        .await
    }
}
