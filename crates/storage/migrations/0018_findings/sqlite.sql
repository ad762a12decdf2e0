-- What the checks of each node found last, and what administrators were told. A node of ones: what all nodes share.
CREATE TABLE findings (
    node_id BLOB NOT NULL,
    id TEXT NOT NULL,
    subject TEXT NOT NULL,
    check_name TEXT NOT NULL,
    severity TEXT NOT NULL,
    summary TEXT NOT NULL,
    remedy TEXT NOT NULL,
    details TEXT NOT NULL,
    since INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    problem_runs INTEGER NOT NULL,
    clear_runs INTEGER NOT NULL,
    told TEXT NOT NULL,
    told_at INTEGER NOT NULL,
    told_severity TEXT NOT NULL,
    is_present INTEGER NOT NULL,
    PRIMARY KEY (node_id, id, subject)
);

-- Findings of which nobody is to be told.
CREATE TABLE finding_mutes (
    id TEXT NOT NULL,
    user_id BLOB,
    create_at INTEGER NOT NULL,
    PRIMARY KEY (id)
);

-- The last examination of each node, and of what all nodes share. The fence rises with each.
CREATE TABLE examinations (
    node_id BLOB NOT NULL,
    node_name TEXT NOT NULL,
    version TEXT NOT NULL,
    examined_at INTEGER NOT NULL,
    thorough_at INTEGER NOT NULL,
    fence INTEGER NOT NULL,
    PRIMARY KEY (node_id)
);
