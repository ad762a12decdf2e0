-- Terms of service. Former ones stay, because people have agreed to them.
CREATE TABLE terms_of_service (
    id BINARY(16) NOT NULL,
    -- NULL if it was the local administrator, who has no account.
    author_id BINARY(16),
    text TEXT NOT NULL,
    create_at BIGINT NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- The terms that each person has agreed to last.
CREATE TABLE user_terms_of_service (
    user_id BINARY(16) NOT NULL,
    terms_of_service_id BINARY(16) NOT NULL,
    accepted_at BIGINT NOT NULL,
    PRIMARY KEY (user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
