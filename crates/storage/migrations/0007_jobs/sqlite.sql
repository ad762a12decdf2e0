CREATE TABLE jobs (
    id BLOB NOT NULL,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    create_at INTEGER NOT NULL,
    start_at INTEGER NOT NULL,
    last_activity_at INTEGER NOT NULL,
    progress INTEGER NOT NULL,
    data TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    run_at INTEGER NOT NULL,
    lease_owner BLOB,
    lease_until INTEGER NOT NULL,
    fence INTEGER NOT NULL,
    created_by BLOB,
    PRIMARY KEY (id)
);
CREATE INDEX jobs_due ON jobs (status, run_at);
CREATE INDEX jobs_type ON jobs (type, create_at);
CREATE INDEX jobs_create_at ON jobs (create_at);

CREATE TABLE job_schedules (
    type TEXT NOT NULL,
    next_run_at INTEGER NOT NULL,
    PRIMARY KEY (type)
);

CREATE TABLE deliveries (
    id BLOB NOT NULL,
    kind TEXT NOT NULL,
    target_id BLOB NOT NULL,
    payload TEXT NOT NULL,
    create_at INTEGER NOT NULL,
    next_attempt_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    lease_owner BLOB,
    lease_until INTEGER NOT NULL,
    fence INTEGER NOT NULL,
    last_error TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX deliveries_due ON deliveries (next_attempt_at);
CREATE INDEX deliveries_target ON deliveries (target_id);
