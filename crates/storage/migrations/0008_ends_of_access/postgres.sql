ALTER TABLE incoming_webhooks ADD COLUMN created_by BYTEA;
ALTER TABLE incoming_webhooks ADD COLUMN last_error VARCHAR(512) NOT NULL DEFAULT '';
ALTER TABLE outgoing_webhooks ADD COLUMN created_by BYTEA;
ALTER TABLE commands ADD COLUMN last_error VARCHAR(512) NOT NULL DEFAULT '';
ALTER TABLE team_members ADD COLUMN removed_invite_id BYTEA;
ALTER TABLE users ADD COLUMN link_epoch BIGINT NOT NULL DEFAULT 0;
