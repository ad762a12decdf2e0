//! Custom emoji.

use guildhall_model::Millis;
use guildhall_model::id::{EmojiId, UserId};
use guildhall_model::integration::Emoji as Model;
use serde::{Deserialize, Serialize};

use crate::common::opt_id;

#[derive(Debug, Clone, Serialize)]
pub struct Emoji {
    pub id: EmojiId,
    pub create_at: Millis,
    pub update_at: Millis,
    pub delete_at: Millis,
    /// Empty where the reader must not learn it.
    pub creator_id: String,
    pub name: String,
}

impl From<Model> for Emoji {
    fn from(emoji: Model) -> Self {
        Self {
            id: emoji.id,
            create_at: emoji.create_at,
            update_at: emoji.update_at,
            delete_at: emoji.delete_at,
            creator_id: opt_id(emoji.visible_creator()),
            name: emoji.name,
        }
    }
}

/// The JSON part that accompanies the image of a new emoji.
#[derive(Debug, Deserialize)]
pub struct CreateEmoji {
    pub name: String,
    #[serde(default, deserialize_with = "crate::common::empty_is_none")]
    pub creator_id: Option<UserId>,
}

#[derive(Debug, Deserialize)]
pub struct EmojiSearch {
    pub term: String,
    #[serde(default, deserialize_with = "bool_or_text")]
    pub prefix_only: bool,
}

/// Some clients send `"true"`.
fn bool_or_text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Bool(bool),
        Text(String),
    }
    Ok(match Either::deserialize(deserializer)? {
        Either::Bool(value) => value,
        Either::Text(text) => text == "true",
    })
}
