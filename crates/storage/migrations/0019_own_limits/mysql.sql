-- Limits that a single person, channel, team or role has in place of those of the settings. Scope 1 is a person, 2 a channel,
-- 3 a team, 5 a role; NULL leaves what holds otherwise, 0 is no limit.
CREATE TABLE own_limits (
    scope SMALLINT NOT NULL,
    id BINARY(16) NOT NULL,
    file_bytes BIGINT,
    storage_bytes BIGINT,
    storage_files BIGINT,
    posts_per_minute BIGINT,
    PRIMARY KEY (scope, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
