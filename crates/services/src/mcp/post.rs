//! Posting for a person: at once, or once they have approved the message.

use guildhall_model::codes::{channels, mcp as codes};
use guildhall_model::mcp::Posting;
use guildhall_model::post::PostView;
use guildhall_model::{Actor, Result};

use super::McpClient;
use crate::boxed;
use crate::mcp::Mcp;
use crate::posts::NewPost;

#[derive(Debug)]
pub enum PostOutcome {
    Posted(Box<PostView>),
    /// The person was asked, by a message of the server's bot.
    WaitsForApproval,
}

impl Mcp<'_> {
    #[boxed]
    pub async fn post(&self, actor: &Actor, client: &McpClient, draft: NewPost) -> Result<PostOutcome> {
        match Posting::from_name(&self.settings().mcp.posting) {
            Posting::Never => Err(codes::POSTING_DISABLED.into()),
            Posting::Always => Ok(PostOutcome::Posted(Box::new(self.posts().create_post(actor, draft).await?))),
            Posting::AfterApproval => {
                // What could not be posted is refused now, and not once the person has approved it.
                let grant = self.access.channel_to_post(actor, draft.channel_id).await?;
                if grant.is_archived() {
                    return Err(channels::ARCHIVED.into());
                }
                self.posts().check_unsent(actor, &grant, draft.clone()).await?;
                self.ask(actor, client, &grant.channel, draft).await?;
                Ok(PostOutcome::WaitsForApproval)
            }
        }
    }
}
