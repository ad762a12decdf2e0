-- Groups whose members are added to a team or a channel: one of both ids is set.
CREATE TABLE group_links (
    id BLOB NOT NULL,
    group_id BLOB NOT NULL,
    team_id BLOB,
    channel_id BLOB,
    creator_id BLOB,
    auto_add SMALLINT NOT NULL,
    create_at BIGINT NOT NULL,
    update_at BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX group_links_team ON group_links (group_id, team_id);
CREATE UNIQUE INDEX group_links_channel ON group_links (group_id, channel_id);
CREATE INDEX group_links_of_team ON group_links (team_id);
CREATE INDEX group_links_of_channel ON group_links (channel_id);
-- Whom a link adds, and has added: added_at is 0 for those who wait.
CREATE TABLE group_link_members (
    link_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    added_by BLOB,
    create_at BIGINT NOT NULL,
    added_at BIGINT NOT NULL,
    retry_at BIGINT NOT NULL,
    PRIMARY KEY (link_id, user_id)
);
CREATE INDEX group_link_members_due ON group_link_members (added_at, retry_at);
CREATE INDEX group_link_members_user ON group_link_members (user_id);
