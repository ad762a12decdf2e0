CREATE TABLE files (
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    post_id BLOB,
    channel_id BLOB NOT NULL,
    create_at INTEGER NOT NULL,
    update_at INTEGER NOT NULL,
    delete_at INTEGER NOT NULL,
    name TEXT NOT NULL,
    extension TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    mime_type TEXT NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    has_preview_image INTEGER NOT NULL,
    mini_preview BLOB,
    blob_key TEXT NOT NULL,
    thumbnail_key TEXT,
    preview_key TEXT,
    PRIMARY KEY (id)
);
CREATE INDEX files_post ON files (post_id);
CREATE INDEX files_user ON files (user_id, create_at);
CREATE INDEX files_channel ON files (channel_id, create_at);
CREATE INDEX files_blob ON files (blob_key);
CREATE INDEX files_thumbnail ON files (thumbnail_key);
CREATE INDEX files_preview ON files (preview_key);
CREATE INDEX files_deleted ON files (delete_at);

CREATE TABLE released_blobs (
    blob_key TEXT NOT NULL,
    released_at INTEGER NOT NULL,
    PRIMARY KEY (blob_key)
);
CREATE INDEX released_blobs_at ON released_blobs (released_at);

CREATE TABLE uploads (
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    channel_id BLOB NOT NULL,
    filename TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    create_at INTEGER NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX uploads_user ON uploads (user_id);
CREATE INDEX uploads_create_at ON uploads (create_at);

CREATE TABLE emoji (
    id BLOB NOT NULL,
    create_at INTEGER NOT NULL,
    update_at INTEGER NOT NULL,
    delete_at INTEGER NOT NULL,
    creator_id BLOB NOT NULL,
    name TEXT NOT NULL,
    blob_key TEXT NOT NULL,
    mime_type TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX emoji_name ON emoji (name, delete_at);
CREATE INDEX emoji_blob ON emoji (blob_key);

CREATE TABLE incoming_webhooks (
    id BLOB NOT NULL,
    create_at INTEGER NOT NULL,
    update_at INTEGER NOT NULL,
    delete_at INTEGER NOT NULL,
    user_id BLOB NOT NULL,
    channel_id BLOB NOT NULL,
    team_id BLOB NOT NULL,
    display_name TEXT NOT NULL,
    description TEXT NOT NULL,
    username TEXT NOT NULL,
    icon_url TEXT NOT NULL,
    channel_locked INTEGER NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX incoming_webhooks_team ON incoming_webhooks (team_id);

CREATE TABLE outgoing_webhooks (
    id BLOB NOT NULL,
    token TEXT NOT NULL,
    create_at INTEGER NOT NULL,
    update_at INTEGER NOT NULL,
    delete_at INTEGER NOT NULL,
    creator_id BLOB NOT NULL,
    channel_id BLOB,
    team_id BLOB NOT NULL,
    trigger_words TEXT NOT NULL,
    trigger_when INTEGER NOT NULL,
    callback_urls TEXT NOT NULL,
    display_name TEXT NOT NULL,
    description TEXT NOT NULL,
    content_type TEXT NOT NULL,
    username TEXT NOT NULL,
    icon_url TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX outgoing_webhooks_team ON outgoing_webhooks (team_id);

CREATE TABLE commands (
    id BLOB NOT NULL,
    token TEXT NOT NULL,
    create_at INTEGER NOT NULL,
    update_at INTEGER NOT NULL,
    delete_at INTEGER NOT NULL,
    creator_id BLOB NOT NULL,
    team_id BLOB NOT NULL,
    command_trigger TEXT NOT NULL,
    method TEXT NOT NULL,
    username TEXT NOT NULL,
    icon_url TEXT NOT NULL,
    auto_complete INTEGER NOT NULL,
    auto_complete_desc TEXT NOT NULL,
    auto_complete_hint TEXT NOT NULL,
    display_name TEXT NOT NULL,
    description TEXT NOT NULL,
    url TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX commands_trigger ON commands (team_id, command_trigger, delete_at);

CREATE TABLE oauth_apps (
    id BLOB NOT NULL,
    creator_id BLOB NOT NULL,
    create_at INTEGER NOT NULL,
    update_at INTEGER NOT NULL,
    secret_hash BLOB,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    icon_url TEXT NOT NULL,
    callback_urls TEXT NOT NULL,
    homepage TEXT NOT NULL,
    is_trusted INTEGER NOT NULL,
    is_public INTEGER NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX oauth_apps_creator ON oauth_apps (creator_id);
