//! Links by which people from elsewhere become guests of one channel. Not of Mattermost. Times are in milliseconds.

use guildhall_model::guest_link as model;
use guildhall_model::id::{ChannelId, InvitationId, TeamId, UserId};
use guildhall_model::time::Millis;
use serde::{Deserialize, Serialize};

/// `POST /channels/{channel_id}/guest_links`
#[derive(Clone, Deserialize)]
#[serde(default)]
pub struct NewGuestLink {
    /// 0 for a week from now.
    pub expires_at: i64,
    /// How many people may come by it.
    pub max_people: i64,
    /// When the access of the guests ends; 0 for never.
    pub guest_expires_at: i64,
    /// That people enter who open the link; empty for none.
    pub password: String,
    /// New guests enter a code that is mailed to them.
    pub takes_code: bool,
}

impl Default for NewGuestLink {
    fn default() -> Self {
        Self { expires_at: 0, max_people: 1, guest_expires_at: 0, password: String::new(), takes_code: false }
    }
}

/// A guest link, without its address.
#[derive(Debug, Clone, Serialize)]
pub struct GuestLink {
    pub id: InvitationId,
    pub channel_id: ChannelId,
    pub creator_id: UserId,
    pub create_at: Millis,
    pub expires_at: Millis,
    /// How many more people may come by it.
    pub people_left: i64,
    pub guest_expires_at: Millis,
    pub takes_password: bool,
    pub takes_code: bool,
}

impl From<model::GuestLink> for GuestLink {
    fn from(link: model::GuestLink) -> Self {
        let takes_password = link.takes_password();
        let model::GuestLink { invitation, terms } = link;
        Self {
            id: invitation.id,
            channel_id: terms.channel_id,
            creator_id: invitation.created_by,
            create_at: invitation.create_at,
            expires_at: invitation.expires_at,
            people_left: invitation.uses_left,
            guest_expires_at: invitation.guest_expires_at,
            takes_password,
            takes_code: terms.takes_code,
        }
    }
}

/// A new guest link: the only answer that has its address.
#[derive(Debug, Clone, Serialize)]
pub struct CreatedGuestLink {
    #[serde(flatten)]
    pub guest_link: GuestLink,
    pub link: String,
    /// A PNG in base64.
    pub qr_code: String,
}

/// A guest link of a list, with who has come by it.
#[derive(Debug, Clone, Serialize)]
pub struct ListedGuestLink {
    #[serde(flatten)]
    pub guest_link: GuestLink,
    pub people: Vec<Visitor>,
}

#[derive(Debug, Clone, Serialize)]
pub struct Visitor {
    pub user_id: UserId,
    pub username: String,
    pub first_name: String,
    pub last_name: String,
    pub create_at: Millis,
}

/// `POST /guest_links/info`
#[derive(Clone, Deserialize)]
pub struct GuestLinkRef {
    pub token: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct GuestLinkInfo {
    pub team_name: String,
    pub channel_name: String,
    pub takes_password: bool,
    pub takes_code: bool,
}

/// `POST /guest_links/join`. The answer is that of a log-in, or [`CodeSent`].
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct JoinByGuestLink {
    pub token: String,
    pub name: String,
    pub email: String,
    /// Of the link, if it takes one.
    pub password: String,
    pub device_id: String,
}

/// A code was mailed: `POST /users/login/magic_link/code` logs in with it, and then `POST /guest_links/accept` joins.
#[derive(Clone, Serialize)]
pub struct CodeSent {
    pub request_token: String,
}

/// `POST /guest_links/accept`
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct AcceptGuestLink {
    pub token: String,
    pub password: String,
}

/// Where somebody has come to.
#[derive(Debug, Clone, Serialize)]
pub struct Destination {
    pub team_id: TeamId,
    pub team_name: String,
    pub channel_id: ChannelId,
    pub channel_name: String,
}
