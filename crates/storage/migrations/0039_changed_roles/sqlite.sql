-- Whether administrators have changed what a role allows: the others follow the defaults of the version that runs.
ALTER TABLE roles ADD COLUMN is_changed SMALLINT NOT NULL DEFAULT 0;
UPDATE roles SET is_changed = 1 WHERE update_at <> create_at;
