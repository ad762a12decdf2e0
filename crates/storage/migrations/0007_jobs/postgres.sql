CREATE TABLE jobs (
    id BYTEA NOT NULL,
    type VARCHAR(32) NOT NULL,
    status VARCHAR(32) NOT NULL,
    create_at BIGINT NOT NULL,
    start_at BIGINT NOT NULL,
    last_activity_at BIGINT NOT NULL,
    progress BIGINT NOT NULL,
    data TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    run_at BIGINT NOT NULL,
    lease_owner BYTEA,
    lease_until BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    created_by BYTEA,
    PRIMARY KEY (id)
);
CREATE INDEX jobs_due ON jobs (status, run_at);
CREATE INDEX jobs_type ON jobs (type, create_at);
CREATE INDEX jobs_create_at ON jobs (create_at);

CREATE TABLE job_schedules (
    type VARCHAR(32) NOT NULL,
    next_run_at BIGINT NOT NULL,
    PRIMARY KEY (type)
);

CREATE TABLE deliveries (
    id BYTEA NOT NULL,
    kind VARCHAR(32) NOT NULL,
    target_id BYTEA NOT NULL,
    payload TEXT NOT NULL,
    create_at BIGINT NOT NULL,
    next_attempt_at BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    lease_owner BYTEA,
    lease_until BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    last_error VARCHAR(512) NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX deliveries_due ON deliveries (next_attempt_at);
CREATE INDEX deliveries_target ON deliveries (target_id);
