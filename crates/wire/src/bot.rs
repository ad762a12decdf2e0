//! Bots.

use guildhall_model::Millis;
use guildhall_model::id::UserId;
use guildhall_model::user as model;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize)]
pub struct Bot {
    pub user_id: UserId,
    pub username: String,
    pub display_name: String,
    pub description: String,
    pub owner_id: UserId,
    pub create_at: Millis,
    pub update_at: Millis,
    pub delete_at: Millis,
}

impl From<model::Bot> for Bot {
    fn from(bot: model::Bot) -> Self {
        Self {
            user_id: bot.user_id,
            username: bot.username,
            display_name: bot.display_name,
            description: bot.description,
            owner_id: bot.owner_id,
            create_at: bot.create_at,
            update_at: bot.update_at,
            delete_at: bot.delete_at,
        }
    }
}

/// A new bot, or changes of an existing one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct BotRequest {
    pub username: Option<String>,
    pub display_name: Option<String>,
    pub description: Option<String>,
}

/// The account that a bot is converted to.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct ConvertBotRequest {
    pub password: Option<String>,
    pub email: Option<String>,
    pub username: Option<String>,
    pub first_name: Option<String>,
    pub last_name: Option<String>,
    pub nickname: Option<String>,
}
