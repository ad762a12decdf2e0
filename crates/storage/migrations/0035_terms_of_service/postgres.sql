-- Terms of service. Former ones stay, because people have agreed to them.
CREATE TABLE terms_of_service (
    id BYTEA NOT NULL,
    -- NULL if it was the local administrator, who has no account.
    author_id BYTEA,
    text TEXT NOT NULL,
    create_at BIGINT NOT NULL,
    PRIMARY KEY (id)
);
-- The terms that each person has agreed to last.
CREATE TABLE user_terms_of_service (
    user_id BYTEA NOT NULL,
    terms_of_service_id BYTEA NOT NULL,
    accepted_at BIGINT NOT NULL,
    PRIMARY KEY (user_id)
);
