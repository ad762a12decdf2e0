-- The order in which readers of the audit trail (rules, a syslog server) get its records, and how far each of them is.
-- docs/decisions/0050-audit-export.md. NULL until the record is numbered, soon after its commit.
ALTER TABLE audits ADD COLUMN position BIGINT;
CREATE INDEX audits_position ON audits (position, id);
CREATE TABLE audit_cursors (
    name VARCHAR(32) NOT NULL,
    position BIGINT NOT NULL,
    update_at BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    retry_at BIGINT NOT NULL,
    last_error VARCHAR(1024) NOT NULL,
    PRIMARY KEY (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
