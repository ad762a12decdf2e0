-- From what the channels of projects are made. The content is JSON.
CREATE TABLE channel_templates (
    id BYTEA NOT NULL,
    team_id BYTEA NOT NULL,
    creator_id BYTEA NOT NULL,
    create_at BIGINT NOT NULL,
    update_at BIGINT NOT NULL,
    name VARCHAR(64) COLLATE "C" NOT NULL,
    description VARCHAR(1024) NOT NULL,
    content TEXT NOT NULL,
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX channel_templates_name ON channel_templates (team_id, name);
-- Channels that were made together. The pending id is that of the request, by which it can be repeated; NULL for none.
CREATE TABLE projects (
    id BYTEA NOT NULL,
    team_id BYTEA NOT NULL,
    template_id BYTEA NOT NULL,
    creator_id BYTEA NOT NULL,
    create_at BIGINT NOT NULL,
    archived_at BIGINT NOT NULL,
    name VARCHAR(64) COLLATE "C" NOT NULL,
    pending_id VARCHAR(64),
    PRIMARY KEY (id)
);
CREATE UNIQUE INDEX projects_name ON projects (team_id, name);
CREATE UNIQUE INDEX projects_pending ON projects (creator_id, pending_id);
CREATE TABLE project_channels (
    channel_id BYTEA NOT NULL,
    project_id BYTEA NOT NULL,
    position BIGINT NOT NULL,
    PRIMARY KEY (channel_id)
);
CREATE INDEX project_channels_project ON project_channels (project_id, position);
