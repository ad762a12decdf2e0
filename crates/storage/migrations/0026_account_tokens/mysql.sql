-- Tokens of links in mails: who has one may set a new password, or verify the address of an account. Only their SHA-256 is stored,
-- and the address that the account had: with another one, they are not valid.
CREATE TABLE account_tokens (
    token_hash BINARY(32) NOT NULL,
    user_id BINARY(16) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    email VARCHAR(128) NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (token_hash),
    KEY account_tokens_user (user_id, kind),
    KEY account_tokens_expires (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
