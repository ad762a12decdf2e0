-- What each node measured about itself, for the charts of administrators: one row a minute, and coarser ones for the past.
-- A row covers interval_ms before it; durations are NULL where there was no request.
CREATE TABLE samples (
    interval_ms BIGINT NOT NULL,
    create_at BIGINT NOT NULL,
    node_id BINARY(16) NOT NULL,
    requests BIGINT NOT NULL,
    posts BIGINT NOT NULL,
    users_online BIGINT NOT NULL,
    connections BIGINT NOT NULL,
    request_p50_us BIGINT,
    request_p95_us BIGINT,
    request_p99_us BIGINT,
    cpu_ms BIGINT NOT NULL,
    memory_bytes BIGINT NOT NULL,
    disk_used_bytes BIGINT NOT NULL,
    disk_free_bytes BIGINT NOT NULL,
    database_bytes BIGINT NOT NULL,
    queue_length BIGINT NOT NULL,
    failed_deliveries BIGINT NOT NULL,
    PRIMARY KEY (interval_ms, create_at, node_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
