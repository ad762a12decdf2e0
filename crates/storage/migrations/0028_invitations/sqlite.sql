-- Invitations to a team: to one mail address, or by a link (no address). Whoever has a token may use its invitation; of a token only
-- its SHA-256 is stored. A mail that is sent again has another token for the same invitation.
CREATE TABLE invitations (
    id BLOB NOT NULL,
    team_id BLOB NOT NULL,
    email VARCHAR(128) NOT NULL,
    is_guest SMALLINT NOT NULL,
    channels TEXT NOT NULL,
    message TEXT NOT NULL,
    created_by BLOB NOT NULL,
    create_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    uses_left BIGINT NOT NULL,
    guest_expires_at BIGINT NOT NULL,
    PRIMARY KEY (id)
);
CREATE INDEX invitations_team ON invitations (team_id, email);
CREATE INDEX invitations_email ON invitations (email);
CREATE INDEX invitations_creator ON invitations (created_by);
CREATE INDEX invitations_expires ON invitations (expires_at);
CREATE TABLE invitation_tokens (
    token_hash BLOB NOT NULL,
    invitation_id BLOB NOT NULL,
    PRIMARY KEY (token_hash)
);
CREATE INDEX invitation_tokens_invitation ON invitation_tokens (invitation_id);
-- Who has come by an invitation: the same person does not use it up twice.
CREATE TABLE invitation_uses (
    invitation_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    create_at BIGINT NOT NULL,
    PRIMARY KEY (invitation_id, user_id)
);
