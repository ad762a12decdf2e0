-- Passkeys: log-ins without a password. The credential is the public key with its counter, as JSON; it is found by the SHA-256 of its id.
-- A passkey works at the domain where it was made.
CREATE TABLE passkeys (
    id BINARY(16) NOT NULL PRIMARY KEY,
    user_id BINARY(16) NOT NULL,
    credential_hash BINARY(32) NOT NULL,
    name VARCHAR(64) NOT NULL,
    domain VARCHAR(255) NOT NULL,
    credential TEXT NOT NULL,
    create_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    UNIQUE KEY passkeys_credential (credential_hash),
    KEY passkeys_user (user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- Registrations and log-ins that have begun: what their answer is verified with, once. A log-in has no account yet.
CREATE TABLE passkey_ceremonies (
    id BINARY(16) NOT NULL PRIMARY KEY,
    user_id BINARY(16),
    state TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    KEY passkey_ceremonies_expires (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
