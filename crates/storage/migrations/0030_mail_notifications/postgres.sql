-- Messages for which it is not worked out yet who gets a mail about them; one row for each message, written with it.
-- `expanded_until` is the last of the recipients, in the order of their ids, who were dealt with.
CREATE TABLE post_notifications (
    post_id BYTEA NOT NULL PRIMARY KEY,
    channel_id BYTEA NOT NULL,
    create_at BIGINT NOT NULL,
    expanded_until BYTEA
);
CREATE INDEX post_notifications_created ON post_notifications (create_at);
-- Messages that a person gets by mail, unless they are read before `due_at`.
CREATE TABLE mail_notifications (
    user_id BYTEA NOT NULL,
    post_id BYTEA NOT NULL,
    due_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, post_id)
);
CREATE INDEX mail_notifications_due ON mail_notifications (due_at);
