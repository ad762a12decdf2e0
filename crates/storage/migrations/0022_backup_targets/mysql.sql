-- Where backups are made to, and what has happened there; times are zero where nothing has. The password opens the repository:
-- whoever reads this table can read its backups, which hold what this database holds.
CREATE TABLE backup_targets (
    id BINARY(16) NOT NULL,
    create_at BIGINT NOT NULL,
    update_at BIGINT NOT NULL,
    name VARCHAR(64) NOT NULL,
    location VARCHAR(1024) NOT NULL,
    password VARCHAR(512) NOT NULL,
    access_key VARCHAR(256) NOT NULL,
    secret_key VARCHAR(512) NOT NULL,
    interval_hours BIGINT NOT NULL,
    keep_last BIGINT NOT NULL,
    keep_daily BIGINT NOT NULL,
    keep_weekly BIGINT NOT NULL,
    keep_monthly BIGINT NOT NULL,
    keep_yearly BIGINT NOT NULL,
    bytes_per_second BIGINT NOT NULL,
    last_start_at BIGINT NOT NULL,
    last_success_at BIGINT NOT NULL,
    last_snapshot VARCHAR(64) NOT NULL,
    last_duration_ms BIGINT NOT NULL,
    last_bytes BIGINT NOT NULL,
    last_bytes_added BIGINT NOT NULL,
    last_error VARCHAR(512) NOT NULL,
    last_check_at BIGINT NOT NULL,
    last_check_error VARCHAR(512) NOT NULL,
    last_drill_at BIGINT NOT NULL,
    last_drill_error VARCHAR(512) NOT NULL,
    last_drill_duration_ms BIGINT NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE UNIQUE INDEX backup_targets_name ON backup_targets (name);
