-- The number of a row is its place in the search index, and only a named one survives VACUUM.
CREATE TABLE posts (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL,
    create_at INTEGER NOT NULL,
    update_at INTEGER NOT NULL,
    edit_at INTEGER NOT NULL,
    delete_at INTEGER NOT NULL,
    is_pinned INTEGER NOT NULL,
    user_id BLOB NOT NULL,
    channel_id BLOB NOT NULL,
    root_id BLOB,
    original_id BLOB,
    message TEXT NOT NULL,
    kind TEXT NOT NULL,
    props TEXT NOT NULL,
    hashtags TEXT NOT NULL,
    file_ids TEXT NOT NULL,
    has_reactions INTEGER NOT NULL,
    pending_post_id TEXT
);
CREATE UNIQUE INDEX posts_id ON posts (id);
CREATE UNIQUE INDEX posts_pending ON posts (user_id, pending_post_id);
CREATE INDEX posts_channel_create ON posts (channel_id, create_at, id);
CREATE INDEX posts_channel_update ON posts (channel_id, update_at);
CREATE INDEX posts_root ON posts (root_id, create_at);
CREATE INDEX posts_original ON posts (original_id);
CREATE INDEX posts_user ON posts (user_id, create_at);

CREATE TABLE threads (
    thread_id BLOB NOT NULL,
    channel_id BLOB NOT NULL,
    reply_count INTEGER NOT NULL,
    last_reply_at INTEGER NOT NULL,
    PRIMARY KEY (thread_id)
);
CREATE INDEX threads_channel ON threads (channel_id, last_reply_at);

CREATE TABLE thread_participants (
    thread_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    last_reply_at INTEGER NOT NULL,
    PRIMARY KEY (thread_id, user_id)
) WITHOUT ROWID;

CREATE TABLE thread_members (
    thread_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    following INTEGER NOT NULL,
    last_viewed_at INTEGER NOT NULL,
    unread_mentions INTEGER NOT NULL,
    last_update_at INTEGER NOT NULL,
    PRIMARY KEY (thread_id, user_id)
) WITHOUT ROWID;
CREATE INDEX thread_members_user ON thread_members (user_id, following);

CREATE TABLE reactions (
    post_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    emoji_name TEXT NOT NULL,
    create_at INTEGER NOT NULL,
    update_at INTEGER NOT NULL,
    delete_at INTEGER NOT NULL,
    channel_id BLOB NOT NULL,
    PRIMARY KEY (post_id, user_id, emoji_name)
) WITHOUT ROWID;

CREATE TABLE pinned_posts (
    channel_id BLOB NOT NULL,
    post_id BLOB NOT NULL,
    PRIMARY KEY (channel_id, post_id)
) WITHOUT ROWID;

CREATE TABLE mention_keywords (
    keyword TEXT NOT NULL,
    user_id BLOB NOT NULL,
    PRIMARY KEY (keyword, user_id)
) WITHOUT ROWID;
CREATE INDEX mention_keywords_user ON mention_keywords (user_id);
