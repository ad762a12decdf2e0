//! Quotas: what people, channels, teams and the server may store, and how much one person may make.

mod history;
mod objects;
mod storage;

use guildhall_testkit::{TestResponse, TestServer, TestUser};
use serde_json::{Value, json};

/// Sets quotas by their names in Mattermost's configuration.
async fn set(root: &TestUser, quotas: Value) {
    root.put("/config/patch", json!({"QuotaSettings": quotas})).await.ok();
}

pub(crate) fn id(value: &Value) -> &str {
    value["id"].as_str().unwrap()
}

pub(crate) async fn upload(who: &TestUser, channel: &Value, size_bytes: usize) -> TestResponse {
    who.upload(&format!("/files?channel_id={}", id(channel)), &[("files", Some("a.txt"), &vec![b'a'; size_bytes])]).await
}

pub(crate) async fn begin_upload(who: &TestUser, channel: &Value, size_bytes: usize) -> TestResponse {
    who.post("/uploads", json!({"channel_id": channel["id"], "filename": "big.bin", "file_size": size_bytes})).await
}

/// How many rows of the counts differ from a recount by other means than the server's.
async fn differences(server: &TestServer) -> i64 {
    const OF_USERS: &str = "SELECT COUNT(*) FROM users x LEFT JOIN storage_usage u ON u.scope = 1 AND u.id = x.id WHERE \
        COALESCE(u.bytes, 0) <> COALESCE((SELECT SUM(f.size_bytes) FROM files f WHERE f.user_id = x.id AND f.delete_at = 0), 0) \
            + COALESCE((SELECT SUM(l.size_bytes) FROM uploads l WHERE l.user_id = x.id), 0) \
        OR COALESCE(u.files, 0) <> (SELECT COUNT(*) FROM files f WHERE f.user_id = x.id AND f.delete_at = 0) \
            + (SELECT COUNT(*) FROM uploads l WHERE l.user_id = x.id)";
    const OF_CHANNELS: &str = "SELECT COUNT(*) FROM channels x LEFT JOIN storage_usage u ON u.scope = 2 AND u.id = x.id WHERE \
        COALESCE(u.bytes, 0) <> COALESCE((SELECT SUM(f.size_bytes) FROM files f WHERE f.channel_id = x.id AND f.delete_at = 0), 0) \
            + COALESCE((SELECT SUM(l.size_bytes) FROM uploads l WHERE l.channel_id = x.id), 0) \
        OR COALESCE(u.files, 0) <> (SELECT COUNT(*) FROM files f WHERE f.channel_id = x.id AND f.delete_at = 0) \
            + (SELECT COUNT(*) FROM uploads l WHERE l.channel_id = x.id)";
    const OF_TEAMS: &str = "SELECT COUNT(*) FROM teams x LEFT JOIN storage_usage u ON u.scope = 3 AND u.id = x.id WHERE \
        COALESCE(u.bytes, 0) <> \
            COALESCE((SELECT SUM(f.size_bytes) FROM files f JOIN channels c ON c.id = f.channel_id WHERE c.team_id = x.id AND f.delete_at = 0), 0) \
            + COALESCE((SELECT SUM(l.size_bytes) FROM uploads l JOIN channels c ON c.id = l.channel_id WHERE c.team_id = x.id), 0) \
        OR COALESCE(u.files, 0) <> \
            (SELECT COUNT(*) FROM files f JOIN channels c ON c.id = f.channel_id WHERE c.team_id = x.id AND f.delete_at = 0) \
            + (SELECT COUNT(*) FROM uploads l JOIN channels c ON c.id = l.channel_id WHERE c.team_id = x.id)";
    // Of the direct and group channels, which are a team in the counts only, and of the server.
    const OF_OTHERS: &str = "SELECT COUNT(*) FROM storage_usage u WHERE (u.scope = 4 AND (\
            u.bytes <> COALESCE((SELECT SUM(f.size_bytes) FROM files f WHERE f.delete_at = 0), 0) + COALESCE((SELECT SUM(l.size_bytes) FROM uploads l), 0) \
            OR u.files <> (SELECT COUNT(*) FROM files f WHERE f.delete_at = 0) + (SELECT COUNT(*) FROM uploads l))) \
        OR (u.scope = 3 AND NOT EXISTS (SELECT 1 FROM teams t WHERE t.id = u.id) AND u.files <> \
            (SELECT COUNT(*) FROM files f JOIN channels c ON c.id = f.channel_id WHERE c.kind IN ('D', 'G') AND f.delete_at = 0) \
            + (SELECT COUNT(*) FROM uploads l JOIN channels c ON c.id = l.channel_id WHERE c.kind IN ('D', 'G')))";
    let mut different = 0;
    for sql in [OF_USERS, OF_CHANNELS, OF_TEAMS, OF_OTHERS] {
        different += server.count(sql).await;
    }
    different
}
