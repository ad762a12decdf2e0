//! OAuth apps. Only the SHA-256 of a secret is stored. What people have given to apps is in the files below.

pub mod authorizations;
pub mod codes;
pub mod grants;

use guildhall_model::codes::integrations as error_codes;
use guildhall_model::id::{OAuthAppId, UserId};
use guildhall_model::integration::OAuthApp;
use guildhall_model::ports::TokenHash;
use guildhall_model::{Millis, Result};

use crate::{DecodeError, FromRow, Granted, Reader, Row, Server, Statement, Write, params};

const COLUMNS: &str =
    "id, creator_id, create_at, update_at, name, description, icon_url, callback_urls, homepage, is_trusted, is_public, is_dynamic";

impl FromRow for OAuthApp {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self {
            id: row.get(0)?,
            creator_id: row.get(1)?,
            create_at: row.get(2)?,
            update_at: row.get(3)?,
            client_secret: None,
            name: row.get(4)?,
            description: row.get(5)?,
            icon_url: row.get(6)?,
            callback_urls: row.get(7)?,
            homepage: row.get(8)?,
            is_trusted: row.get(9)?,
            is_public: row.get(10)?,
            is_dynamic: row.get(11)?,
        })
    }
}

pub async fn get(db: &Reader, id: OAuthAppId) -> Result<Option<OAuthApp>> {
    db.optional(format!("SELECT {COLUMNS} FROM oauth_apps WHERE id = ?"), params![id]).await
}

/// An app with the hash of its secret.
struct WithSecret(OAuthApp, Option<TokenHash>);

impl FromRow for WithSecret {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        let hash = row.opt_slice(12)?.map(|bytes| bytes.try_into().map_err(|_| DecodeError::new(12, "a hash of the wrong length")));
        Ok(Self(OAuthApp::from_row(row)?, hash.transpose()?.map(TokenHash::from_bytes)))
    }
}

/// The app, and the hash of its secret; public ones have none.
pub async fn get_with_secret(db: &Reader, _server: Granted<Server>, id: OAuthAppId) -> Result<Option<(OAuthApp, Option<TokenHash>)>> {
    let found = db.optional::<WithSecret>(format!("SELECT {COLUMNS}, secret_hash FROM oauth_apps WHERE id = ?"), params![id]).await?;
    Ok(found.map(|WithSecret(app, hash)| (app, hash)))
}

/// Changes nothing, and fails the batch with `OAUTH_NOT_FOUND` if the app is deleted.
pub fn guard(id: OAuthAppId) -> Statement {
    Statement::new("UPDATE oauth_apps SET update_at = update_at WHERE id = ?", params![id]).expect_rows(1).or(error_codes::OAUTH_NOT_FOUND)
}

/// Those that have registered themselves before then, and that nobody has authorized.
pub fn delete_unused(_server: Granted<Server, Write>, registered_by: Millis) -> Statement {
    let sql = "DELETE FROM oauth_apps WHERE is_dynamic = 1 AND create_at < ? \
        AND id NOT IN (SELECT app_id FROM oauth_authorizations) AND id NOT IN (SELECT app_id FROM oauth_codes)";
    Statement::new(sql, params![registered_by])
}

pub async fn list(db: &Reader, creator: Option<UserId>, limit: i64, offset: i64) -> Result<Vec<OAuthApp>> {
    let (condition, mut values) = match creator {
        Some(creator) => ("WHERE creator_id = ?", params![creator]),
        None => ("", Vec::new()),
    };
    values.extend(params![limit, offset]);
    let sql = format!("SELECT {COLUMNS} FROM oauth_apps {condition} ORDER BY create_at, id LIMIT ? OFFSET ?");
    db.all(sql, values).await
}

pub fn insert(app: &OAuthApp, secret: Option<TokenHash>) -> Statement {
    Statement::new(
        format!("INSERT INTO oauth_apps ({COLUMNS}, secret_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"),
        params![
            app.id,
            app.creator_id,
            app.create_at,
            app.update_at,
            &app.name,
            &app.description,
            &app.icon_url,
            app.callback_urls.clone(),
            &app.homepage,
            app.is_trusted,
            app.is_public,
            app.is_dynamic,
            secret
        ],
    )
}

/// Writes what can be changed, unless it was changed since `read_at`.
pub fn update(app: &OAuthApp, read_at: Millis) -> Statement {
    Statement::new(
        "UPDATE oauth_apps SET update_at = ?, name = ?, description = ?, icon_url = ?, callback_urls = ?, homepage = ?, is_trusted = ? \
         WHERE id = ? AND update_at = ?",
        params![
            app.update_at,
            &app.name,
            &app.description,
            &app.icon_url,
            app.callback_urls.clone(),
            &app.homepage,
            app.is_trusted,
            app.id,
            read_at
        ],
    )
    .expect_rows(1)
}

pub fn set_secret(id: OAuthAppId, secret: TokenHash, update_at: Millis) -> Statement {
    Statement::new("UPDATE oauth_apps SET secret_hash = ?, update_at = ? WHERE id = ?", params![secret, update_at, id])
        .expect_rows(1)
        .or(error_codes::OAUTH_NOT_FOUND)
}

pub fn delete(id: OAuthAppId) -> Statement {
    Statement::new("DELETE FROM oauth_apps WHERE id = ?", params![id]).expect_rows(1).or(error_codes::OAUTH_NOT_FOUND)
}
