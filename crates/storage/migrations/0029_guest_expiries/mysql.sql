-- When the access of a guest ends.
CREATE TABLE guest_expiries (
    user_id BINARY(16) NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (user_id),
    KEY guest_expiries_expires (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
