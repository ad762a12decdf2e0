//! Posts that a person saved: preferences of the category `flagged_post`, named by the id of the post.

use guildhall_model::id::{ChannelId, PostId, TeamId, UserId};
use guildhall_model::{Millis, Result};

use crate::{Granted, MAX_IN_LIST, Reader, Value, in_list, in_values, params};

/// Further saved posts are ignored.
const SAVED_MAX: i64 = 10_000;

/// Saved posts that are not deleted and that the person can still read, newest first. `team` includes direct channels.
pub async fn ids(db: &Reader, user: Granted<UserId>, team: Option<TeamId>, channel: Option<ChannelId>) -> Result<Vec<PostId>> {
    let names: Vec<String> = db
        .all(
            "SELECT name FROM preferences WHERE user_id = ? AND category = 'flagged_post' AND value <> 'false' LIMIT ?",
            params![user, SAVED_MAX],
        )
        .await?;
    let saved: Vec<PostId> = names.iter().filter_map(|name| name.parse().ok()).collect();
    let mut found: Vec<(PostId, Millis)> = Vec::new();
    for chunk in saved.chunks(MAX_IN_LIST) {
        let mut sql = format!(
            "SELECT p.id, p.create_at FROM posts p JOIN channel_members m ON m.channel_id = p.channel_id AND m.user_id = ? \
             JOIN channels c ON c.id = p.channel_id WHERE p.delete_at = 0 AND p.id IN {}",
            in_list(chunk.len())
        );
        let mut values = params![user];
        values.extend(in_values(chunk));
        if let Some(team) = team {
            sql.push_str(" AND (c.team_id = ? OR c.kind IN ('D', 'G'))");
            values.push(Value::from(team));
        }
        if let Some(channel) = channel {
            sql.push_str(" AND p.channel_id = ?");
            values.push(Value::from(channel));
        }
        found.extend(db.all::<(PostId, Millis)>(sql, values).await?);
    }
    found.sort_by_key(|&(id, at)| std::cmp::Reverse((at, id)));
    Ok(found.into_iter().map(|(id, _)| id).collect())
}
