-- The picture where people log in; one row at most.
CREATE TABLE brand_image (
    id SMALLINT NOT NULL,
    blob_key VARCHAR(128) NOT NULL,
    update_at BIGINT NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- The fields of all profiles. `attrs` is JSON.
CREATE TABLE profile_fields (
    id BINARY(16) NOT NULL,
    name VARCHAR(255) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    attrs LONGTEXT NOT NULL,
    create_at BIGINT NOT NULL,
    update_at BIGINT NOT NULL,
    -- NULL if it was the local administrator, who has no account.
    created_by BINARY(16),
    updated_by BINARY(16),
    PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX profile_fields_name ON profile_fields (name);
-- What people entered into them, as JSON.
CREATE TABLE profile_values (
    user_id BINARY(16) NOT NULL,
    field_id BINARY(16) NOT NULL,
    value TEXT NOT NULL,
    update_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, field_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX profile_values_field ON profile_values (field_id);
