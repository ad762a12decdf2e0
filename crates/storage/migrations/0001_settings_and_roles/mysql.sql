CREATE TABLE settings (
    name VARCHAR(64) NOT NULL,
    value LONGTEXT NOT NULL,
    PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE roles (
    id BINARY(16) NOT NULL,
    name VARCHAR(64) NOT NULL,
    display_name VARCHAR(128) NOT NULL,
    description VARCHAR(1024) NOT NULL,
    permissions LONGTEXT NOT NULL,
    scheme_managed SMALLINT NOT NULL,
    built_in SMALLINT NOT NULL,
    create_at BIGINT NOT NULL,
    update_at BIGINT NOT NULL,
    delete_at BIGINT NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX roles_name ON roles (name);

CREATE TABLE audits (
    id BINARY(16) NOT NULL,
    create_at BIGINT NOT NULL,
    user_id BINARY(16),
    action VARCHAR(128) NOT NULL,
    extra_info TEXT NOT NULL,
    ip_address VARCHAR(64) NOT NULL,
    session_id BINARY(16),
    PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX audits_create_at ON audits (create_at);
CREATE INDEX audits_user ON audits (user_id, create_at);
