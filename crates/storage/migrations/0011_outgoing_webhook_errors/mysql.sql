-- Why a webhook was not called, or its last call or answer failed, for its owner. Empty after a success.
ALTER TABLE outgoing_webhooks ADD COLUMN last_error VARCHAR(512) NOT NULL DEFAULT '';
ALTER TABLE outgoing_webhooks ADD COLUMN last_error_at BIGINT NOT NULL DEFAULT 0;
