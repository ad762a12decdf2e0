-- From where and with which browser a person has logged in, as hashes: wrong passwords from elsewhere do not slow log-ins there.
CREATE TABLE known_places (
    user_id BYTEA NOT NULL,
    place_hash BYTEA NOT NULL,
    last_login_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, place_hash)
);
CREATE INDEX known_places_last_login ON known_places (last_login_at);
-- 0 for a token that does not expire. Its owner is told before the end: expiry_warned_days says how many days before it was last done.
ALTER TABLE access_tokens ADD COLUMN expires_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE access_tokens ADD COLUMN expiry_warned_days SMALLINT NOT NULL DEFAULT 0;
CREATE INDEX access_tokens_expires ON access_tokens (expires_at);
