-- Whether the changes of the database are sent to the target within seconds.
ALTER TABLE backup_targets ADD COLUMN is_continuous INTEGER NOT NULL DEFAULT 0;
