CREATE TABLE settings (
    name VARCHAR(64) NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE roles (
    id BYTEA NOT NULL,
    name VARCHAR(64) NOT NULL,
    display_name VARCHAR(128) NOT NULL,
    description VARCHAR(1024) NOT NULL,
    permissions TEXT NOT NULL,
    scheme_managed SMALLINT NOT NULL,
    built_in SMALLINT NOT NULL,
    create_at BIGINT NOT NULL,
    update_at BIGINT NOT NULL,
    delete_at BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX roles_name ON roles (name);

CREATE TABLE audits (
    id BYTEA NOT NULL,
    create_at BIGINT NOT NULL,
    user_id BYTEA,
    action VARCHAR(128) NOT NULL,
    extra_info TEXT NOT NULL,
    ip_address VARCHAR(64) NOT NULL,
    session_id BYTEA,
    PRIMARY KEY (id)
);
CREATE INDEX audits_create_at ON audits (create_at);
CREATE INDEX audits_user ON audits (user_id, create_at);
