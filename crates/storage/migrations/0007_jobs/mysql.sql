CREATE TABLE jobs (
    id BINARY(16) NOT NULL,
    type VARCHAR(32) NOT NULL,
    status VARCHAR(32) NOT NULL,
    create_at BIGINT NOT NULL,
    start_at BIGINT NOT NULL,
    last_activity_at BIGINT NOT NULL,
    progress BIGINT NOT NULL,
    data TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    lease_owner BINARY(16),
    lease_until BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    created_by BINARY(16),
    PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX jobs_due ON jobs (status, run_at);
CREATE INDEX jobs_type ON jobs (type, create_at);
CREATE INDEX jobs_create_at ON jobs (create_at);

CREATE TABLE job_schedules (
    type VARCHAR(32) NOT NULL,
    next_run_at BIGINT NOT NULL,
    PRIMARY KEY (type)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE deliveries (
    id BINARY(16) NOT NULL,
    kind VARCHAR(32) NOT NULL,
    target_id BINARY(16) NOT NULL,
    payload TEXT NOT NULL,
    create_at BIGINT NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    lease_owner BINARY(16),
    lease_until BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    last_error VARCHAR(512) NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE INDEX deliveries_due ON deliveries (next_attempt_at);
CREATE INDEX deliveries_target ON deliveries (target_id);
