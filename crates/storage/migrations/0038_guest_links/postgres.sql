-- What a link for guests of one channel has besides its invitation: the hash of a password (empty for none), and whether new guests
-- enter a code that was mailed to them.
CREATE TABLE guest_links (
    invitation_id BYTEA NOT NULL PRIMARY KEY,
    channel_id BYTEA NOT NULL,
    password_hash VARCHAR(256) NOT NULL,
    takes_code SMALLINT NOT NULL
);
CREATE INDEX guest_links_channel ON guest_links (channel_id);
-- 1 for who has come by the invitation, 0 for who was removed before.
ALTER TABLE invitation_uses ADD COLUMN came SMALLINT NOT NULL DEFAULT 0;
