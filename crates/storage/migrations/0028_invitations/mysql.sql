-- Invitations to a team: to one mail address, or by a link (no address). Whoever has a token may use its invitation; of a token only
-- its SHA-256 is stored. A mail that is sent again has another token for the same invitation.
CREATE TABLE invitations (
    id BINARY(16) NOT NULL,
    team_id BINARY(16) NOT NULL,
    email VARCHAR(128) NOT NULL,
    is_guest SMALLINT NOT NULL,
    channels TEXT NOT NULL,
    message TEXT NOT NULL,
    created_by BINARY(16) NOT NULL,
    create_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    uses_left BIGINT NOT NULL,
    guest_expires_at BIGINT NOT NULL,
    PRIMARY KEY (id),
    KEY invitations_team (team_id, email),
    KEY invitations_email (email),
    KEY invitations_creator (created_by),
    KEY invitations_expires (expires_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
CREATE TABLE invitation_tokens (
    token_hash BINARY(32) NOT NULL,
    invitation_id BINARY(16) NOT NULL,
    PRIMARY KEY (token_hash),
    KEY invitation_tokens_invitation (invitation_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- Who has come by an invitation: the same person does not use it up twice.
CREATE TABLE invitation_uses (
    invitation_id BINARY(16) NOT NULL,
    user_id BINARY(16) NOT NULL,
    create_at BIGINT NOT NULL,
    PRIMARY KEY (invitation_id, user_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
