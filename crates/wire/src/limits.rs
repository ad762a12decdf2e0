//! The JSON of limits. These operations are ours: Mattermost has none for single people, roles, channels or teams.

use guildhall_model::id;
use guildhall_model::limits::{NamedLimits, OwnLimits, TargetKind};
use guildhall_model::usage::{Quota, Usage};
use serde::{Deserialize, Serialize};

/// 0 in place of no limit.
pub const fn or_none(limit: i64) -> i64 {
    if limit == i64::MAX { 0 } else { limit }
}

/// In paths and answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    #[default]
    Users,
    Roles,
    Channels,
    Teams,
}

impl From<Scope> for TargetKind {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Users => Self::User,
            Scope::Roles => Self::Role,
            Scope::Channels => Self::Channel,
            Scope::Teams => Self::Team,
        }
    }
}

impl From<TargetKind> for Scope {
    fn from(kind: TargetKind) -> Self {
        match kind {
            TargetKind::User => Self::Users,
            TargetKind::Role => Self::Roles,
            TargetKind::Channel => Self::Channels,
            TargetKind::Team => Self::Teams,
        }
    }
}

/// `PUT /limits/{scope}/{scope_id}`: `null` or absent leaves what holds otherwise, 0 is no limit.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LimitValues {
    pub file_bytes: Option<i64>,
    pub storage_bytes: Option<i64>,
    pub storage_files: Option<i64>,
    pub posts_per_minute: Option<i64>,
}

impl From<LimitValues> for OwnLimits {
    fn from(values: LimitValues) -> Self {
        let LimitValues { file_bytes, storage_bytes, storage_files, posts_per_minute } = values;
        Self { file_bytes, storage_bytes, storage_files, posts_per_minute }
    }
}

impl From<OwnLimits> for LimitValues {
    fn from(limits: OwnLimits) -> Self {
        let OwnLimits { file_bytes, storage_bytes, storage_files, posts_per_minute } = limits;
        Self { file_bytes, storage_bytes, storage_files, posts_per_minute }
    }
}

/// A row of `GET /limits`, with what the target stores.
#[derive(Debug, Clone, Serialize)]
pub struct OwnLimitsRow {
    pub scope: Scope,
    pub scope_id: String,
    pub name: String,
    pub display_name: String,
    pub is_archived: bool,
    pub bytes: i64,
    pub files: i64,
    /// `null` where the target has no limit of its own.
    pub limits: LimitValues,
}

impl From<NamedLimits> for OwnLimitsRow {
    fn from(row: NamedLimits) -> Self {
        let NamedLimits { target, name, display_name, is_archived, limits, usage } = row;
        Self {
            scope: target.kind().into(),
            scope_id: text_of_id(target.id_bytes()),
            name,
            display_name,
            is_archived,
            bytes: usage.bytes,
            files: usage.files,
            limits: limits.into(),
        }
    }
}

fn text_of_id(bytes: &[u8; 16]) -> String {
    String::from_utf8_lossy(&id::encode(bytes)).into_owned()
}

/// The limits that hold for a target; 0 is no limit.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct LimitsInEffect {
    pub file_bytes: i64,
    pub storage_bytes: i64,
    pub storage_files: i64,
    pub posts_per_minute: i64,
}

impl LimitsInEffect {
    pub const fn new(file_bytes: i64, storage: Quota, posts_per_minute: i64) -> Self {
        Self {
            file_bytes: or_none(file_bytes),
            storage_bytes: or_none(storage.bytes),
            storage_files: or_none(storage.files),
            posts_per_minute,
        }
    }
}

/// `GET`, `PUT` and `DELETE /limits/{scope}/{scope_id}`.
#[derive(Debug, Clone, Serialize)]
pub struct TargetLimits {
    #[serde(flatten)]
    pub own: OwnLimitsRow,
    pub in_effect: LimitsInEffect,
}

/// `GET /users/{user_id}/limits`.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct UserLimits {
    #[serde(flatten)]
    pub in_effect: LimitsInEffect,
    /// What the person stores.
    pub bytes: i64,
    pub files: i64,
    /// What is left for the next file; `null` where nothing limits it.
    pub bytes_left: Option<i64>,
    pub files_left: Option<i64>,
}

impl UserLimits {
    pub fn new(in_effect: LimitsInEffect, used: Usage, left: Usage) -> Self {
        // What is left of no limit is a little less than that.
        let limited = |left: i64| (left < i64::MAX / 2).then_some(left);
        Self { in_effect, bytes: used.bytes, files: used.files, bytes_left: limited(left.bytes), files_left: limited(left.files) }
    }
}
