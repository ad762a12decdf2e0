//! Preferences: values that clients store for a person; the server interprets only a few of them.

use guildhall_model::Result;
use guildhall_model::id::UserId;
use guildhall_model::user::Preference;

use crate::entity::{Entity, entity};
use crate::{Granted, Reader, Server, Set, Sql, Statement, Write, in_list, in_values, params};

entity!(Preference, "preferences", [user_id, category, name, value]);

pub async fn of_user(db: &Reader, user: Granted<UserId>) -> Result<Vec<Preference>> {
    db.all(Preference::select("WHERE user_id = ? ORDER BY category, name"), params![user]).await
}

pub async fn of_category(db: &Reader, user: Granted<UserId>, category: &str) -> Result<Vec<Preference>> {
    db.all(Preference::select("WHERE user_id = ? AND category = ? ORDER BY name"), params![user, category]).await
}

pub async fn get(db: &Reader, user: Granted<UserId>, category: &str, name: &str) -> Result<Option<Preference>> {
    db.optional(Preference::select("WHERE user_id = ? AND category = ? AND name = ?"), params![user, category, name]).await
}

/// One preference of several people: (person, value), where it is set.
pub async fn of_people(
    db: &Reader,
    _server: Granted<Server>,
    people: &[UserId],
    category: &str,
    name: &str,
) -> Result<Vec<(UserId, String)>> {
    let sql = format!("SELECT user_id, value FROM preferences WHERE category = ? AND name = ? AND user_id IN {}", in_list(people.len()));
    let mut values = params![category, name];
    values.extend(in_values(people));
    db.all(sql, values).await
}

pub async fn count(db: &Reader, user: Granted<UserId>) -> Result<i64> {
    db.one("SELECT COUNT(*) FROM preferences WHERE user_id = ?", params![user]).await
}

/// Inserts or updates the preference.
pub fn save(user: Granted<UserId, Write>, preference: &Preference) -> Statement {
    let sql = Sql::Upsert {
        table: Preference::TABLE,
        columns: Preference::COLUMNS,
        key: &["user_id", "category", "name"],
        update: &[Set::New("value")],
    };
    Statement::new(sql, preference.values()).bind(0, user)
}

pub fn delete(user: Granted<UserId, Write>, category: &str, name: &str) -> Statement {
    Statement::new("DELETE FROM preferences WHERE user_id = ? AND category = ? AND name = ?", params![user, category, name])
}
