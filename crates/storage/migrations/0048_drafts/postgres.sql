-- What people have begun to write, one a channel or thread: the root_id of a draft of a channel is all zero.
CREATE TABLE drafts (
    user_id BYTEA NOT NULL,
    channel_id BYTEA NOT NULL,
    root_id BYTEA NOT NULL,
    create_at BIGINT NOT NULL,
    update_at BIGINT NOT NULL,
    message TEXT NOT NULL,
    kind VARCHAR(64) NOT NULL,
    props TEXT NOT NULL,
    file_ids TEXT NOT NULL,
    priority VARCHAR(512) NOT NULL,
    PRIMARY KEY (user_id, channel_id, root_id)
);
-- Messages that are sent later. Those that could not be sent have the time and the reason, and wait for their author.
CREATE TABLE scheduled_posts (
    id BYTEA NOT NULL,
    user_id BYTEA NOT NULL,
    channel_id BYTEA NOT NULL,
    root_id BYTEA NOT NULL,
    create_at BIGINT NOT NULL,
    update_at BIGINT NOT NULL,
    message TEXT NOT NULL,
    kind VARCHAR(64) NOT NULL,
    props TEXT NOT NULL,
    file_ids TEXT NOT NULL,
    priority VARCHAR(512) NOT NULL,
    scheduled_at BIGINT NOT NULL,
    processed_at BIGINT NOT NULL,
    error_code VARCHAR(64) NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX scheduled_posts_user ON scheduled_posts (user_id, scheduled_at);
CREATE INDEX scheduled_posts_due ON scheduled_posts (processed_at, scheduled_at);
-- Until when a file without a message stays: drafts and scheduled posts have it.
ALTER TABLE files ADD COLUMN kept_until BIGINT NOT NULL DEFAULT 0;
