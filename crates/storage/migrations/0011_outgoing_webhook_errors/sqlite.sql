-- The last failure of a webhook's call or answer, for its owner. Empty after a success.
ALTER TABLE outgoing_webhooks ADD COLUMN last_error TEXT NOT NULL DEFAULT '';
ALTER TABLE outgoing_webhooks ADD COLUMN last_error_at INTEGER NOT NULL DEFAULT 0;
