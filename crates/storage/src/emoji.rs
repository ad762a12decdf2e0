//! Custom emoji.

use guildhall_model::codes::emoji as codes;
use guildhall_model::id::EmojiId;
use guildhall_model::integration::Emoji;
use guildhall_model::{Millis, Result};

use crate::entity::{Entity, entity};
use crate::{Reader, Statement, in_list, in_values, like_escape, params};

entity!(Emoji, "emoji", [id, create_at, update_at, delete_at, creator_id, name, blob_key, mime_type]);

pub async fn get(db: &Reader, id: EmojiId) -> Result<Option<Emoji>> {
    db.optional(Emoji::select("WHERE id = ? AND delete_at = 0"), params![id]).await
}

pub async fn by_names(db: &Reader, names: &[String]) -> Result<Vec<Emoji>> {
    let tail = format!("WHERE name IN {} AND delete_at = 0 ORDER BY name", in_list(names.len()));
    db.all(Emoji::select(&tail), in_values(names.iter())).await
}

/// How a list of emoji is ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Created,
    Name,
}

pub async fn page(db: &Reader, order: Order, limit: i64, offset: i64) -> Result<Vec<Emoji>> {
    let order = match order {
        Order::Created => "create_at, id",
        Order::Name => "name",
    };
    db.all(Emoji::select(&format!("WHERE delete_at = 0 ORDER BY {order} LIMIT ? OFFSET ?")), params![limit, offset]).await
}

/// Emoji whose names contain a text, or begin with it.
pub async fn search(db: &Reader, text: &str, prefix_only: bool, limit: i64) -> Result<Vec<Emoji>> {
    let pattern = format!("{}{}%", if prefix_only { "" } else { "%" }, like_escape(text));
    db.all(Emoji::select("WHERE name LIKE ? ESCAPE '!' AND delete_at = 0 ORDER BY name LIMIT ?"), params![pattern, limit]).await
}

/// Inserts it, unless the name is taken.
pub fn insert(emoji: &Emoji) -> Statement {
    emoji.insert().on_duplicate(codes::DUPLICATE)
}

/// Deletes it with its reference to the picture: release the blob in the same batch.
pub fn delete(id: EmojiId, now: Millis) -> Statement {
    Statement::new("UPDATE emoji SET delete_at = ?, update_at = ?, blob_key = '' WHERE id = ? AND delete_at = 0", params![now, now, id])
        .expect_rows(1)
        .or(codes::NOT_FOUND)
}
