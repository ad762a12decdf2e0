CREATE TABLE users (
    id BYTEA NOT NULL,
    create_at BIGINT NOT NULL,
    update_at BIGINT NOT NULL,
    delete_at BIGINT NOT NULL,
    username VARCHAR(64) COLLATE "C" NOT NULL,
    email VARCHAR(128) NOT NULL,
    password_hash VARCHAR(256) NOT NULL,
    email_verified SMALLINT NOT NULL,
    nickname VARCHAR(64) NOT NULL,
    first_name VARCHAR(64) NOT NULL,
    last_name VARCHAR(64) NOT NULL,
    position VARCHAR(128) NOT NULL,
    roles VARCHAR(256) NOT NULL,
    notify_props TEXT NOT NULL,
    props TEXT NOT NULL,
    timezone TEXT NOT NULL,
    locale VARCHAR(16) NOT NULL,
    last_password_update BIGINT NOT NULL,
    last_picture_update BIGINT NOT NULL,
    picture_key VARCHAR(128),
    failed_attempts BIGINT NOT NULL,
    last_failed_at BIGINT NOT NULL,
    is_bot SMALLINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX users_username ON users (username);
CREATE UNIQUE INDEX users_email ON users (email);
CREATE INDEX users_create_at ON users (create_at);

CREATE TABLE sessions (
    id BYTEA NOT NULL,
    token_hash BYTEA NOT NULL,
    user_id BYTEA NOT NULL,
    create_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_activity_at BIGINT NOT NULL,
    device_id VARCHAR(512) NOT NULL,
    roles VARCHAR(256) NOT NULL,
    is_oauth SMALLINT NOT NULL,
    expired_notify SMALLINT NOT NULL,
    props TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX sessions_token ON sessions (token_hash);
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expires ON sessions (expires_at);

CREATE TABLE access_tokens (
    id BYTEA NOT NULL,
    token_hash BYTEA NOT NULL,
    user_id BYTEA NOT NULL,
    description VARCHAR(512) NOT NULL,
    is_active SMALLINT NOT NULL,
    create_at BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX access_tokens_token ON access_tokens (token_hash);
CREATE INDEX access_tokens_user ON access_tokens (user_id);

CREATE TABLE preferences (
    user_id BYTEA NOT NULL,
    category VARCHAR(64) COLLATE "C" NOT NULL,
    name VARCHAR(64) COLLATE "C" NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (user_id, category, name)
);
CREATE INDEX preferences_category ON preferences (category, name);

CREATE TABLE statuses (
    user_id BYTEA NOT NULL,
    presence VARCHAR(16) NOT NULL,
    manual SMALLINT NOT NULL,
    last_activity_at BIGINT NOT NULL,
    dnd_end_time BIGINT NOT NULL,
    PRIMARY KEY (user_id)
);

CREATE TABLE bots (
    user_id BYTEA NOT NULL,
    description VARCHAR(1024) NOT NULL,
    owner_id BYTEA NOT NULL,
    create_at BIGINT NOT NULL,
    update_at BIGINT NOT NULL,
    delete_at BIGINT NOT NULL,
    PRIMARY KEY (user_id)
);
CREATE INDEX bots_owner ON bots (owner_id);
