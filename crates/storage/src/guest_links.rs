//! Links for guests of one channel: what they have besides their invitations, and who has come by them.

use guildhall_model::guest_link::{GuestLink, GuestLinkTerms, VISITORS_MAX};
use guildhall_model::id::{ChannelId, InvitationId, UserId};
use guildhall_model::invitation::Invitation;
use guildhall_model::ports::TokenHash;
use guildhall_model::{Millis, Result};

use crate::entity::Entity;
use crate::{DecodeError, FromRow, Granted, Reader, Row, Server, Statement, Write, params};

impl FromRow for GuestLink {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        let next = Invitation::COLUMNS.len();
        let terms = GuestLinkTerms { channel_id: row.get(next)?, password_hash: row.get(next + 1)?, takes_code: row.get(next + 2)? };
        Ok(Self { invitation: Invitation::decode(row, 0)?, terms })
    }
}

/// Somebody who has come by a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visitor {
    pub user_id: UserId,
    pub username: String,
    pub first_name: String,
    pub last_name: String,
    pub create_at: Millis,
}

impl FromRow for Visitor {
    fn from_row(row: &Row<'_>) -> Result<Self, DecodeError> {
        Ok(Self { user_id: row.get(0)?, username: row.get(1)?, first_name: row.get(2)?, last_name: row.get(3)?, create_at: row.get(4)? })
    }
}

fn select(tail: &str) -> String {
    let columns = Invitation::columns_of("i");
    format!(
        "SELECT {columns}, g.channel_id, g.password_hash, g.takes_code FROM guest_links g JOIN invitations i ON i.id = g.invitation_id {tail}"
    )
}

/// The link of a token, expired and used ones too.
pub async fn by_token(db: &Reader, _server: Granted<Server>, token: TokenHash) -> Result<Option<GuestLink>> {
    db.optional(select("JOIN invitation_tokens t ON t.invitation_id = i.id WHERE t.token_hash = ?"), params![token]).await
}

/// Those of the channel, newest first, expired and used ones too. Their number is limited.
pub async fn of_channel(db: &Reader, channel: Granted<ChannelId>, limit: i64) -> Result<Vec<GuestLink>> {
    db.all(select("WHERE g.channel_id = ? ORDER BY i.create_at DESC, i.id DESC LIMIT ?"), params![channel, limit]).await
}

pub async fn get(db: &Reader, channel: Granted<ChannelId>, id: InvitationId) -> Result<Option<GuestLink>> {
    db.optional(select("WHERE g.channel_id = ? AND i.id = ?"), params![channel, id]).await
}

/// Who has come by the link, the latest first.
pub async fn visitors(db: &Reader, _channel: Granted<ChannelId>, id: InvitationId) -> Result<Vec<Visitor>> {
    let sql = "SELECT u.id, u.username, u.first_name, u.last_name, v.create_at FROM invitation_uses v JOIN users u ON u.id = v.user_id \
               WHERE v.invitation_id = ? AND v.came = 1 ORDER BY v.create_at DESC, u.id LIMIT ?";
    db.all(sql, params![id, VISITORS_MAX]).await
}

/// Beside the statement that inserts its invitation.
pub fn insert(channel: Granted<ChannelId, Write>, id: InvitationId, terms: &GuestLinkTerms) -> Statement {
    let sql = "INSERT INTO guest_links (invitation_id, channel_id, password_hash, takes_code) VALUES (?, ?, ?, ?)";
    Statement::new(sql, params![id, channel, &terms.password_hash, terms.takes_code])
}
