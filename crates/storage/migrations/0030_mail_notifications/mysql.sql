-- Messages for which it is not worked out yet who gets a mail about them; one row for each message, written with it.
-- `expanded_until` is the last of the recipients, in the order of their ids, who were dealt with.
CREATE TABLE post_notifications (
    post_id BINARY(16) NOT NULL,
    channel_id BINARY(16) NOT NULL,
    create_at BIGINT NOT NULL,
    expanded_until BINARY(16),
    PRIMARY KEY (post_id),
    KEY post_notifications_created (create_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- Messages that a person gets by mail, unless they are read before `due_at`.
CREATE TABLE mail_notifications (
    user_id BINARY(16) NOT NULL,
    post_id BINARY(16) NOT NULL,
    due_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, post_id),
    KEY mail_notifications_due (due_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
