-- Apps that have registered themselves have the creator 0.
ALTER TABLE oauth_apps ADD COLUMN is_dynamic SMALLINT NOT NULL DEFAULT 0;
-- Which apps people have allowed to act for them.
CREATE TABLE oauth_authorizations (
    user_id BLOB NOT NULL,
    app_id BLOB NOT NULL,
    create_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, app_id)
);
CREATE INDEX oauth_authorizations_app ON oauth_authorizations (app_id);
-- Codes that wait for their apps.
CREATE TABLE oauth_codes (
    code_hash BLOB NOT NULL,
    app_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    redirect_uri VARCHAR(2048) NOT NULL,
    code_challenge VARCHAR(64) NOT NULL,
    resource VARCHAR(2048) NOT NULL,
    create_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (code_hash)
);
CREATE INDEX oauth_codes_user ON oauth_codes (user_id, app_id);
CREATE INDEX oauth_codes_app ON oauth_codes (app_id);
CREATE INDEX oauth_codes_expiry ON oauth_codes (expires_at);
-- What came of a code: a session and a refresh token, which each refresh replaces.
CREATE TABLE oauth_grants (
    id BLOB NOT NULL,
    app_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    session_id BLOB NOT NULL,
    code_hash BLOB NOT NULL,
    family_hash BLOB NOT NULL,
    refresh_hash BLOB NOT NULL,
    resource VARCHAR(2048) NOT NULL,
    create_at BIGINT NOT NULL,
    refreshed_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX oauth_grants_code ON oauth_grants (code_hash);
CREATE UNIQUE INDEX oauth_grants_family ON oauth_grants (family_hash);
CREATE INDEX oauth_grants_user ON oauth_grants (user_id, app_id);
CREATE INDEX oauth_grants_app ON oauth_grants (app_id);
CREATE INDEX oauth_grants_session ON oauth_grants (session_id);
CREATE INDEX oauth_grants_expiry ON oauth_grants (expires_at);
