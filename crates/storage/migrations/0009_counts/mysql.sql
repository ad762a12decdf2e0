-- Whom a post mentions: 16 bytes for each person. NULL in posts that were written before this step.
ALTER TABLE posts ADD COLUMN mentioned LONGBLOB;
-- Until when a member counts their own posts as unread: the last time they marked the channel as unread.
ALTER TABLE channel_members ADD COLUMN marked_unread_at BIGINT NOT NULL DEFAULT 0;
-- Since this step, a member who joins has viewed what is there.
UPDATE channel_members SET last_viewed_at = last_update_at WHERE last_viewed_at = 0 AND msg_count > 0;

-- Until this step, deleted posts stayed counted. What is unread remains as it is.
CREATE TABLE channel_recounts (channel_id BINARY(16) NOT NULL, posts BIGINT NOT NULL, roots BIGINT NOT NULL, PRIMARY KEY (channel_id))
    ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
INSERT INTO channel_recounts SELECT c.id, c.total_msg_count - COUNT(p.id), c.total_msg_count_root - COUNT(p.id) + COUNT(p.root_id)
    FROM channels c LEFT JOIN posts p ON p.channel_id = c.id AND p.delete_at = 0 AND p.kind NOT LIKE 'system!_%' ESCAPE '!'
    GROUP BY c.id, c.total_msg_count, c.total_msg_count_root;
UPDATE channel_members SET
    msg_count = msg_count - (SELECT r.posts FROM channel_recounts r WHERE r.channel_id = channel_members.channel_id),
    msg_count_root = msg_count_root - (SELECT r.roots FROM channel_recounts r WHERE r.channel_id = channel_members.channel_id)
    WHERE channel_id IN (SELECT r.channel_id FROM channel_recounts r WHERE r.posts <> 0 OR r.roots <> 0);
UPDATE channel_members SET msg_count = 0 WHERE msg_count < 0;
UPDATE channel_members SET msg_count_root = 0 WHERE msg_count_root < 0;
UPDATE channels SET
    total_msg_count = total_msg_count - (SELECT r.posts FROM channel_recounts r WHERE r.channel_id = channels.id),
    total_msg_count_root = total_msg_count_root - (SELECT r.roots FROM channel_recounts r WHERE r.channel_id = channels.id)
    WHERE id IN (SELECT r.channel_id FROM channel_recounts r WHERE r.posts <> 0 OR r.roots <> 0);
DROP TABLE channel_recounts;

-- Posts that were deleted before this step kept their contents: a job empties them.
INSERT INTO jobs (id, type, status, create_at, start_at, last_activity_at, progress, data, attempts, run_at, lease_until, fence)
    SELECT X'00000000000000000000000000000009', 'deleted_posts', 'pending', 0, 0, 0, 0, '{}', 0, 0, 0, 0
    FROM (SELECT 1) one WHERE EXISTS (SELECT 1 FROM posts WHERE delete_at > 0);
