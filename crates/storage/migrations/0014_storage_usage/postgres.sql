-- What people, channels, teams and the server store: files that are not deleted and unfinished uploads. Scope 1 is a person,
-- 2 a channel, 3 a team (an id of zeros: direct and group channels), 4 the server (an id of ones).
CREATE TABLE storage_usage (
    scope SMALLINT NOT NULL,
    id BYTEA NOT NULL,
    bytes BIGINT NOT NULL,
    files BIGINT NOT NULL,
    PRIMARY KEY (scope, id)
);

INSERT INTO storage_usage (scope, id, bytes, files) SELECT 1, x.user_id, SUM(x.size_bytes), COUNT(*)
    FROM (SELECT user_id, size_bytes FROM files WHERE delete_at = 0 UNION ALL SELECT user_id, size_bytes FROM uploads) x GROUP BY x.user_id;
INSERT INTO storage_usage (scope, id, bytes, files) SELECT 2, x.channel_id, SUM(x.size_bytes), COUNT(*)
    FROM (SELECT channel_id, size_bytes FROM files WHERE delete_at = 0 UNION ALL SELECT channel_id, size_bytes FROM uploads) x GROUP BY x.channel_id;
INSERT INTO storage_usage (scope, id, bytes, files) SELECT 3, c.team_id, SUM(x.size_bytes), COUNT(*)
    FROM (SELECT channel_id, size_bytes FROM files WHERE delete_at = 0 UNION ALL SELECT channel_id, size_bytes FROM uploads) x
    JOIN channels c ON c.id = x.channel_id GROUP BY c.team_id;
INSERT INTO storage_usage (scope, id, bytes, files) SELECT 4, '\xffffffffffffffffffffffffffffffff'::bytea, COALESCE(SUM(x.size_bytes), 0), COUNT(*)
    FROM (SELECT size_bytes FROM files WHERE delete_at = 0 UNION ALL SELECT size_bytes FROM uploads) x;

-- Who made a channel or a team, for limits. Of channels, creator_id is part of the API, which names nobody for group channels.
ALTER TABLE channels ADD COLUMN created_by BYTEA;
UPDATE channels SET created_by = creator_id;
CREATE INDEX channels_created_by ON channels (created_by, kind);
ALTER TABLE teams ADD COLUMN created_by BYTEA;
CREATE INDEX teams_created_by ON teams (created_by);
CREATE INDEX emoji_creator ON emoji (creator_id);
CREATE INDEX incoming_webhooks_user ON incoming_webhooks (user_id);
CREATE INDEX outgoing_webhooks_creator ON outgoing_webhooks (creator_id);
CREATE INDEX commands_creator ON commands (creator_id);
