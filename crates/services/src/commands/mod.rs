//! Slash commands: the built-in ones, those that teams make themselves, and running either.

mod answer;
mod builtin;
mod call_out;
mod execute;
mod later;
mod list;
mod manage;

pub use answer::{CommandAnswer, ResponseKind};
pub use execute::CommandArgs;
use later::LaterAnswers;
pub use list::{ListedCommand, Suggestion};
pub use manage::CommandDraft;

noun! {
    /// Slash commands.
    commands::Commands, state: State, uses: [audits::Audits, channels::Channels, posts::Posts, preferences::Preferences, sessions::Sessions, statuses::Statuses, users::Users]
}

/// Commands that a team may have.
const COMMANDS_PER_TEAM_MAX: i64 = 1_000;
const TRIGGER_CHARS_MAX: usize = 128;

#[derive(Default)]
pub(crate) struct State {
    later_answers: LaterAnswers,
}
