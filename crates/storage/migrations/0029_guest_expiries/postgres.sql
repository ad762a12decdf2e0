-- When the access of a guest ends.
CREATE TABLE guest_expiries (
    user_id BYTEA NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (user_id)
);
CREATE INDEX guest_expiries_expires ON guest_expiries (expires_at);
