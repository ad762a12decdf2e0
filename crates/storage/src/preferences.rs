//! Preferences: what clients remember about a person, opaque to the server but for a few.

use guildhall_model::Result;
use guildhall_model::id::UserId;
use guildhall_model::user::Preference;

use crate::entity::{Entity, entity};
use crate::{Database, Set, Sql, Statement, params};

entity!(Preference, "preferences", [user_id, category, name, value]);

pub async fn of_user(db: &Database, user: UserId) -> Result<Vec<Preference>> {
    db.all(Preference::select("WHERE user_id = ? ORDER BY category, name"), params![user]).await
}

pub async fn of_category(db: &Database, user: UserId, category: &str) -> Result<Vec<Preference>> {
    db.all(Preference::select("WHERE user_id = ? AND category = ? ORDER BY name"), params![user, category]).await
}

pub async fn get(db: &Database, user: UserId, category: &str, name: &str) -> Result<Option<Preference>> {
    db.optional(Preference::select("WHERE user_id = ? AND category = ? AND name = ?"), params![user, category, name]).await
}

pub async fn count(db: &Database, user: UserId) -> Result<i64> {
    db.one("SELECT COUNT(*) FROM preferences WHERE user_id = ?", params![user]).await
}

/// Adds the preference, or gives it another value.
pub fn save(preference: &Preference) -> Statement {
    let sql = Sql::Upsert {
        table: Preference::TABLE,
        columns: Preference::COLUMNS,
        key: &["user_id", "category", "name"],
        update: &[Set::New("value")],
    };
    Statement::new(sql, preference.values())
}

pub fn delete(user: UserId, category: &str, name: &str) -> Statement {
    Statement::new("DELETE FROM preferences WHERE user_id = ? AND category = ? AND name = ?", params![user, category, name])
}
