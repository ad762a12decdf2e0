-- Why a webhook was not called, or its last call or answer failed, for its owner. Empty after a success.
ALTER TABLE outgoing_webhooks ADD COLUMN last_error TEXT NOT NULL DEFAULT '';
ALTER TABLE outgoing_webhooks ADD COLUMN last_error_at INTEGER NOT NULL DEFAULT 0;
