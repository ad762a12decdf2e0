-- What rules over the audit trail have found. docs/decisions/0049-security-alerts.md
CREATE TABLE security_alerts (
    id BLOB NOT NULL,
    rule TEXT NOT NULL,
    subject TEXT NOT NULL,
    user_id BLOB,
    summary TEXT NOT NULL,
    first_at BIGINT NOT NULL,
    last_at BIGINT NOT NULL,
    record_count BIGINT NOT NULL,
    evidence TEXT NOT NULL,
    revoked_at BIGINT NOT NULL,
    acknowledged_at BIGINT NOT NULL,
    acknowledged_by BLOB,
    PRIMARY KEY (id)
);
CREATE INDEX security_alerts_open ON security_alerts (acknowledged_at, rule, subject);
CREATE INDEX security_alerts_last ON security_alerts (last_at, id);
