CREATE TABLE post_words (
    post_id BYTEA NOT NULL,
    words TSVECTOR NOT NULL,
    PRIMARY KEY (post_id)
);
CREATE INDEX post_words_words ON post_words USING GIN (words);
