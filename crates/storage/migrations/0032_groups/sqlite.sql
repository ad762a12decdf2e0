-- Groups of people that can be mentioned. An archived group keeps its name.
CREATE TABLE user_groups (
    id BLOB NOT NULL,
    create_at BIGINT NOT NULL,
    update_at BIGINT NOT NULL,
    delete_at BIGINT NOT NULL,
    creator_id BLOB NOT NULL,
    name VARCHAR(64) NOT NULL,
    display_name VARCHAR(128) NOT NULL,
    description VARCHAR(1024) NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX user_groups_name ON user_groups (name);
CREATE INDEX user_groups_creator ON user_groups (creator_id);
CREATE TABLE user_group_members (
    group_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    create_at BIGINT NOT NULL,
    PRIMARY KEY (group_id, user_id)
);
CREATE INDEX user_group_members_user ON user_group_members (user_id);
