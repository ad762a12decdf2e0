-- The picture where people log in; one row at most.
CREATE TABLE brand_image (
    id SMALLINT NOT NULL,
    blob_key VARCHAR(128) NOT NULL,
    update_at BIGINT NOT NULL,
    PRIMARY KEY (id)
);
-- The fields of all profiles. `attrs` is JSON.
CREATE TABLE profile_fields (
    id BLOB NOT NULL,
    name VARCHAR(255) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    attrs TEXT NOT NULL,
    create_at BIGINT NOT NULL,
    update_at BIGINT NOT NULL,
    -- NULL if it was the local administrator, who has no account.
    created_by BLOB,
    updated_by BLOB,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX profile_fields_name ON profile_fields (name);
-- What people entered into them, as JSON.
CREATE TABLE profile_values (
    user_id BLOB NOT NULL,
    field_id BLOB NOT NULL,
    value TEXT NOT NULL,
    update_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, field_id)
);
CREATE INDEX profile_values_field ON profile_values (field_id);
