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
pub(crate) use later::LaterAnswers;
pub use list::{ListedCommand, Suggestion};
pub use manage::CommandDraft;

/// Commands that a team may have.
const COMMANDS_PER_TEAM_MAX: i64 = 1_000;
const TRIGGER_CHARS_MAX: usize = 128;
