-- Links and files that stand above a channel. Deleted rows stay for a while: clients ask for what has changed.
CREATE TABLE channel_bookmarks (
    id BLOB NOT NULL,
    channel_id BLOB NOT NULL,
    owner_id BLOB NOT NULL,
    create_at BIGINT NOT NULL,
    update_at BIGINT NOT NULL,
    delete_at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    display_name TEXT NOT NULL,
    sort_order BIGINT NOT NULL,
    link_url TEXT NOT NULL,
    image_url TEXT NOT NULL,
    emoji TEXT NOT NULL,
    file_id BLOB,
    original_id BLOB,
    parent_id BLOB,
    PRIMARY KEY (id)
);
CREATE INDEX channel_bookmarks_channel ON channel_bookmarks (channel_id);
CREATE INDEX channel_bookmarks_owner ON channel_bookmarks (owner_id);
-- The bookmark that has the file. Such a file belongs to no message.
ALTER TABLE files ADD COLUMN bookmark_id BLOB;
CREATE INDEX files_bookmark ON files (bookmark_id);
