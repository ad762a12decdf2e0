//! Schemes and the moderation of channels.

use guildhall_model::channel::{self as channel, ModerationPatch};
use guildhall_model::codes::{context, schemes as codes};
use guildhall_model::id::SchemeId;
use guildhall_model::role::{CHANNEL_ADMIN, CHANNEL_GUEST, CHANNEL_USER, TEAM_ADMIN, TEAM_GUEST, TEAM_USER};
use guildhall_model::time::Millis;
use guildhall_model::{Result, scheme as model};
use serde::{Deserialize, Serialize};

use crate::common::empty_is_none;

/// Most entries in one change of what is moderated.
const MODERATION_PATCHES_MAX: usize = 20;

/// The roles are names; those that a channel's scheme does not have are empty.
#[derive(Debug, Clone, Serialize)]
pub struct Scheme {
    pub id: SchemeId,
    pub name: String,
    pub display_name: String,
    pub description: String,
    pub create_at: Millis,
    pub update_at: Millis,
    /// Always zero: a deleted scheme is gone.
    pub delete_at: Millis,
    pub scope: &'static str,
    pub default_team_admin_role: String,
    pub default_team_user_role: String,
    pub default_team_guest_role: String,
    pub default_channel_admin_role: String,
    pub default_channel_user_role: String,
    pub default_channel_guest_role: String,
    pub default_playbook_admin_role: String,
    pub default_playbook_member_role: String,
    pub default_run_admin_role: String,
    pub default_run_member_role: String,
}

impl From<model::Scheme> for Scheme {
    fn from(scheme: model::Scheme) -> Self {
        Self {
            default_team_admin_role: scheme.role(TEAM_ADMIN),
            default_team_user_role: scheme.role(TEAM_USER),
            default_team_guest_role: scheme.role(TEAM_GUEST),
            default_channel_admin_role: scheme.role(CHANNEL_ADMIN),
            default_channel_user_role: scheme.role(CHANNEL_USER),
            default_channel_guest_role: scheme.role(CHANNEL_GUEST),
            default_playbook_admin_role: scheme.role("playbook_admin"),
            default_playbook_member_role: scheme.role("playbook_member"),
            default_run_admin_role: scheme.role("run_admin"),
            default_run_member_role: scheme.role("run_member"),
            id: scheme.id,
            name: scheme.name,
            display_name: scheme.display_name,
            description: scheme.description,
            create_at: scheme.create_at,
            update_at: scheme.update_at,
            delete_at: Millis::ZERO,
            scope: scheme.scope.name(),
        }
    }
}

/// `POST /schemes`
#[derive(Debug, Clone, Deserialize)]
pub struct NewScheme {
    #[serde(default)]
    pub name: String,
    pub display_name: String,
    #[serde(default)]
    pub description: String,
    pub scope: String,
}

/// `PUT /schemes/{scheme_id}/patch`; missing fields are not changed.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SchemePatch {
    pub name: Option<String>,
    pub display_name: Option<String>,
    pub description: Option<String>,
}

/// `PUT /teams/{team_id}/scheme` and `PUT /channels/{channel_id}/scheme`; an empty id for none.
#[derive(Debug, Clone, Deserialize)]
pub struct SchemeRef {
    #[serde(deserialize_with = "empty_is_none")]
    pub scheme_id: Option<SchemeId>,
}

#[derive(Debug, Clone, Serialize)]
pub struct ChannelModeration {
    pub name: &'static str,
    pub roles: ModeratedRoles,
}

#[derive(Debug, Clone, Serialize)]
pub struct ModeratedRoles {
    /// `null` for what guests never may.
    pub guests: Option<ModeratedRole>,
    pub members: ModeratedRole,
}

#[derive(Debug, Clone, Serialize)]
pub struct ModeratedRole {
    pub value: bool,
    pub enabled: bool,
}

impl From<channel::ModeratedRole> for ModeratedRole {
    fn from(role: channel::ModeratedRole) -> Self {
        Self { value: role.value, enabled: role.enabled }
    }
}

impl From<channel::ChannelModeration> for ChannelModeration {
    fn from(moderation: channel::ChannelModeration) -> Self {
        let roles = ModeratedRoles { guests: moderation.guests.map(Into::into), members: moderation.members.into() };
        Self { name: moderation.moderation.name(), roles }
    }
}

/// An entry of `PUT /channels/{channel_id}/moderations/patch`.
#[derive(Debug, Clone, Deserialize)]
pub struct ChannelModerationPatch {
    pub name: String,
    #[serde(default)]
    pub roles: ModeratedRolesPatch,
}

#[derive(Debug, Clone, Copy, Default, Deserialize)]
#[serde(default)]
pub struct ModeratedRolesPatch {
    pub guests: Option<bool>,
    pub members: Option<bool>,
}

/// Reads the entries; an error for names that nothing has, and for guests where they never may.
pub fn moderation_patches(entries: &[ChannelModerationPatch]) -> Result<Vec<ModerationPatch>> {
    if entries.len() > MODERATION_PATCHES_MAX {
        return Err(context::INVALID_PARAM.with("name", "moderations"));
    }
    entries.iter().map(ChannelModerationPatch::parse).collect()
}

impl ChannelModerationPatch {
    fn parse(&self) -> Result<ModerationPatch> {
        let moderation = channel::Moderation::from_name(&self.name).ok_or_else(|| codes::MODERATION_UNKNOWN.with("name", &self.name))?;
        let guests = match self.roles.guests {
            Some(true) if !moderation.is_for_guests() => return Err(codes::NOT_FOR_GUESTS.into()),
            guests => guests.filter(|_| moderation.is_for_guests()),
        };
        Ok(ModerationPatch { moderation, members: self.roles.members, guests })
    }
}
