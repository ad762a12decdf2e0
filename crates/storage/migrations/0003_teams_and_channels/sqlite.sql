CREATE TABLE teams (
    id BLOB NOT NULL,
    create_at INTEGER NOT NULL,
    update_at INTEGER NOT NULL,
    delete_at INTEGER NOT NULL,
    name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    description TEXT NOT NULL,
    email TEXT NOT NULL,
    kind TEXT NOT NULL,
    company_name TEXT NOT NULL,
    allowed_domains TEXT NOT NULL,
    invite_id BLOB NOT NULL,
    allow_open_invite INTEGER NOT NULL,
    last_team_icon_update INTEGER NOT NULL,
    icon_key TEXT,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX teams_name ON teams (name);
CREATE UNIQUE INDEX teams_invite ON teams (invite_id);

CREATE TABLE team_members (
    team_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    scheme_guest INTEGER NOT NULL,
    scheme_user INTEGER NOT NULL,
    scheme_admin INTEGER NOT NULL,
    explicit_roles TEXT NOT NULL,
    create_at INTEGER NOT NULL,
    delete_at INTEGER NOT NULL,
    PRIMARY KEY (team_id, user_id)
) WITHOUT ROWID;
CREATE INDEX team_members_user ON team_members (user_id);

CREATE TABLE channels (
    id BLOB NOT NULL,
    create_at INTEGER NOT NULL,
    update_at INTEGER NOT NULL,
    delete_at INTEGER NOT NULL,
    team_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    header TEXT NOT NULL,
    purpose TEXT NOT NULL,
    creator_id BLOB,
    last_post_at INTEGER NOT NULL,
    last_root_post_at INTEGER NOT NULL,
    total_msg_count INTEGER NOT NULL,
    total_msg_count_root INTEGER NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX channels_team_name ON channels (team_id, name);
CREATE INDEX channels_team_kind ON channels (team_id, kind, delete_at);

CREATE TABLE channel_members (
    channel_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    scheme_guest INTEGER NOT NULL,
    scheme_user INTEGER NOT NULL,
    scheme_admin INTEGER NOT NULL,
    explicit_roles TEXT NOT NULL,
    last_viewed_at INTEGER NOT NULL,
    msg_count INTEGER NOT NULL,
    msg_count_root INTEGER NOT NULL,
    mention_count INTEGER NOT NULL,
    mention_count_root INTEGER NOT NULL,
    urgent_mention_count INTEGER NOT NULL,
    notify_props TEXT NOT NULL,
    last_update_at INTEGER NOT NULL,
    PRIMARY KEY (channel_id, user_id)
) WITHOUT ROWID;
CREATE INDEX channel_members_user ON channel_members (user_id);

CREATE TABLE sidebar_categories (
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    team_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    display_name TEXT NOT NULL,
    sorting TEXT NOT NULL,
    sort_order INTEGER NOT NULL,
    muted INTEGER NOT NULL,
    collapsed INTEGER NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX sidebar_categories_user ON sidebar_categories (user_id, team_id);

CREATE TABLE sidebar_channels (
    category_id BLOB NOT NULL,
    channel_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    sort_order INTEGER NOT NULL,
    PRIMARY KEY (category_id, channel_id)
) WITHOUT ROWID;
CREATE INDEX sidebar_channels_user ON sidebar_channels (user_id);
