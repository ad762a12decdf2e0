CREATE TABLE files (
    id BINARY(16) NOT NULL,
    user_id BINARY(16) NOT NULL,
    post_id BINARY(16),
    channel_id BINARY(16) NOT NULL,
    create_at BIGINT NOT NULL,
    update_at BIGINT NOT NULL,
    delete_at BIGINT NOT NULL,
    name VARCHAR(255) NOT NULL,
    extension VARCHAR(64) NOT NULL,
    size_bytes BIGINT NOT NULL,
    mime_type VARCHAR(255) NOT NULL,
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    has_preview_image SMALLINT NOT NULL,
    mini_preview BLOB,
    blob_key VARCHAR(128) NOT NULL,
    thumbnail_key VARCHAR(128),
    preview_key VARCHAR(128),
    PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX files_post ON files (post_id);
CREATE INDEX files_user ON files (user_id, create_at);
CREATE INDEX files_channel ON files (channel_id, create_at);
CREATE INDEX files_blob ON files (blob_key);
CREATE INDEX files_thumbnail ON files (thumbnail_key);
CREATE INDEX files_preview ON files (preview_key);
CREATE INDEX files_deleted ON files (delete_at);

CREATE TABLE released_blobs (
    blob_key VARCHAR(128) NOT NULL,
    released_at BIGINT NOT NULL,
    PRIMARY KEY (blob_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX released_blobs_at ON released_blobs (released_at);

CREATE TABLE uploads (
    id BINARY(16) NOT NULL,
    user_id BINARY(16) NOT NULL,
    channel_id BINARY(16) NOT NULL,
    filename VARCHAR(255) NOT NULL,
    size_bytes BIGINT NOT NULL,
    create_at BIGINT NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX uploads_user ON uploads (user_id);
CREATE INDEX uploads_create_at ON uploads (create_at);

CREATE TABLE emoji (
    id BINARY(16) NOT NULL,
    create_at BIGINT NOT NULL,
    update_at BIGINT NOT NULL,
    delete_at BIGINT NOT NULL,
    creator_id BINARY(16) NOT NULL,
    name VARCHAR(64) NOT NULL,
    blob_key VARCHAR(128) NOT NULL,
    mime_type VARCHAR(64) NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX emoji_name ON emoji (name, delete_at);
CREATE INDEX emoji_blob ON emoji (blob_key);

CREATE TABLE incoming_webhooks (
    id BINARY(16) NOT NULL,
    create_at BIGINT NOT NULL,
    update_at BIGINT NOT NULL,
    delete_at BIGINT NOT NULL,
    user_id BINARY(16) NOT NULL,
    channel_id BINARY(16) NOT NULL,
    team_id BINARY(16) NOT NULL,
    display_name VARCHAR(64) NOT NULL,
    description VARCHAR(512) NOT NULL,
    username VARCHAR(255) NOT NULL,
    icon_url VARCHAR(1024) NOT NULL,
    channel_locked SMALLINT NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX incoming_webhooks_team ON incoming_webhooks (team_id);

CREATE TABLE outgoing_webhooks (
    id BINARY(16) NOT NULL,
    token VARCHAR(26) NOT NULL,
    create_at BIGINT NOT NULL,
    update_at BIGINT NOT NULL,
    delete_at BIGINT NOT NULL,
    creator_id BINARY(16) NOT NULL,
    channel_id BINARY(16),
    team_id BINARY(16) NOT NULL,
    trigger_words TEXT NOT NULL,
    trigger_when BIGINT NOT NULL,
    callback_urls TEXT NOT NULL,
    display_name VARCHAR(64) NOT NULL,
    description VARCHAR(512) NOT NULL,
    content_type VARCHAR(128) NOT NULL,
    username VARCHAR(64) NOT NULL,
    icon_url VARCHAR(1024) NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX outgoing_webhooks_team ON outgoing_webhooks (team_id);

CREATE TABLE commands (
    id BINARY(16) NOT NULL,
    token VARCHAR(26) NOT NULL,
    create_at BIGINT NOT NULL,
    update_at BIGINT NOT NULL,
    delete_at BIGINT NOT NULL,
    creator_id BINARY(16) NOT NULL,
    team_id BINARY(16) NOT NULL,
    command_trigger VARCHAR(128) NOT NULL,
    method VARCHAR(1) NOT NULL,
    username VARCHAR(64) NOT NULL,
    icon_url VARCHAR(1024) NOT NULL,
    auto_complete SMALLINT NOT NULL,
    auto_complete_desc VARCHAR(1024) NOT NULL,
    auto_complete_hint VARCHAR(1024) NOT NULL,
    display_name VARCHAR(64) NOT NULL,
    description VARCHAR(128) NOT NULL,
    url VARCHAR(1024) NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX commands_trigger ON commands (team_id, command_trigger, delete_at);

CREATE TABLE oauth_apps (
    id BINARY(16) NOT NULL,
    creator_id BINARY(16) NOT NULL,
    create_at BIGINT NOT NULL,
    update_at BIGINT NOT NULL,
    secret_hash BINARY(32),
    name VARCHAR(64) NOT NULL,
    description VARCHAR(512) NOT NULL,
    icon_url VARCHAR(512) NOT NULL,
    callback_urls TEXT NOT NULL,
    homepage VARCHAR(256) NOT NULL,
    is_trusted SMALLINT NOT NULL,
    is_public SMALLINT NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX oauth_apps_creator ON oauth_apps (creator_id);
