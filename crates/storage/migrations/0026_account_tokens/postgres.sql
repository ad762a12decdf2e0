-- Tokens of links in mails: who has one may set a new password, or verify the address of an account. Only their SHA-256 is stored,
-- and the address that the account had: with another one, they are not valid.
CREATE TABLE account_tokens (
    token_hash BYTEA NOT NULL PRIMARY KEY,
    user_id BYTEA NOT NULL,
    kind VARCHAR(32) NOT NULL,
    email VARCHAR(128) NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX account_tokens_user ON account_tokens (user_id, kind);
CREATE INDEX account_tokens_expires ON account_tokens (expires_at);
