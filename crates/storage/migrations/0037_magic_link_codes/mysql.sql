-- Codes that are mailed beside a link to log in. A code is for the page that asked for it: its token is stored as SHA-256, the code as
-- the hash of a password (empty until the mail is sent). user_id is zero where no account has the address.
CREATE TABLE magic_link_codes (
    id BINARY(16) NOT NULL PRIMARY KEY,
    request_hash BINARY(32) NOT NULL,
    user_id BINARY(16) NOT NULL,
    email VARCHAR(128) NOT NULL,
    code_hash VARCHAR(256) NOT NULL,
    tries_left BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX magic_link_codes_request ON magic_link_codes (request_hash);
CREATE INDEX magic_link_codes_user ON magic_link_codes (user_id);
CREATE INDEX magic_link_codes_expires ON magic_link_codes (expires_at);
