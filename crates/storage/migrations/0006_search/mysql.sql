CREATE TABLE search_posts (
    post_id BINARY(16) NOT NULL,
    words LONGTEXT NOT NULL,
    PRIMARY KEY (post_id),
    FULLTEXT KEY search_posts_words (words)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
