-- The priority of a message: '', 'important' or 'urgent', and what its author asks of the readers.
ALTER TABLE posts ADD COLUMN priority TEXT NOT NULL DEFAULT '';
ALTER TABLE posts ADD COLUMN requested_ack INTEGER NOT NULL DEFAULT 0;
ALTER TABLE posts ADD COLUMN persistent_notifications INTEGER NOT NULL DEFAULT 0;
ALTER TABLE posts ADD COLUMN has_acknowledgements INTEGER NOT NULL DEFAULT 0;
CREATE TABLE post_acknowledgements (
    post_id BLOB NOT NULL,
    user_id BLOB NOT NULL,
    channel_id BLOB NOT NULL,
    acknowledged_at BIGINT NOT NULL,
    PRIMARY KEY (post_id, user_id)
);
CREATE INDEX post_acknowledgements_user ON post_acknowledgements (user_id);
-- When somebody is to be reminded of a message. The row goes with the reminder.
CREATE TABLE post_reminders (
    user_id BLOB NOT NULL,
    post_id BLOB NOT NULL,
    target_at BIGINT NOT NULL,
    create_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, post_id)
);
CREATE INDEX post_reminders_due ON post_reminders (target_at);
CREATE INDEX post_reminders_post ON post_reminders (post_id);
-- Urgent messages whose mentioned people are notified again, until one of them responds.
CREATE TABLE persistent_notifications (
    post_id BLOB NOT NULL,
    next_at BIGINT NOT NULL,
    sent_count INTEGER NOT NULL,
    PRIMARY KEY (post_id)
);
CREATE INDEX persistent_notifications_due ON persistent_notifications (next_at);
