//! Bots: accounts that programs post as. A bot has an owner and no password, and authenticates by access tokens only.

mod convert;
mod create;
mod find;
mod manage;

pub use convert::BotToUserDraft;
pub use create::NewBot;
pub(crate) use create::new_bot_account;
pub use find::BotFilter;
pub use manage::BotPatch;

use guildhall_model::Result;
use guildhall_model::codes::integrations as codes;

noun! {
    /// Bot accounts.
    bots::Bots, uses: [sessions::Sessions, users::Users]
}

const DESCRIPTION_CHARS_MAX: usize = 1024;

fn check_description(description: &str) -> Result<()> {
    if description.chars().count() > DESCRIPTION_CHARS_MAX {
        return Err(codes::BOT_TEXT_INVALID.with("name", "description").with("max", DESCRIPTION_CHARS_MAX));
    }
    Ok(())
}
