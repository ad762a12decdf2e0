//! How the server does: its answer to a ping, and its figures.

use guildhall_model::Millis;
use serde::Serialize;
use time::OffsetDateTime;

const WELL: &str = "OK";
const UNWELL: &str = "UNHEALTHY";

/// The answer to `GET /system/ping`. No client is told that it is too old, and none that a newer one exists.
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
            status: WELL,
        }
    }

    /// For a device that asks whether pushes would reach it.
    pub fn cannot_notify(&mut self) {
        self.can_receive_notifications = Some("false");
    }

    pub fn report(&mut self, database: bool, files: bool) {
        let word = |well| if well { WELL } else { UNWELL };
        self.database_status = Some(word(database));
        self.filestore_status = Some(word(files));
        self.status = word(database && files);
    }
}

/// One row of `GET /analytics/old`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AnalyticsRow {
    pub name: String,
    pub value: i64,
}

impl AnalyticsRow {
    /// A figure of a day, by the day's first moment in UTC.
    pub fn of_day(day: Millis, value: i64) -> Self {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_named_by_their_date() {
        assert_eq!(AnalyticsRow::of_day(Millis(1_795_305_600_000), 3), AnalyticsRow { name: "2026-11-22".to_owned(), value: 3 });
    }
}
