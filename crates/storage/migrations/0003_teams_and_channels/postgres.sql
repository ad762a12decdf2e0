CREATE TABLE teams (
    id BYTEA NOT NULL,
    create_at BIGINT NOT NULL,
    update_at BIGINT NOT NULL,
    delete_at BIGINT NOT NULL,
    name VARCHAR(64) NOT NULL,
    display_name VARCHAR(64) NOT NULL,
    description VARCHAR(255) NOT NULL,
    email VARCHAR(128) NOT NULL,
    kind VARCHAR(1) NOT NULL,
    company_name VARCHAR(64) NOT NULL,
    allowed_domains VARCHAR(1024) NOT NULL,
    invite_id BYTEA NOT NULL,
    allow_open_invite SMALLINT NOT NULL,
    last_team_icon_update BIGINT NOT NULL,
    icon_key VARCHAR(128),
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX teams_name ON teams (name);
CREATE UNIQUE INDEX teams_invite ON teams (invite_id);

CREATE TABLE team_members (
    team_id BYTEA NOT NULL,
    user_id BYTEA NOT NULL,
    scheme_guest SMALLINT NOT NULL,
    scheme_user SMALLINT NOT NULL,
    scheme_admin SMALLINT NOT NULL,
    explicit_roles VARCHAR(256) NOT NULL,
    create_at BIGINT NOT NULL,
    delete_at BIGINT NOT NULL,
    PRIMARY KEY (team_id, user_id)
);
CREATE INDEX team_members_user ON team_members (user_id);

CREATE TABLE channels (
    id BYTEA NOT NULL,
    create_at BIGINT NOT NULL,
    update_at BIGINT NOT NULL,
    delete_at BIGINT NOT NULL,
    team_id BYTEA NOT NULL,
    kind VARCHAR(1) NOT NULL,
    name VARCHAR(64) NOT NULL,
    display_name VARCHAR(255) NOT NULL,
    header TEXT NOT NULL,
    purpose VARCHAR(255) NOT NULL,
    creator_id BYTEA,
    last_post_at BIGINT NOT NULL,
    last_root_post_at BIGINT NOT NULL,
    total_msg_count BIGINT NOT NULL,
    total_msg_count_root BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX channels_team_name ON channels (team_id, name);
CREATE INDEX channels_team_kind ON channels (team_id, kind, delete_at);

CREATE TABLE channel_members (
    channel_id BYTEA NOT NULL,
    user_id BYTEA NOT NULL,
    scheme_guest SMALLINT NOT NULL,
    scheme_user SMALLINT NOT NULL,
    scheme_admin SMALLINT NOT NULL,
    explicit_roles VARCHAR(256) NOT NULL,
    last_viewed_at BIGINT NOT NULL,
    msg_count BIGINT NOT NULL,
    msg_count_root BIGINT NOT NULL,
    mention_count BIGINT NOT NULL,
    mention_count_root BIGINT NOT NULL,
    urgent_mention_count BIGINT NOT NULL,
    notify_props TEXT NOT NULL,
    last_update_at BIGINT NOT NULL,
    PRIMARY KEY (channel_id, user_id)
);
CREATE INDEX channel_members_user ON channel_members (user_id);

CREATE TABLE sidebar_categories (
    id BYTEA NOT NULL,
    user_id BYTEA NOT NULL,
    team_id BYTEA NOT NULL,
    kind VARCHAR(16) NOT NULL,
    display_name VARCHAR(64) NOT NULL,
    sorting VARCHAR(16) NOT NULL,
    sort_order BIGINT NOT NULL,
    muted SMALLINT NOT NULL,
    collapsed SMALLINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX sidebar_categories_user ON sidebar_categories (user_id, team_id);

CREATE TABLE sidebar_channels (
    category_id BYTEA NOT NULL,
    channel_id BYTEA NOT NULL,
    user_id BYTEA NOT NULL,
    sort_order BIGINT NOT NULL,
    PRIMARY KEY (category_id, channel_id)
);
CREATE INDEX sidebar_channels_user ON sidebar_channels (user_id);
