-- Schemes: the roles of a team and its channels, or what is moderated in a channel. A scheme's roles are rows of `roles`, named by its id.
CREATE TABLE schemes (
    id BINARY(16) NOT NULL,
    name VARCHAR(64) NOT NULL,
    display_name VARCHAR(128) NOT NULL,
    description VARCHAR(1024) NOT NULL,
    scope VARCHAR(16) NOT NULL,
    is_derived SMALLINT NOT NULL,
    create_at BIGINT NOT NULL,
    update_at BIGINT NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX schemes_name ON schemes (name);
ALTER TABLE teams ADD COLUMN scheme_id BINARY(16);
CREATE INDEX teams_scheme ON teams (scheme_id);
ALTER TABLE channels ADD COLUMN scheme_id BINARY(16);
CREATE INDEX channels_scheme ON channels (scheme_id);
