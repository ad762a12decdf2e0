//! Invitations to teams: by mail, as in Mattermost, and by links with an end, which are our own.

use guildhall_model::id::{ChannelId, InvitationId, TeamId, UserId};
use guildhall_model::invitation as model;
use guildhall_model::time::Millis;
use serde::{Deserialize, Serialize};

use crate::error::ErrorBody;

/// `POST /teams/{team_id}/invite/email`: the addresses alone, or with channels and a message.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum MemberInvitations {
    Emails(Vec<String>),
    WithChannels {
        #[serde(default)]
        emails: Vec<String>,
        #[serde(rename = "channelIds", default)]
        channels: Option<Vec<ChannelId>>,
        #[serde(default)]
        message: Option<String>,
    },
}

/// `POST /teams/{team_id}/invite-guests/email`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct GuestInvitations {
    pub emails: Vec<String>,
    pub channels: Vec<ChannelId>,
    pub message: String,
    /// Not of Mattermost: when the access of these guests ends, in milliseconds; 0 for never.
    pub guest_expires_at: i64,
}

/// The result for one address, with `?graceful=true`.
#[derive(Debug, Clone, Serialize)]
pub struct InvitedAddress {
    pub email: String,
    pub error: Option<ErrorBody>,
}

/// `POST /teams/{team_id}/invitations`. Times are in milliseconds.
#[derive(Debug, Clone, Deserialize)]
#[serde(default)]
pub struct NewInvitationLink {
    pub channel_ids: Vec<ChannelId>,
    pub is_guest: bool,
    /// 0 for a week from now.
    pub expires_at: i64,
    /// How many people may come by it.
    pub max_uses: i64,
    /// When the access of the guests ends; 0 for never.
    pub guest_expires_at: i64,
}

impl Default for NewInvitationLink {
    fn default() -> Self {
        Self { channel_ids: Vec::new(), is_guest: false, expires_at: 0, max_uses: 1, guest_expires_at: 0 }
    }
}

/// An invitation that can still be used; never its token.
#[derive(Debug, Clone, Serialize)]
pub struct Invitation {
    pub id: InvitationId,
    pub team_id: TeamId,
    /// Empty for a link.
    pub email: String,
    pub is_guest: bool,
    pub channel_ids: Vec<ChannelId>,
    pub creator_id: UserId,
    pub create_at: Millis,
    pub expires_at: Millis,
    pub uses_left: i64,
    pub guest_expires_at: Millis,
}

impl From<model::Invitation> for Invitation {
    fn from(invitation: model::Invitation) -> Self {
        Self {
            id: invitation.id,
            team_id: invitation.team_id,
            email: invitation.email,
            is_guest: invitation.is_guest,
            channel_ids: invitation.channels,
            creator_id: invitation.created_by,
            create_at: invitation.create_at,
            expires_at: invitation.expires_at,
            uses_left: invitation.uses_left,
            guest_expires_at: invitation.guest_expires_at,
        }
    }
}

/// A new link: the only answer that has it.
#[derive(Debug, Clone, Serialize)]
pub struct InvitationLink {
    #[serde(flatten)]
    pub invitation: Invitation,
    pub link: String,
}

/// `GET` and `PUT /users/{user_id}/guest_expiry`, in milliseconds; 0 for never.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct GuestExpiry {
    pub expires_at: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_come_alone_or_with_channels() {
        let parse = |text: &str| serde_json::from_str::<MemberInvitations>(text).unwrap();
        assert!(matches!(parse(r#"["a@example.com"]"#), MemberInvitations::Emails(emails) if emails == ["a@example.com"]));
        let full = parse(r#"{"emails": ["a@example.com"], "channelIds": null, "message": "hello"}"#);
        assert!(matches!(full, MemberInvitations::WithChannels { channels: None, message: Some(message), .. } if message == "hello"));
        assert!(serde_json::from_str::<MemberInvitations>(r#""a@example.com""#).is_err());
    }
}
