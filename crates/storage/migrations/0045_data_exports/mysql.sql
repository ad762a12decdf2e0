-- Exports of what is stored about a person. The archive is a blob; without one, the job has not ended, or has failed. requested_by is NULL
-- where it was the local administrator.
CREATE TABLE data_exports (
    id BINARY(16) NOT NULL,
    user_id BINARY(16) NOT NULL,
    requested_by BINARY(16),
    job_id BINARY(16) NOT NULL,
    create_at BIGINT NOT NULL,
    update_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    size_bytes BIGINT NOT NULL,
    blob_key VARCHAR(64),
    PRIMARY KEY (id),
    KEY data_exports_user (user_id),
    KEY data_exports_expires (expires_at),
    KEY data_exports_blob (blob_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
