CREATE TABLE posts (
    id BYTEA NOT NULL,
    create_at BIGINT NOT NULL,
    update_at BIGINT NOT NULL,
    edit_at BIGINT NOT NULL,
    delete_at BIGINT NOT NULL,
    is_pinned SMALLINT NOT NULL,
    user_id BYTEA NOT NULL,
    channel_id BYTEA NOT NULL,
    root_id BYTEA,
    original_id BYTEA,
    message TEXT NOT NULL,
    kind VARCHAR(64) NOT NULL,
    props TEXT NOT NULL,
    hashtags VARCHAR(1024) NOT NULL,
    file_ids TEXT NOT NULL,
    has_reactions SMALLINT NOT NULL,
    pending_post_id VARCHAR(128),
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX posts_pending ON posts (user_id, pending_post_id);
CREATE INDEX posts_channel_create ON posts (channel_id, create_at, id);
CREATE INDEX posts_channel_update ON posts (channel_id, update_at);
CREATE INDEX posts_root ON posts (root_id, create_at);
CREATE INDEX posts_original ON posts (original_id);
CREATE INDEX posts_user ON posts (user_id, create_at);

CREATE TABLE threads (
    thread_id BYTEA NOT NULL,
    channel_id BYTEA NOT NULL,
    reply_count BIGINT NOT NULL,
    last_reply_at BIGINT NOT NULL,
    PRIMARY KEY (thread_id)
);
CREATE INDEX threads_channel ON threads (channel_id, last_reply_at);

CREATE TABLE thread_participants (
    thread_id BYTEA NOT NULL,
    user_id BYTEA NOT NULL,
    last_reply_at BIGINT NOT NULL,
    PRIMARY KEY (thread_id, user_id)
);

CREATE TABLE thread_members (
    thread_id BYTEA NOT NULL,
    user_id BYTEA NOT NULL,
    following SMALLINT NOT NULL,
    last_viewed_at BIGINT NOT NULL,
    unread_mentions BIGINT NOT NULL,
    last_update_at BIGINT NOT NULL,
    PRIMARY KEY (thread_id, user_id)
);
CREATE INDEX thread_members_user ON thread_members (user_id, following);

CREATE TABLE reactions (
    post_id BYTEA NOT NULL,
    user_id BYTEA NOT NULL,
    emoji_name VARCHAR(64) NOT NULL,
    create_at BIGINT NOT NULL,
    update_at BIGINT NOT NULL,
    delete_at BIGINT NOT NULL,
    channel_id BYTEA NOT NULL,
    PRIMARY KEY (post_id, user_id, emoji_name)
);

CREATE TABLE pinned_posts (
    channel_id BYTEA NOT NULL,
    post_id BYTEA NOT NULL,
    PRIMARY KEY (channel_id, post_id)
);

CREATE TABLE mention_keywords (
    keyword VARCHAR(64) NOT NULL,
    user_id BYTEA NOT NULL,
    PRIMARY KEY (keyword, user_id)
);
CREATE INDEX mention_keywords_user ON mention_keywords (user_id);
