-- The last calls of outgoing webhooks and commands, and how they ended.
CREATE TABLE integration_calls (
    id BYTEA NOT NULL,
    integration_id BYTEA NOT NULL,
    create_at BIGINT NOT NULL,
    duration_ms BIGINT NOT NULL,
    status SMALLINT NOT NULL,
    error TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX integration_calls_integration ON integration_calls (integration_id, id);
CREATE INDEX integration_calls_create_at ON integration_calls (create_at);
