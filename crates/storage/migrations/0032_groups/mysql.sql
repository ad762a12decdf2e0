-- Groups of people that can be mentioned. An archived group keeps its name.
CREATE TABLE user_groups (
    id BINARY(16) NOT NULL,
    create_at BIGINT NOT NULL,
    update_at BIGINT NOT NULL,
    delete_at BIGINT NOT NULL,
    creator_id BINARY(16) NOT NULL,
    name VARCHAR(64) NOT NULL,
    display_name VARCHAR(128) NOT NULL,
    description VARCHAR(1024) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY user_groups_name (name),
    KEY user_groups_creator (creator_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE user_group_members (
    group_id BINARY(16) NOT NULL,
    user_id BINARY(16) NOT NULL,
    create_at BIGINT NOT NULL,
    PRIMARY KEY (group_id, user_id),
    KEY user_group_members_user (user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
