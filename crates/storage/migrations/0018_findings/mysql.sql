-- What the checks of each node found last, and what administrators were told. A node of ones: what all nodes share.
CREATE TABLE findings (
    node_id BINARY(16) NOT NULL,
    id VARCHAR(64) NOT NULL,
    subject VARCHAR(128) NOT NULL,
    check_name VARCHAR(64) NOT NULL,
    severity VARCHAR(16) NOT NULL,
    summary TEXT NOT NULL,
    remedy TEXT NOT NULL,
    details TEXT NOT NULL,
    since BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    problem_runs BIGINT NOT NULL,
    clear_runs BIGINT NOT NULL,
    told VARCHAR(16) NOT NULL,
    told_at BIGINT NOT NULL,
    told_severity VARCHAR(16) NOT NULL,
    is_present SMALLINT NOT NULL,
    PRIMARY KEY (node_id, id, subject)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Findings of which nobody is to be told.
CREATE TABLE finding_mutes (
    id VARCHAR(64) NOT NULL,
    user_id BINARY(16),
    create_at BIGINT NOT NULL,
    PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- The last examination of each node, and of what all nodes share. The fence rises with each.
CREATE TABLE examinations (
    node_id BINARY(16) NOT NULL,
    node_name VARCHAR(190) NOT NULL,
    version VARCHAR(64) NOT NULL,
    examined_at BIGINT NOT NULL,
    thorough_at BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    PRIMARY KEY (node_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
