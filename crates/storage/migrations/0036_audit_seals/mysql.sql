-- A seal closes a number of audit records. Its digest covers them and the seal before: whoever changes or removes a record has to change
-- every later seal. docs/decisions/0048-audit-seals.md
CREATE TABLE audit_seals (
    number BIGINT NOT NULL,
    sealed_at BIGINT NOT NULL,
    last_record_at BIGINT NOT NULL,
    record_count BIGINT NOT NULL,
    records_digest VARCHAR(64) NOT NULL,
    previous_digest VARCHAR(64) NOT NULL,
    digest VARCHAR(64) NOT NULL,
    PRIMARY KEY (number)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- NULL until the record is sealed.
ALTER TABLE audits ADD COLUMN seal_number BIGINT;
CREATE INDEX audits_seal ON audits (seal_number, id);
