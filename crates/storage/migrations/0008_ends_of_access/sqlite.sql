ALTER TABLE incoming_webhooks ADD COLUMN created_by BLOB;
ALTER TABLE incoming_webhooks ADD COLUMN last_error TEXT NOT NULL DEFAULT '';
ALTER TABLE outgoing_webhooks ADD COLUMN created_by BLOB;
ALTER TABLE commands ADD COLUMN last_error TEXT NOT NULL DEFAULT '';
ALTER TABLE team_members ADD COLUMN removed_invite_id BLOB;
ALTER TABLE users ADD COLUMN link_epoch INTEGER NOT NULL DEFAULT 0;
