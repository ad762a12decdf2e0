-- Exports of what is stored about a person. The archive is a blob; without one, the job has not ended, or has failed. requested_by is NULL
-- where it was the local administrator.
CREATE TABLE data_exports (
    id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    requested_by BLOB,
    job_id BLOB NOT NULL,
    create_at BIGINT NOT NULL,
    update_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    size_bytes BIGINT NOT NULL,
    blob_key VARCHAR(64),
    PRIMARY KEY (id)
);
CREATE INDEX data_exports_user ON data_exports (user_id);
CREATE INDEX data_exports_expires ON data_exports (expires_at);
CREATE INDEX data_exports_blob ON data_exports (blob_key);
