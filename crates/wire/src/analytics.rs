//! How the server does: its answer to a ping, and its figures.

use serde::Serialize;

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
