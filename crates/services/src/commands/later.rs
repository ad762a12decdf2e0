//! Answers that come later: the server behind a command is given an address that it may answer at for a while.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use guildhall_model::codes::integrations as codes;
use guildhall_model::id::{ChannelId, PostId, UserId};
use guildhall_model::integration::Command;
use guildhall_model::ports::TokenHash;
use guildhall_model::{Actor, Permission, Result};

use super::CommandArgs;
use super::answer::CommandAnswer;
use crate::boxed;
use crate::commands::Commands;
use crate::webhooks::acting_for;

const OPEN_FOR: Duration = Duration::from_secs(30 * 60);
const ANSWERS_MAX: u32 = 5;
const OPEN_MAX: u64 = 10_000;

/// Where a later answer goes, and in whose name.
struct Expected {
    command: Command,
    user_id: UserId,
    channel_id: ChannelId,
    root_id: Option<PostId>,
    answers: AtomicU32,
}

/// The addresses that are open, by their tokens. They do not outlive the server: neither do most answers.
pub(crate) struct LaterAnswers(moka::sync::Cache<TokenHash, Arc<Expected>>);

impl Default for LaterAnswers {
    fn default() -> Self {
        Self(moka::sync::Cache::builder().max_capacity(OPEN_MAX).time_to_live(OPEN_FOR).build())
    }
}

impl Commands<'_> {
    /// A new address for later answers; empty where the server does not know its own.
    pub(super) fn response_url(&self, actor: &Actor, command: &Command, args: &CommandArgs) -> String {
        let settings = self.settings();
        if settings.site.url.is_empty() {
            return String::new();
        }
        let token = self.secrets.token();
        let expected = Expected {
            command: command.clone(),
            user_id: actor.user_id,
            channel_id: args.channel_id,
            root_id: args.root_id,
            answers: AtomicU32::new(0),
        };
        self.state().later_answers.0.insert(token.hash(), Arc::new(expected));
        format!("{}/hooks/commands/{}", settings.site.url.trim_end_matches('/'), token.expose())
    }

    /// Whoever has the address may answer by it, a few times.
    #[boxed]
    pub async fn receive_command_answer(&self, token: &str, body: &[u8]) -> Result<()> {
        let expected = self.state().later_answers.0.get(&TokenHash::of(token)).ok_or(codes::COMMAND_HOOK_INVALID)?;
        let answer = CommandAnswer::parse(body).ok_or(codes::COMMAND_HOOK_BODY)?;
        if expected.answers.fetch_add(1, Ordering::Relaxed) >= ANSWERS_MAX {
            return Err(codes::COMMAND_HOOK_INVALID.into());
        }
        let grant = self.access.system("an open address is what lets a later answer in");
        let person = self.users().account(&grant, expected.user_id).await?;
        if !person.is_active() {
            return Err(codes::COMMAND_HOOK_INVALID.into());
        }
        let actor = acting_for(&person);
        let on = self.access.channel(&actor, expected.channel_id, Permission::CreatePost).await?;
        self.deliver_from_outside(&actor, &on, expected.root_id, &expected.command, answer).await.map(|_| ())
    }
}
