CREATE TABLE search_posts (
    post_id BYTEA NOT NULL,
    words TSVECTOR NOT NULL,
    PRIMARY KEY (post_id)
);
CREATE INDEX search_posts_words ON search_posts USING GIN (words);
