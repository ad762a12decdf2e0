CREATE TABLE users (
    id BLOB NOT NULL,
    create_at INTEGER NOT NULL,
    update_at INTEGER NOT NULL,
    delete_at INTEGER NOT NULL,
    username TEXT NOT NULL,
    email TEXT NOT NULL,
    password_hash TEXT NOT NULL,
    email_verified INTEGER NOT NULL,
    nickname TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    position TEXT NOT NULL,
    roles TEXT NOT NULL,
    notify_props TEXT NOT NULL,
    props TEXT NOT NULL,
    timezone TEXT NOT NULL,
    locale TEXT NOT NULL,
    last_password_update INTEGER NOT NULL,
    last_picture_update INTEGER NOT NULL,
    picture_key TEXT,
    failed_attempts INTEGER NOT NULL,
    last_failed_at INTEGER NOT NULL,
    is_bot INTEGER NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX users_username ON users (username);
CREATE UNIQUE INDEX users_email ON users (email);
CREATE INDEX users_create_at ON users (create_at);

CREATE TABLE sessions (
    id BLOB NOT NULL,
    token_hash BLOB NOT NULL,
    user_id BLOB NOT NULL,
    create_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    last_activity_at INTEGER NOT NULL,
    device_id TEXT NOT NULL,
    roles TEXT NOT NULL,
    is_oauth INTEGER NOT NULL,
    expired_notify INTEGER NOT NULL,
    props TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX sessions_token ON sessions (token_hash);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expires ON sessions (expires_at);

CREATE TABLE access_tokens (
    id BLOB NOT NULL,
    token_hash BLOB NOT NULL,
    user_id BLOB NOT NULL,
    description TEXT NOT NULL,
    is_active INTEGER NOT NULL,
    create_at INTEGER NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX access_tokens_token ON access_tokens (token_hash);
CREATE INDEX access_tokens_user ON access_tokens (user_id);

CREATE TABLE preferences (
    user_id BLOB NOT NULL,
    category TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (user_id, category, name)
) WITHOUT ROWID;
CREATE INDEX preferences_category ON preferences (category, name);

CREATE TABLE statuses (
    user_id BLOB NOT NULL,
    presence TEXT NOT NULL,
    manual INTEGER NOT NULL,
    last_activity_at INTEGER NOT NULL,
    dnd_end_time INTEGER NOT NULL,
    PRIMARY KEY (user_id)
);

CREATE TABLE bots (
    user_id BLOB NOT NULL,
    description TEXT NOT NULL,
    owner_id BLOB NOT NULL,
    create_at INTEGER NOT NULL,
    update_at INTEGER NOT NULL,
    delete_at INTEGER NOT NULL,
    PRIMARY KEY (user_id)
);
CREATE INDEX bots_owner ON bots (owner_id);
