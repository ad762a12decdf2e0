//! Delayed responses: the server of a custom command may send further responses to a `response_url` for a limited time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use guildhall_model::codes::integrations as codes;
use guildhall_model::id::{ChannelId, CommandId, PostId, UserId};
use guildhall_model::integration::Command;
use guildhall_model::ports::TokenHash;
use guildhall_model::text::Charset;
use guildhall_model::{Actor, Error, Kind, Permission, Result};
use guildhall_storage::commands;

use super::CommandArgs;
use super::response::CommandResponse;
use crate::access::actor_for;
use crate::boxed;
use crate::commands::Commands;

const RESPONSE_URL_TTL: Duration = Duration::from_secs(30 * 60);
const RESPONSES_PER_URL_MAX: u32 = 5;
const RESPONSE_URLS_MAX: u64 = 10_000;

/// The channel that the responses to one URL are posted to, and the user that they are posted as.
struct ResponseTarget {
    command_id: CommandId,
    user_id: UserId,
    channel_id: ChannelId,
    root_id: Option<PostId>,
    response_count: AtomicU32,
}

/// The valid response URLs by their token. Kept in memory only: a restart invalidates them.
pub(crate) struct ResponseUrls(guildhall_cache::Cache<TokenHash, Arc<ResponseTarget>>);

impl Default for ResponseUrls {
    fn default() -> Self {
        Self(guildhall_cache::Cache::builder().max_capacity(RESPONSE_URLS_MAX).time_to_live(RESPONSE_URL_TTL).build())
    }
}

impl Commands<'_> {
    /// Creates a response URL; empty if the server's own URL is not configured.
    pub(super) fn create_response_url(&self, actor: &Actor, command: &Command, args: &CommandArgs) -> String {
        let settings = self.settings();
        if settings.site.url.is_empty() {
            return String::new();
        }
        let token = self.secrets.generate_token();
        let target = ResponseTarget {
            command_id: command.id,
            user_id: actor.user_id,
            channel_id: args.channel_id,
            root_id: args.root_id,
            response_count: AtomicU32::new(0),
        };
        self.state().response_urls.0.insert(token.hash(), Arc::new(target));
        format!("{}/hooks/commands/{}", settings.site.url.trim_end_matches('/'), token.expose())
    }

    /// Posts a response that was sent to a response URL. The token in the URL is the only authentication; each URL accepts
    /// `RESPONSES_PER_URL_MAX` responses.
    #[boxed]
    pub async fn receive_command_response(&self, token: &str, body: &[u8], charset: Charset) -> Result<()> {
        let target = self.state().response_urls.0.get(&TokenHash::of(token)).ok_or(codes::COMMAND_HOOK_INVALID)?;
        let response = CommandResponse::parse(body, charset).ok_or(codes::COMMAND_HOOK_BODY)?;
        if target.response_count.fetch_add(1, Ordering::Relaxed) >= RESPONSES_PER_URL_MAX {
            return Err(codes::COMMAND_HOOK_INVALID.into());
        }
        let system_grant = self.access.system("the token of a response URL authenticates the request");
        let user = self.users().account(&system_grant, target.user_id).await?;
        if !user.is_active() {
            return Err(codes::COMMAND_HOOK_INVALID.into());
        }
        let command = commands::get(self.access.read(&system_grant), target.command_id).await?;
        let command = self.access.open(&system_grant, command).ok_or(codes::COMMAND_HOOK_INVALID)?;
        self.check_command_owner(&command).await.map_err(hide_owner)?;
        let actor = actor_for(&user);
        let grant = self.access.channel(&actor, target.channel_id, Permission::CreatePost).await?;
        if !self.access.has_channel_permission(&actor, &grant, Permission::UseSlashCommands) || grant.is_archived() {
            return Err(codes::COMMAND_HOOK_INVALID.into());
        }
        self.deliver_custom(&actor, &grant, target.root_id, &command, response).await.map(|_| ())
    }
}

/// The sender only learns that the address is not valid any more.
fn hide_owner(error: Error) -> Error {
    if error.code.kind == Kind::Forbidden { codes::COMMAND_HOOK_INVALID.with_source(error) } else { error }
}
