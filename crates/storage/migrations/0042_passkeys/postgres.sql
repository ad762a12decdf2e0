-- Passkeys: log-ins without a password. The credential is the public key with its counter, as JSON; it is found by the SHA-256 of its id.
-- A passkey works at the domain where it was made.
CREATE TABLE passkeys (
    id BYTEA NOT NULL PRIMARY KEY,
    user_id BYTEA NOT NULL,
    credential_hash BYTEA NOT NULL,
    name VARCHAR(64) NOT NULL,
    domain VARCHAR(255) NOT NULL,
    credential TEXT NOT NULL,
    create_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX passkeys_credential ON passkeys (credential_hash);
CREATE INDEX passkeys_user ON passkeys (user_id);
-- Registrations and log-ins that have begun: what their answer is verified with, once. A log-in has no account yet.
CREATE TABLE passkey_ceremonies (
    id BYTEA NOT NULL PRIMARY KEY,
    user_id BYTEA,
    state TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX passkey_ceremonies_expires ON passkey_ceremonies (expires_at);
