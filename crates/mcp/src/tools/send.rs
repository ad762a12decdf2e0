//! Posting in the person's name.

use guildhall_model::codes::context;
use guildhall_model::id::ChannelId;
use guildhall_services::mcp::PostOutcome;
use guildhall_services::posts::NewPost;
use rmcp::handler::server::wrapper::Parameters;
use rmcp::schemars::{self, JsonSchema};
use rmcp::{tool, tool_router};
use serde::{Deserialize, Serialize};

use super::{Tools, id, optional_id};
use crate::call::CallResult;
use crate::views::{MessageView, message};

#[derive(Serialize)]
struct Sent {
    /// `posted`, or `waits_for_approval`.
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<MessageView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'static str>,
}

#[derive(Deserialize, JsonSchema)]
#[schemars(crate = "schemars")]
pub(super) struct SendMessage {
    channel_id: String,
    /// Markdown. `@username` mentions somebody.
    text: String,
    /// A message of the channel, to reply in its thread.
    reply_to: Option<String>,
}

#[tool_router(router = of_sending, vis = "pub(super)")]
impl Tools {
    #[tool(
        description = "Posts a message in the person's name, where the server lets you. Where it asks the person first, nothing is posted yet: \
                       they get the message to approve.",
        annotations(
            title = "Send a message",
            read_only_hint = false,
            destructive_hint = false,
            idempotent_hint = false,
            open_world_hint = false
        )
    )]
    async fn send_message(&self, Parameters(asked): Parameters<SendMessage>) -> CallResult {
        self.call("send_message", &asked.channel_id, async {
            let Self { caller } = self;
            let channel: ChannelId = id(&asked.channel_id, "channel_id")?;
            if asked.text.trim().is_empty() {
                return Err(context::INVALID_PARAM.with("name", "text"));
            }
            let root_id = match optional_id(asked.reply_to.as_deref(), "reply_to")? {
                // A reply to a reply belongs to the same thread.
                Some(to) => {
                    Some(caller.services.posts().get_post(&caller.actor, to).await?).map(|to| to.post.root_id.unwrap_or(to.post.id))
                }
                None => None,
            };
            let draft = NewPost { root_id, set_online: false, ..NewPost::new(channel, asked.text) };
            match caller.services.mcp().post(&caller.actor, &caller.client, draft).await? {
                PostOutcome::Posted(view) => {
                    let channel = caller.services.channels().get_channel(&caller.actor, channel).await?;
                    Ok(Sent { state: "posted", message: Some(message(caller, &channel, &view).await?), note: None })
                }
                PostOutcome::WaitsForApproval => Ok(Sent {
                    state: "waits_for_approval",
                    message: None,
                    note: Some("The person was asked in a direct message of the server's bot. It is posted once they approve it."),
                }),
            }
        })
        .await
    }
}
