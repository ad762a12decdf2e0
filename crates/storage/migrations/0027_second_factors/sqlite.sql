-- Second factors: what a log-in takes besides the password, of each kind one at most. The secret is the key of the codes in base32;
-- docs/decisions/0041-second-factors.md says why it is stored as it is. Until activated_at a log-in does not take it.
CREATE TABLE second_factors (
    user_id BLOB NOT NULL,
    kind VARCHAR(16) NOT NULL,
    secret VARCHAR(64) NOT NULL,
    activated_at BIGINT NOT NULL,
    last_step BIGINT NOT NULL,
    PRIMARY KEY (user_id, kind)
);
-- The codes that were accepted, by their step of time: none is accepted twice, also where the clock is set back.
CREATE TABLE second_factor_uses (
    user_id BLOB NOT NULL,
    kind VARCHAR(16) NOT NULL,
    step BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, kind, step)
);
CREATE INDEX second_factor_uses_used ON second_factor_uses (used_at);
-- Recovery codes that were not used yet, by their SHA-256.
CREATE TABLE recovery_codes (
    user_id BLOB NOT NULL,
    code_hash BLOB NOT NULL,
    PRIMARY KEY (user_id, code_hash)
);
-- Whether the account has an active second factor, where each request and each list of people finds it.
ALTER TABLE users ADD COLUMN has_second_factor INTEGER NOT NULL DEFAULT 0;
-- Where a session was used last: an IP address, or nothing where it is not known.
ALTER TABLE sessions ADD COLUMN last_address VARCHAR(45) NOT NULL DEFAULT '';
