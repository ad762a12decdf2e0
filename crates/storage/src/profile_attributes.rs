//! Custom profile attributes: the fields of all profiles, and the values of each person.

use guildhall_model::Result;
use guildhall_model::codes::profile_attributes as codes;
use guildhall_model::id::{PropertyId, UserId};
use guildhall_model::profile_attribute::{AttributeValue, FieldAttrs, FieldKind, ProfileField, ProfileValue};
use guildhall_model::time::Millis;

use crate::entity::{Entity, entity};
use crate::{Column, DecodeError, FromRow, Granted, Reader, Row, Server, Set, Sql, Statement, Value, Write, params};

/// Stored as JSON.
macro_rules! json {
    ($($type:ty),+) => {$(
        impl Column for $type {
            fn column(row: &Row<'_>, index: usize) -> Result<Self, DecodeError> {
                serde_json::from_str(row.str(index)?).map_err(|error| DecodeError::new(index, error))
            }
        }
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                // Texts and numbers always serialise.
                Self::Text(serde_json::to_string(&value).unwrap_or_default())
            }
        }
    )+};
}
json!(FieldAttrs, AttributeValue);

impl Column for FieldKind {
    fn column(row: &Row<'_>, index: usize) -> Result<Self, DecodeError> {
        let name = row.str(index)?;
        Self::from_name(name).ok_or_else(|| DecodeError::new(index, format!("unknown kind of field {name:?}")))
    }
}

impl From<FieldKind> for Value {
    fn from(kind: FieldKind) -> Self {
        Self::Text(kind.name().to_owned())
    }
}

entity!(ProfileField, "profile_fields", [id, name, kind, attrs, create_at, update_at, created_by, updated_by]);

impl FromRow for ProfileValue {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self { field_id: row.get(0)?, value: row.get(1)? })
    }
}

/// All fields, in no order.
pub async fn fields(db: &Reader) -> Result<Vec<ProfileField>> {
    db.all(ProfileField::select("ORDER BY id"), params![]).await
}

pub async fn field(db: &Reader, id: PropertyId) -> Result<Option<ProfileField>> {
    db.optional(ProfileField::select("WHERE id = ?"), params![id]).await
}

pub fn insert_field(_server: Granted<Server, Write>, field: &ProfileField) -> Statement {
    field.insert().on_duplicate(codes::NAME_TAKEN)
}

/// Writes what can be changed about a field, unless it was changed since `read_at`.
pub fn update_field(_server: Granted<Server, Write>, field: &ProfileField, read_at: Millis) -> Statement {
    let sql = "UPDATE profile_fields SET name = ?, kind = ?, attrs = ?, update_at = ?, updated_by = ? WHERE id = ? AND update_at = ?";
    let values = params![&field.name, field.kind, field.attrs.clone(), field.update_at, field.updated_by, field.id, read_at];
    Statement::new(sql, values).expect_rows(1).on_duplicate(codes::NAME_TAKEN)
}

/// The values of the field are deleted by a statement of their own.
pub fn delete_field(_server: Granted<Server, Write>, id: PropertyId) -> Statement {
    Statement::new("DELETE FROM profile_fields WHERE id = ?", params![id]).expect_rows(1).or(codes::NOT_FOUND)
}

/// The values that people have in the field.
pub fn delete_values(_server: Granted<Server, Write>, field: PropertyId) -> Statement {
    Statement::new("DELETE FROM profile_values WHERE field_id = ?", params![field])
}

/// Changes nothing, and fails the batch if the field was changed or deleted since it was read: a value is of its field.
pub fn guard_field(field: &ProfileField) -> Statement {
    let sql = "UPDATE profile_fields SET name = name WHERE id = ? AND update_at = ?";
    Statement::new(sql, params![field.id, field.update_at]).expect_rows(1)
}

pub async fn values(db: &Reader, user: Granted<UserId>) -> Result<Vec<ProfileValue>> {
    db.all("SELECT field_id, value FROM profile_values WHERE user_id = ? ORDER BY field_id", params![user]).await
}

pub fn set_value(user: Granted<UserId, Write>, value: &ProfileValue, now: Millis) -> Statement {
    if value.value.is_empty() {
        return Statement::new("DELETE FROM profile_values WHERE user_id = ? AND field_id = ?", params![user, value.field_id]);
    }
    const SQL: Sql = Sql::Upsert {
        table: "profile_values",
        columns: &["user_id", "field_id", "value", "update_at"],
        key: &["user_id", "field_id"],
        update: &[Set::New("value"), Set::New("update_at")],
    };
    Statement::new(SQL, params![user, value.field_id, value.value.clone(), now])
}
