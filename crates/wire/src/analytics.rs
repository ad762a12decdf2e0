//! Health and usage of the server: the response to a ping, and analytics.

use guildhall_model::Millis;
use guildhall_model::ports::BlobSpace;
use guildhall_model::usage::{NamedUsage, Quota, Usage};
use serde::Serialize;
use time::OffsetDateTime;

use crate::limits::or_none;

const HEALTHY: &str = "OK";
const UNHEALTHY: &str = "UNHEALTHY";

/// The response to `GET /system/ping`. The versions are empty, so that clients neither require nor offer an update.
#[derive(Debug, Clone, Serialize)]
pub struct Ping {
    #[serde(rename = "ActiveSearchBackend")]
    search_backend: &'static str,
    #[serde(rename = "AndroidLatestVersion")]
    android_latest: &'static str,
    #[serde(rename = "AndroidMinVersion")]
    android_min: &'static str,
    #[serde(rename = "DesktopLatestVersion")]
    desktop_latest: &'static str,
    #[serde(rename = "DesktopMinVersion")]
    desktop_min: &'static str,
    #[serde(rename = "IosLatestVersion")]
    ios_latest: &'static str,
    #[serde(rename = "IosMinVersion")]
    ios_min: &'static str,
    #[serde(rename = "CanReceiveNotifications", skip_serializing_if = "Option::is_none")]
    can_receive_notifications: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    database_status: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    filestore_status: Option<&'static str>,
    status: &'static str,
}

impl Ping {
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Self {
        Self {
            search_backend: "database",
            android_latest: "",
            android_min: "",
            desktop_latest: "",
            desktop_min: "",
            ios_latest: "",
            ios_min: "",
            can_receive_notifications: None,
            database_status: None,
            filestore_status: None,
            status: HEALTHY,
        }
    }

    /// For a device that asks whether it can receive push notifications.
    pub fn disable_notifications(&mut self) {
        self.can_receive_notifications = Some("false");
    }

    pub fn set_health(&mut self, database: bool, files: bool) {
        let status = |is_healthy| if is_healthy { HEALTHY } else { UNHEALTHY };
        self.database_status = Some(status(database));
        self.filestore_status = Some(status(files));
        self.status = status(database && files);
    }
}

/// One row of `GET /analytics/old`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnalyticsRow {
    pub name: String,
    pub value: i64,
}

impl AnalyticsRow {
    /// The value for a day, given by the start of the day in UTC.
    pub fn for_day(day: Millis, value: i64) -> Self {
        let date = OffsetDateTime::from_unix_timestamp(day.0 / 1000).map(OffsetDateTime::date);
        let name = date.map(|date| format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day()));
        Self { name: name.unwrap_or_default(), value }
    }
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct PostsUsage {
    pub count: i64,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct StorageUsage {
    pub bytes: i64,
}

#[derive(Debug, Clone, Copy, Serialize)]
pub struct TeamsUsage {
    pub active: i64,
    pub cloud_archived: i64,
}

/// One row of `GET /usage/storage/largest`; limits of 0 are none.
#[derive(Debug, Clone, Serialize)]
pub struct HolderUsage {
    pub id: String,
    pub name: String,
    pub display_name: String,
    pub bytes: i64,
    pub files: i64,
    pub max_bytes: i64,
    pub max_files: i64,
}

impl From<(NamedUsage, Quota)> for HolderUsage {
    fn from((row, quota): (NamedUsage, Quota)) -> Self {
        let UserUsage { bytes, files, max_bytes, max_files } = (row.usage, quota).into();
        Self { id: row.id, name: row.name, display_name: row.display_name, bytes, files, max_bytes, max_files }
    }
}

/// `GET /usage/storage/disk`: uploads are rejected while less than the reserve is free.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct DiskUsage {
    pub total_bytes: u64,
    pub free_bytes: u64,
    pub reserve_bytes: u64,
}

impl DiskUsage {
    pub const fn new(disk: BlobSpace, reserve_bytes: u64) -> Self {
        Self { total_bytes: disk.total_bytes, free_bytes: disk.free_bytes, reserve_bytes }
    }
}

/// `GET /users/{user_id}/usage`; limits of 0 are none.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct UserUsage {
    pub bytes: i64,
    pub files: i64,
    pub max_bytes: i64,
    pub max_files: i64,
}

impl From<(Usage, Quota)> for UserUsage {
    fn from((used, quota): (Usage, Quota)) -> Self {
        Self { bytes: used.bytes, files: used.files, max_bytes: or_none(quota.bytes), max_files: or_none(quota.files) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_a_day_has_the_date_as_its_name() {
        assert_eq!(AnalyticsRow::for_day(Millis(1_795_305_600_000), 3), AnalyticsRow { name: "2026-11-22".to_owned(), value: 3 });
    }
}
