//! Bots: accounts that programs speak as. They have an owner, no password, and are opened by access tokens only.

mod convert;
mod create;
mod find;
mod manage;

pub use convert::PersonDraft;
pub use create::NewBot;
pub use find::BotList;
pub use manage::BotPatch;

use guildhall_model::Result;
use guildhall_model::codes::integrations as codes;

noun! {
    /// Bot accounts.
    bots::Bots, uses: [audits::Audits, sessions::Sessions, users::Users]
}

const DESCRIPTION_CHARS_MAX: usize = 1024;

fn check_description(description: &str) -> Result<()> {
    if description.chars().count() > DESCRIPTION_CHARS_MAX {
        return Err(codes::BOT_TEXT_INVALID.with("name", "description").with("max", DESCRIPTION_CHARS_MAX));
    }
    Ok(())
}
