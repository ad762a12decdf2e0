CREATE TABLE settings (
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (name)
);

CREATE TABLE roles (
    id BLOB NOT NULL,
    name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    description TEXT NOT NULL,
    permissions TEXT NOT NULL,
    scheme_managed INTEGER NOT NULL,
    built_in INTEGER NOT NULL,
    create_at INTEGER NOT NULL,
    update_at INTEGER NOT NULL,
    delete_at INTEGER NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX roles_name ON roles (name);

CREATE TABLE audits (
    id BLOB NOT NULL,
    create_at INTEGER NOT NULL,
    user_id BLOB,
    action TEXT NOT NULL,
    extra_info TEXT NOT NULL,
    ip_address TEXT NOT NULL,
    session_id BLOB,
    PRIMARY KEY (id)
);
CREATE INDEX audits_create_at ON audits (create_at);
CREATE INDEX audits_user ON audits (user_id, create_at);
