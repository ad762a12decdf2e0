-- The check of all connections reads the channels of each person from the index alone.
CREATE INDEX channel_members_channels_of_user ON channel_members (user_id, channel_id);
DROP INDEX channel_members_user ON channel_members;
