//! Slash commands: built-in ones and the custom ones of teams.

mod builtin;
mod calls;
mod custom;
mod execute;
mod list;
mod manage;
mod response;
mod response_url;

pub use execute::CommandArgs;
pub use list::{ListedCommand, Suggestion};
pub use manage::CommandDraft;
pub use response::{CommandResponse, ResponseKind};
use response_url::ResponseUrls;

noun! {
    /// Slash commands.
    commands::Commands, state: State, uses: [actions::Actions, channels::Channels, integration_calls::IntegrationCalls, posts::Posts, preferences::Preferences, sessions::Sessions, statuses::Statuses, users::Users]
}

/// Most custom commands of a team.
const COMMANDS_PER_TEAM_MAX: i64 = 1_000;
const TRIGGER_CHARS_MAX: usize = 128;

#[derive(Default)]
pub(crate) struct State {
    response_urls: ResponseUrls,
}
